import assert from "node:assert/strict";
import * as fc from "fast-check";
import { globMatches } from "../../../policy-pack/kit/glob";
import { haveCommonMatch } from "../../../policy-pack/kit/wildcards";

const text = (letters: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...letters), maxLength });

describe("patterns with wildcards", () => {
  it("match the same texts as the equivalent regular expression", () => {
    fc.assert(
      fc.property(text("ab*", 6), text("ab", 6), (pattern, name) => {
        assert.equal(globMatches(pattern, name), new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name));
      }),
      { numRuns: 5_000 },
    );
  });

  it("have a common match if a text matches them all", () => {
    fc.assert(
      fc.property(fc.array(text("ab*", 4), { minLength: 1, maxLength: 3 }), text("ab", 5), (patterns, name) => {
        if (patterns.every((pattern) => globMatches(pattern, name))) assert.ok(haveCommonMatch(patterns));
      }),
      { numRuns: 5_000 },
    );
  });

  it("count as having a common match if they are too complex to decide", () => {
    const withStars = (count: number, pattern: string) => Array.from({ length: count }, () => pattern);
    assert.equal(haveCommonMatch(["ab", "ac", ...withStars(4, "*a*")]), false);
    assert.equal(haveCommonMatch(["ab", "ac", ...withStars(15, "*a*")]), true, "too many choices at once");
    assert.equal(haveCommonMatch(["aaaaab", "aaaaac", ...withStars(8, "*a*a*a*a*")]), true, "too many states");
  });

  it("have no common match if every text of their length or less fails", () => {
    const texts = Array.from({ length: 8 }, (_, length) =>
      Array.from({ length: 2 ** length }, (_, bits) =>
        Array.from({ length }, (_, i) => ((bits >> i) & 1 ? "a" : "b")).join(""),
      ),
    ).flat();
    fc.assert(
      fc.property(fc.array(text("ab*", 3), { minLength: 2, maxLength: 2 }), (patterns) => {
        const common = texts.some((name) => patterns.every((pattern) => globMatches(pattern, name)));
        assert.equal(haveCommonMatch(patterns), common);
      }),
      { numRuns: 1_000 },
    );
  });
});
