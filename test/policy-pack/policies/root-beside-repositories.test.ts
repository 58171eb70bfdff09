import assert from "node:assert/strict";
import { rootBesideRepositories } from "../../../policy-pack/policies/root-beside-repositories";
import { later, passes, repository, rule, run, undecidedFor } from "../support";

describe("root-beside-repositories", () => {
  const policy = rootBesideRepositories;
  const root = (props: object = {}) => rule("root", { ecrRepositoryPrefix: "ROOT", ...props });
  const own = repository("web", { name: "shop/web" });

  it("passes other prefixes, a registry without repositories of one's own, and upstreams that are ECR", async () => {
    assert.deepEqual(await run(policy, [rule("quay"), own]), passes);
    assert.deepEqual(await run(policy, [root()]), passes);
    assert.deepEqual(await run(policy, [root(), rule("quay"), repository("cached")]), passes);
    assert.deepEqual(await run(policy, [root(), repository("far", { name: "shop/web", region: "us-east-1" })]), passes);
    const central = { upstreamRegistryUrl: "444455556666.dkr.ecr.eu-central-1.amazonaws.com" };
    assert.deepEqual(await run(policy, [root(central), own]), passes);
  });

  it("reports the rule, with one of the repositories", async () => {
    assert.deepEqual((await run(policy, [root(), rule("quay"), repository("cached"), own])).violations, [
      "root: The registry has repositories such as shop/web, and the prefix ROOT makes ECR ask quay.io for every name that it does not have.",
    ]);
  });

  it("waits for names and upstreams that are not known yet", async () => {
    assert.deepEqual(await run(policy, [root(), repository("r", { name: later })]), undecidedFor(policy, "root"));
    assert.deepEqual(await run(policy, [root({ upstreamRegistryUrl: later }), own]), undecidedFor(policy, "root"));
  });
});
