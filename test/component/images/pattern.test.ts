import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesPattern, passes } from "../../../component/images/pattern";

describe("patterns", () => {
  it("match as the regular expression does", () => {
    const letters = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });
    fc.assert(
      fc.property(letters("ab.*"), letters("ab."), (pattern, text) => {
        const expression = `^${pattern.replaceAll(".", "[.]").replaceAll("*", ".*")}$`;
        assert.equal(matchesPattern(pattern, text), new RegExp(expression).test(text));
      }),
      {
        numRuns: 5000,
        examples: [
          ["", ""],
          ["*", ""],
          ["a*a", "a"],
          ["a*ba*a", "aba"],
        ],
      },
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
