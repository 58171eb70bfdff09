import assert from "node:assert/strict";
import { requiredTags } from "../../../policy-pack/policies/required-tags";
import { later, laterObject, passes, run, secret, template, undecidedFor } from "../support";

describe("required-tags", () => {
  const policy = requiredTags;
  const config = { tags: ["team", "cost"] };

  it("requires nothing until it is configured", async () => {
    assert.deepEqual(await run(policy, [template("t"), secret("s")]), passes);
  });

  it("passes resources with the tags, whatever their values", async () => {
    const tags = { team: later, cost: "1" };
    assert.deepEqual(await run(policy, [template("t", { resourceTags: tags }), secret("s", { tags })], config), passes);
  });

  it("counts the provider's default tags for secrets, but not for repositories of a template", async () => {
    const provider = { name: "p", props: { defaultTags: JSON.stringify({ tags: { team: "shop", cost: "1" } }) } };
    const { violations } = await run(policy, [template("t", {}, { provider }), secret("s", {}, { provider })], config);
    assert.deepEqual(violations, ["t: Missing tags: team, cost."]);
  });

  it("reports missing tags, waits for unknown ones, and ignores other and excluded resources", async () => {
    const { violations } = await run(policy, [secret("s", { tags: { team: "a" } })], config);
    assert.deepEqual(violations, ["s: Missing tags: cost."]);
    assert.deepEqual(await run(policy, [secret("s", { tags: laterObject })], config), undecidedFor(policy, "s"));
    assert.deepEqual(
      await run(policy, [template("t", { resourceTags: laterObject })], config),
      undecidedFor(policy, "t"),
    );
    assert.deepEqual(await run(policy, [template("t", { appliedFors: later })], config), undecidedFor(policy, "t"));
    const provider = { name: "p", props: { defaultTags: later } };
    assert.deepEqual(await run(policy, [secret("s", {}, { provider })], config), undecidedFor(policy, "s"));
    const partly = { name: "p", props: { defaultTags: JSON.stringify({ tags: { team: "shop" } }) } };
    assert.deepEqual(await run(policy, [secret("s", { tags: { cost: "1" } }, { provider: partly })], config), passes);
    assert.deepEqual(await run(policy, [secret("s", { name: later })], config), passes);
    const others = [secret("db", { name: "db" }), template("t", { appliedFors: ["REPLICATION"] })];
    assert.deepEqual(await run(policy, others, config), passes);
    assert.deepEqual(await run(policy, [secret("s")], { ...config, exclude: ["s"] }), passes);
  });
});
