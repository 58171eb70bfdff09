import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesPattern, passes } from "../../../component/images/pattern";

describe("patterns", () => {
  for (const [pattern, text, expected] of [
    ["nginx", "nginx", true],
    ["nginx", "nginx:1", false],
    ["nginx*", "nginx", true],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["*/app:*", "ghcr.io/org/app:1", true],
    ["a*a", "a", false],
    ["a*b*c", "abc", true],
    ["a*bc*c", "abc", false],
    ["a*b", "axbx", false],
    ["*.evil.example/*", "ghcr.io/org/app", false],
    ["a.c", "abc", false],
  ] as const) {
    it(`${JSON.stringify(pattern)} ${expected ? "matches" : "does not match"} ${JSON.stringify(text)}`, () =>
      assert.equal(matchesPattern(pattern, text), expected));
  }

  it("match as the regular expression does", () => {
    const letters = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });
    fc.assert(
      fc.property(letters("ab*"), letters("ab"), (pattern, text) => {
        assert.equal(matchesPattern(pattern, text), new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text));
      }),
      { numRuns: 3000 },
    );
  });

  it("are matched without backtracking", () => {
    assert.equal(matchesPattern("a*".repeat(1000), `${"a".repeat(100_000)}b`), true);
    assert.equal(matchesPattern(`${"a*".repeat(1000)}c`, "a".repeat(100_000)), false);
    assert.equal(matchesPattern(`${"*b".repeat(1000)}*`, "a".repeat(100_000)), false);
  });

  it("filter by any of the names", () => {
    assert.equal(passes(undefined, "a"), true);
    assert.equal(passes({}, "a"), true);
    assert.equal(passes({ include: ["b"] }, "a", "b"), true);
    assert.equal(passes({ exclude: ["b"] }, "a", "b"), false);
    assert.equal(passes({ include: [] }, "a"), false);
  });
});
