import assert from "node:assert/strict";
import { upstreamAllowed } from "../../../policy-pack/policies/upstream-allowed";
import { later, passes, rule, run, undecidedFor } from "../support";

describe("upstream-allowed", () => {
  const policy = upstreamAllowed;
  const hub = (url: string) => rule("r", { upstreamRegistryUrl: url });

  it("allows everything until it is configured", async () => {
    assert.deepEqual(await run(policy, [hub("quay.io"), hub(later)]), passes);
  });

  it("passes what the list names, also by another name of Docker Hub or a wildcard", async () => {
    assert.deepEqual(await run(policy, [hub("registry-1.docker.io")], { allowed: ["ghcr.io", "docker.io"] }), passes);
    assert.deepEqual(await run(policy, [hub("docker.io")], { allowed: ["Registry-1.docker.io"] }), passes);
    assert.deepEqual(await run(policy, [hub("https://index.docker.io/")], { allowed: ["docker.io"] }), passes);
    assert.deepEqual(await run(policy, [hub("shop.azurecr.io")], { allowed: ["*.azurecr.io"] }), passes);
  });

  it("reports the rest, waits for unknown upstreams, and ignores excluded names", async () => {
    const config = { allowed: ["ghcr.io"] };
    const expected = ["r: quay.io is not on the allowlist."];
    assert.deepEqual((await run(policy, [hub("quay.io")], config)).violations, expected);
    assert.deepEqual(await run(policy, [hub(later)], config), undecidedFor(policy, "r"));
    assert.deepEqual(await run(policy, [hub(later)], { allowed: ["ghcr.io", "*"] }), passes);
    assert.deepEqual(await run(policy, [rule("r", { upstreamRegistryUrl: undefined })], config), passes);
    assert.deepEqual(await run(policy, [hub("quay.io")], { ...config, exclude: ["r"] }), passes);
  });
});
