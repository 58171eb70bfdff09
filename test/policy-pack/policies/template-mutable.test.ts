import assert from "node:assert/strict";
import { templateMutable } from "../../../policy-pack/policies/template-mutable";
import { later, passes, run, template, undecidedFor } from "../support";

describe("template-mutable", () => {
  const policy = templateMutable;
  const filters = { imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }] };

  it("passes mutable templates, and immutable ones with exclusions", async () => {
    for (const imageTagMutability of [undefined, "MUTABLE", "MUTABLE_WITH_EXCLUSION"]) {
      assert.deepEqual(await run(policy, [template("t", { imageTagMutability })]), passes);
    }
    const excluded = template("t", { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", ...filters });
    assert.deepEqual(await run(policy, [excluded]), passes);
    assert.deepEqual(
      await run(policy, [template("t", { imageTagMutability: "IMMUTABLE", appliedFors: ["REPLICATION"] })]),
      passes,
    );
  });

  it("reports immutable ones without", async () => {
    for (const imageTagMutability of ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"]) {
      assert.equal((await run(policy, [template("t", { imageTagMutability })])).violations.length, 1);
      assert.deepEqual(await run(policy, [template("t", { imageTagMutability })], { exclude: ["t"] }), passes);
    }
  });

  it("waits for unknown settings", async () => {
    assert.deepEqual(await run(policy, [template("t", { imageTagMutability: later })]), undecidedFor(policy, "t"));
    const excluding = (list: unknown) =>
      run(policy, [
        template("t", { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: list }),
      ]);
    assert.deepEqual(await excluding(later), undecidedFor(policy, "t"));
    assert.deepEqual(await excluding([later]), passes);
    assert.equal((await excluding([])).violations.length, 1);
    const open = { imageTagMutability: "IMMUTABLE", appliedFors: later };
    assert.deepEqual(await run(policy, [template("t", open)]), undecidedFor(policy, "t"));
  });
});
