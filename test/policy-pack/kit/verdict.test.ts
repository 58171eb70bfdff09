import assert from "node:assert/strict";
import { unknown } from "../../../policy-pack/kit/values";
import { advisory, all, fail, ifConcerned, pass, undecided } from "../../../policy-pack/kit/verdict";

const bad = fail("It is bad.", "Make it good.");
const partly = all([bad, undecided]);

describe("a verdict", () => {
  it("counts only if the policy concerns the resource, and is open if nobody knows", () => {
    for (const verdict of [pass, undecided, bad, partly]) {
      assert.deepEqual(ifConcerned(true, verdict), verdict);
      assert.deepEqual(ifConcerned(false, verdict), pass);
      assert.deepEqual(ifConcerned(unknown, verdict), verdict === pass ? pass : undecided);
    }
  });

  it("has each problem once, with what to write, and is undecided if a part of it is", () => {
    const other = fail("It is worse.");
    assert.deepEqual(all([bad, pass, other, bad]), {
      violations: [{ what: "It is bad.", write: "Make it good." }, { what: "It is worse." }],
      undecided: false,
    });
    assert.deepEqual(partly, { ...bad, undecided: true });
    assert.deepEqual(all([]), pass);
  });

  it("stays the same as advice", () => {
    assert.deepEqual(advisory(partly), {
      violations: [{ what: "It is bad.", write: "Make it good.", advisory: true }],
      undecided: true,
    });
  });
});
