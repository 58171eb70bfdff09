import assert from "node:assert/strict";
import { oneOwner } from "../../../policy-pack/policies/one-owner";
import { later, passes, registryPolicy, run, scanning, undecidedFor } from "../support";

describe("one-owner", () => {
  const policy = oneOwner;

  it("passes one of each in each Region", async () => {
    const stack = [scanning("a"), scanning("b", { region: "us-east-1" }), registryPolicy("c")];
    assert.deepEqual(await run(policy, stack), passes);
  });

  it("reports the same one, whatever the order in which the engine lists them", async () => {
    const [a, b] = [scanning("a"), scanning("b")];
    assert.deepEqual(await run(policy, [b, a]), await run(policy, [a, b]));
  });

  it("reports the second one, once", async () => {
    const { violations } = await run(policy, [scanning("a"), scanning("b"), registryPolicy("c"), registryPolicy("d")]);
    assert.deepEqual(violations, [
      "b: It overwrites a, the registry scanning configuration of the same account and Region.",
      "d: It overwrites c, the registry policy of the same account and Region.",
    ]);
  });

  it("names the one in the same Region, not the first of all", async () => {
    const { violations } = await run(policy, [scanning("a", { region: "us-east-1" }), scanning("b"), scanning("c")]);
    assert.deepEqual(violations, [
      "c: It overwrites b, the registry scanning configuration of the same account and Region.",
    ]);
  });

  it("reports what another stack owns, and ignores excluded names", async () => {
    const config = { ownedElsewhere: ["eu-central-1"] };
    assert.equal((await run(policy, [scanning("a")], config)).violations.length, 1);
    assert.deepEqual(await run(policy, [scanning("a", { region: "us-east-1" })], config), passes);
    const { violations } = await run(policy, [scanning("a"), registryPolicy("b")], { ownedElsewhere: ["*"] });
    assert.deepEqual(violations, [
      "a: The registry scanning configuration of this Region belongs to another stack.",
      "b: The registry policy of this Region belongs to another stack.",
    ]);
    assert.deepEqual(await run(policy, [scanning("a")], { ...config, exclude: ["a"] }), passes);
  });

  it("waits for a Region that comes from another resource", async () => {
    const open = scanning("b", { region: later }, { feeds: { region: [scanning("x")] } });
    assert.deepEqual(await run(policy, [scanning("a"), open]), undecidedFor(policy, "b"));
    const [far, alsoFar] = ["us-east-1", "us-west-2"].map((region) => scanning(`a-${region}`, { region }));
    assert.ok(far && alsoFar);
    assert.deepEqual(await run(policy, [far, alsoFar, open]), undecidedFor(policy, "b"));
    assert.deepEqual(await run(policy, [open]), passes, "nobody else owns anything");
    assert.deepEqual(await run(policy, [open], { ownedElsewhere: ["us-east-1"] }), undecidedFor(policy, "b"));
    assert.equal((await run(policy, [scanning("a"), scanning("b", { region: later })])).violations.length, 1);
  });
});
