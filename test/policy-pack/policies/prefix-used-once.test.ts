import assert from "node:assert/strict";
import { prefixUsedOnce } from "../../../policy-pack/policies/prefix-used-once";
import { later, passes, rule, run, template, undecidedFor } from "../support";

describe("prefix-used-once", () => {
  const policy = prefixUsedOnce;
  const hub = (name: string, props: object = {}) => rule(name, { ecrRepositoryPrefix: "hub", ...props });

  it("passes one rule and one template in each Region and account, and prefixes within others", async () => {
    const stack = [
      hub("a"),
      hub("b", { region: "us-east-1" }),
      hub("c", { ecrRepositoryPrefix: "hub/team" }),
      template("a", { prefix: "hub" }),
      template("b", { prefix: "hub", region: "us-east-1" }),
    ];
    assert.deepEqual(await run(policy, stack), passes);
    const accounts = ["111122223333", "444455556666"].map((registryId) => hub(registryId, { registryId }));
    assert.deepEqual(await run(policy, accounts), passes);
  });

  it("reports the second one, with or without a slash at the end", async () => {
    const stack = [hub("a"), hub("b", { ecrRepositoryPrefix: "hub/" }), template("c"), template("d")];
    assert.deepEqual((await run(policy, stack)).violations, [
      "b: The rule a has the prefix hub, too.",
      "d: The template c has the prefix quay, too.",
    ]);
  });

  it("waits for a prefix and a Region that are not known yet", async () => {
    assert.deepEqual(
      await run(policy, [hub("a"), hub("b", { ecrRepositoryPrefix: later })]),
      undecidedFor(policy, "b"),
    );
    const fed = rule("b", { ecrRepositoryPrefix: "hub", region: later }, { feeds: { region: [rule("x")] } });
    assert.deepEqual(await run(policy, [hub("a"), fed]), undecidedFor(policy, "b"));
  });
});
