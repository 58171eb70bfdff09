import assert from "node:assert/strict";
import { ruleHasTemplate as policy } from "../../../policy-pack/policies/rule-has-template";
import { later, passes, resource, rule, run, template, undecidedFor } from "../support";

const noMatch = (name: string, prefix: string) =>
  `${name}: No template in the rule's account and Region matches "${prefix}".`;

const notApplied = 'r: The template with the longest prefix that matches "quay" is not applied for PULL_THROUGH_CACHE.';

describe("rule-has-template", () => {
  it("passes a rule if its prefix, a shorter one or ROOT has a template", async () => {
    for (const prefix of ["team/hub", "team/hub/", "team", "ROOT"]) {
      assert.deepEqual(
        await run(policy, [rule("r", { ecrRepositoryPrefix: "team/hub" }), template("t", { prefix })]),
        passes,
      );
    }
  });

  it("fails a rule without one", async () => {
    const stack = [rule("r", { ecrRepositoryPrefix: "team/hub" }), template("t", { prefix: "team/hu" })];
    assert.deepEqual(await run(policy, stack), { violations: [noMatch("r", "team/hub")], notes: [] });
    assert.deepEqual(await run(policy, [rule("r")]), { violations: [noMatch("r", "quay")], notes: [] });
    const lookalike = resource("shop:index:Template", "t", { prefix: "quay", appliedFors: ["PULL_THROUGH_CACHE"] });
    assert.equal((await run(policy, [rule("r"), lookalike])).violations.length, 1);
  });

  it("fails a rule whose longest match is not a template for caches", async () => {
    const stack = [rule("r"), template("t", { appliedFors: ["REPLICATION"] })];
    assert.deepEqual(await run(policy, stack), { violations: [notApplied], notes: [] });
    const two = [...stack, template("root", { prefix: "ROOT", appliedFors: ["CREATE_ON_PUSH"] })];
    assert.deepEqual(await run(policy, two), { violations: [notApplied], notes: [] });
  });

  it("only advises if a shorter match is a template for caches: AWS does not say which one ECR applies", async () => {
    const stack = [rule("r"), template("root", { prefix: "ROOT" }), template("t", { appliedFors: ["REPLICATION"] })];
    assert.deepEqual(await run(policy, stack), { violations: [], notes: [`[advisory] ${notApplied}`] });
  });

  it("looks only in the rule's Region and account", async () => {
    assert.equal((await run(policy, [rule("r"), template("t", { region: "us-east-1" })])).violations.length, 1);
    const other = { name: "other", props: { region: "eu-central-1", allowedAccountIds: '["111122223333"]' } };
    const mine = { name: "mine", props: { region: "eu-central-1", allowedAccountIds: '["444455556666"]' } };
    const stack = [rule("r", {}, { provider: mine }), template("t", {}, { provider: other })];
    assert.equal((await run(policy, stack)).violations.length, 1);
    assert.deepEqual(
      await run(policy, [rule("r", {}, { provider: mine }), template("t", {}, { provider: mine })]),
      passes,
    );
  });

  it("treats a provider with the same credentials as the same account", async () => {
    const named = (name: string) => ({ provider: { name, props: { region: "eu-central-1", profile: "shop" } } });
    assert.deepEqual(await run(policy, [rule("r", {}, named("a")), template("t", {}, named("b"))]), passes);
    const unsure = { provider: { name: "c", props: { region: "eu-central-1", profile: later } } };
    assert.deepEqual(
      await run(policy, [rule("r", {}, named("a")), template("t", {}, unsure)]),
      undecidedFor(policy, "r"),
    );
  });

  it("treats a provider with other credentials as perhaps another account", async () => {
    const keys = (name: string, accessKey: string, region = "eu-central-1") => ({
      provider: { name, props: { region, accessKey } },
    });
    const judge = (one: object, other: object) => run(policy, [rule("r", {}, one), template("t", {}, other)]);
    assert.deepEqual(await judge(keys("a", "A"), keys("b", "A")), passes);
    assert.deepEqual(await judge(keys("a", "A"), keys("b", "B")), undecidedFor(policy, "r"));
    assert.equal((await judge(keys("a", "A"), keys("b", "A", "us-east-1"))).violations.length, 1);
    const named = { provider: { name: "c", props: { region: "eu-central-1", allowedAccountIds: '["111122223333"]' } } };
    assert.deepEqual(await judge(named, keys("b", "B")), undecidedFor(policy, "r"));
  });

  it("counts a template of another stack that the configuration names", async () => {
    assert.deepEqual(await run(policy, [rule("r")], { templatesElsewhere: ["ROOT"] }), passes);
    assert.equal((await run(policy, [rule("r")], { templatesElsewhere: ["hub"] })).violations.length, 1);
  });

  it("waits for unknown prefixes only if they can change the answer", async () => {
    assert.deepEqual(await run(policy, [rule("r"), template("t", { prefix: later })]), undecidedFor(policy, "r"));
    assert.deepEqual(await run(policy, [rule("r"), template("t"), template("u", { prefix: later })]), passes);
    const rival = template("u", { prefix: later, appliedFors: ["REPLICATION"] });
    assert.deepEqual(await run(policy, [rule("r"), template("t"), rival]), undecidedFor(policy, "r"));
    assert.equal((await run(policy, [rule("r"), rival])).violations.length, 1);
    const hub = rule("r", { ecrRepositoryPrefix: "team/hub" });
    for (const prefix of ["ROOT", "team", "team/hub", "team/hub/x"]) {
      const options = { feeds: { region: [rule("x")] } };
      const somewhere = template("u", { prefix, region: later, appliedFors: ["REPLICATION"] }, options);
      const longest = template("t", { prefix: "team/hub" });
      assert.deepEqual(await run(policy, [hub, longest, somewhere]), passes, prefix);
      const shorter = await run(policy, [hub, template("t", { prefix: "ROOT" }), somewhere]);
      assert.deepEqual(shorter, /^team(?:\/hub)?$/.test(prefix) ? undecidedFor(policy, "r") : passes, prefix);
    }
    const unnamed = rule("r", { ecrRepositoryPrefix: later });
    assert.deepEqual(await run(policy, [unnamed, template("t", { prefix: "ROOT" })]), passes);
    assert.deepEqual(await run(policy, [unnamed, template("t")]), undecidedFor(policy, "r"));
    assert.equal((await run(policy, [unnamed])).violations.length, 1);
    assert.deepEqual(await run(policy, [rule("r"), template("t", { appliedFors: later })]), undecidedFor(policy, "r"));
  });

  it("judges an included rule by templates that are not included", async () => {
    assert.deepEqual(await run(policy, [rule("r"), template("t")], { include: ["r"], exclude: ["t"] }), passes);
    assert.deepEqual(await run(policy, [rule("r")], { exclude: ["r"] }), passes);
  });

  it("reports nothing for a stack without rules", async () => {
    assert.deepEqual(await run(policy, [template("t", { prefix: later })]), passes);
  });
});
