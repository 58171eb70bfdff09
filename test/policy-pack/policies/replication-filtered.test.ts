import assert from "node:assert/strict";
import { replicationFiltered } from "../../../policy-pack/policies/replication-filtered";
import { later, passes, replication, rule, run, undecidedFor } from "../support";

describe("replication-filtered", () => {
  const policy = replicationFiltered;
  const destinations = [{ region: "eu-west-1", registryId: "111122223333" }];
  const copies = (...rules: unknown[]) => replication("copies", { replicationConfiguration: { rules } });
  const filtered = { destinations, repositoryFilters: [{ filter: "shop/", filterType: "PREFIX_MATCH" }] };

  it("passes filters, also one for a cache, and registries without a cache", async () => {
    assert.deepEqual(await run(policy, [rule("r"), copies(filtered)]), passes);
    const meant = { destinations, repositoryFilters: [{ filter: "quay/", filterType: "PREFIX_MATCH" }] };
    assert.deepEqual(await run(policy, [rule("r"), copies(meant)]), passes);
    assert.deepEqual(await run(policy, [rule("r"), copies()]), passes);
    assert.deepEqual(await run(policy, [copies({ destinations })]), passes);
    assert.deepEqual(await run(policy, [rule("r", { region: "us-east-1" }), copies({ destinations })]), passes);
  });

  it("reports the rule without a filter, the caches and the destinations", async () => {
    const stack = [rule("r"), rule("hub", { ecrRepositoryPrefix: "hub/" }), copies(filtered, { destinations })];
    assert.deepEqual((await run(policy, stack)).violations, [
      "copies: rules[1] has no repositoryFilters, so it copies what is cached below hub, quay to eu-west-1.",
    ]);
    const open = [rule("r", { ecrRepositoryPrefix: later }), copies({ destinations: later, repositoryFilters: [] })];
    assert.deepEqual((await run(policy, open)).violations, [
      "copies: rules[0] has no repositoryFilters, so it copies every cached image to its destinations.",
    ]);
  });

  it("waits for rules and filters that are not known yet", async () => {
    for (const rules of [later, [later], [{ destinations, repositoryFilters: later }]]) {
      const open = replication("copies", { replicationConfiguration: { rules } });
      assert.deepEqual(await run(policy, [rule("r"), open]), undecidedFor(policy, "copies"));
    }
    const open = replication("copies", { replicationConfiguration: later });
    assert.deepEqual(await run(policy, [rule("r"), open]), undecidedFor(policy, "copies"));
  });
});
