import assert from "node:assert/strict";
import { tokenExpiryKnown } from "../../../policy-pack/policies/token-expiry-known";
import { later, passes, rule, run, secret } from "../support";

describe("token-expiry-known", () => {
  const policy = tokenExpiryKnown;
  const judge = (upstreamRegistryUrl: string, props: object = {}) => {
    const token = secret("token", { ...props });
    return run(policy, [token, rule("r", { upstreamRegistryUrl }, { feeds: { credentialArn: [token] } })]);
  };
  const tagged = (day: unknown) => ({ tags: { "pull-through-cache:token-expires": day } });

  it("passes upstreams whose tokens need not expire, and secrets that say when they do", async () => {
    for (const host of ["registry-1.docker.io", "ghcr.io", "shop.azurecr.io", later]) {
      assert.deepEqual(await judge(host), passes, host);
    }
    for (const day of ["2099-01-01", "never", later]) assert.deepEqual(await judge("cgr.dev", tagged(day)), passes);
    assert.deepEqual(await judge("cgr.dev", { tags: later }), passes);
    assert.deepEqual(await run(policy, [rule("r"), secret("unused")]), passes);
  });

  it("reports a token that expires on a day that nobody wrote down", async () => {
    assert.deepEqual((await judge("cgr.dev")).violations, [
      "token: Nobody will be warned before the token expires: a Chainguard pull token lasts 30 days by default and a year at most.",
    ]);
    assert.equal((await judge("https://registry.gitlab.com", { tags: { team: "shop" } })).violations.length, 1);
  });
});
