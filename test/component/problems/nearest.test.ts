import assert from "node:assert/strict";
import { nearest } from "../../../component/problems/nearest";

describe("the candidate closest to a misspelled word", () => {
  const CASES: readonly (readonly [word: string, candidates: string[], found: string | undefined])[] = [
    ["prefx", ["prefix", "registry"], "prefix"],
    ["REGISTRY", ["prefix", "registry"], "registry"],
    ["tagmutability", ["tagMutability"], "tagMutability"],
    ["immutable", ["MUTABLE", "IMMUTABLE"], "IMMUTABLE"],
    ["zzzzzz", ["prefix", "registry"], undefined],
    ["quay", [], undefined],
    // A third of the letters may differ.
    ["abcdef", ["abcdxx"], "abcdxx"],
    ["abcdef", ["abcxxx"], undefined],
    ["abcdefg", ["abcdxxx"], "abcdxxx"],
    // Missing, more and other letters count the same.
    ["abc", ["abcd"], "abcd"],
    ["abc", ["xabc"], "xabc"],
    ["abc", ["abcde"], undefined],
    ["abcd", ["bcd"], "bcd"],
    ["abcdef", ["bcdefa"], "bcdefa"],
    ["abcd", ["ab"], "ab"],
    ["abcd", ["a"], undefined],
    // The best one, and the first of equal ones.
    ["abcd", ["abxx", "abcx"], "abcx"],
    ["abcd", ["abcx", "abcy"], "abcx"],
    ["x".repeat(64), ["x".repeat(64)], "x".repeat(64)],
    ["x".repeat(65), ["x".repeat(65)], undefined],
  ];
  for (const [word, candidates, found] of CASES) {
    it(`${word} of ${candidates.join(", ") || "none"}`, () => assert.equal(nearest(word, candidates), found));
  }
});
