import assert from "node:assert/strict";
import { lambdaImageNotCached } from "../../../policy-pack/policies/lambda-image-not-cached";
import { later, passes, repository, resource, rule, run, undecidedFor } from "../support";
import { cached, hub } from "./workloads";

describe("lambda-image-not-cached", () => {
  const policy = lambdaImageNotCached;
  const lambda = (imageUri: unknown) => resource("aws:lambda/function:Function", "f", { imageUri });

  it("passes functions without an image, with an image of their own, or of another account", async () => {
    assert.deepEqual(await run(policy, [hub, lambda(undefined)]), passes);
    assert.deepEqual(await run(policy, [hub, lambda(cached("x").replace("/hub/", "/own/"))]), passes);
    assert.deepEqual(await run(policy, [hub, lambda(cached("x").replace("eu-central-1", "us-east-1"))]), passes);
    assert.deepEqual(await run(policy, [hub, lambda(cached("x").replace("111122223333", "444455556666"))]), passes);
    for (const text of ["not an image", `mirror-${cached("x")}`]) {
      assert.deepEqual(await run(policy, [hub, lambda(text)]), passes, text);
    }
  });

  it("reports an image below a cache prefix, of the stack or of the configuration", async () => {
    assert.deepEqual((await run(policy, [hub, lambda(cached("library/x:1"))])).violations, [
      "f: The image is in the repository hub/library/x, below a cache prefix.",
    ]);
    assert.deepEqual((await run(policy, [hub, lambda(cached(`x@sha256:${"a".repeat(64)}`))])).violations, [
      "f: The image is in the repository hub/x, below a cache prefix.",
    ]);
    const config = { cachePrefixes: ["hub"] };
    assert.equal((await run(policy, [lambda(cached("x"))], config)).violations.length, 1);
    assert.deepEqual(await run(policy, [lambda(cached("x"))], { ...config, exclude: ["f"] }), passes);
  });

  it("passes a repository of the stack's own beside a cache of all names", async () => {
    const all = rule("all", { ...{ ecrRepositoryPrefix: "ROOT", registryId: "111122223333" } });
    const image = cached("x").replace("/hub/", "/own/");
    assert.equal((await run(policy, [all, lambda(image)])).violations.length, 1);
    assert.deepEqual(await run(policy, [all, lambda(image), repository("own", { name: "own/x" })]), passes);
  });

  it("waits for an unknown image if there is a cache", async () => {
    assert.deepEqual(await run(policy, [hub, lambda(later)]), undecidedFor(policy, "f"));
    assert.deepEqual(await run(policy, [lambda(later)]), passes);
    const unnamed = rule("r", { ecrRepositoryPrefix: later, registryId: "111122223333" });
    assert.deepEqual(await run(policy, [unnamed, lambda(cached("x"))]), undecidedFor(policy, "f"));
  });
});
