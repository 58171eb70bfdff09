import assert from "node:assert/strict";
import { noPublicRepository } from "../../../policy-pack/policies/no-public-repository";
import { later, passes, repository, repositoryPolicy, rule, run, undecidedFor } from "../support";

describe("no-public-repository", () => {
  const policy = noPublicRepository;
  const open = JSON.stringify({
    Statement: { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" },
  });
  const closed = open.replace('"*"', '{"AWS":"111122223333"}');
  const isPublic = ["p: Statement 1 of policy lets everyone in."];
  const on = (name: unknown, document: unknown = open, feeds = {}) =>
    repositoryPolicy("p", { repository: name, policy: document }, { feeds });

  it("fails a public policy of a repository below a cache prefix, by name or by resource", async () => {
    assert.deepEqual((await run(policy, [rule("r"), on("quay/app")])).violations, isPublic);
    const a = repository("a");
    assert.deepEqual((await run(policy, [rule("r"), a, on(later, open, { repository: [a] })])).violations, isPublic);
    const alsoFed = on(later, open, { repository: [rule("x"), a] });
    assert.deepEqual((await run(policy, [rule("r"), a, alsoFed])).violations, isPublic);
    assert.deepEqual((await run(policy, [on("quay/app")], { cachePrefixes: ["quay"] })).violations, isPublic);
  });

  it("passes other policies, and repositories outside caches", async () => {
    assert.deepEqual(await run(policy, [rule("r"), on("quay/app", closed)]), passes);
    assert.deepEqual(await run(policy, [rule("r"), on("own/app")]), passes);
    assert.deepEqual(await run(policy, [on("quay/app")]), passes);
    assert.deepEqual(await run(policy, [rule("r"), on("quay/app")], { exclude: ["p"] }), passes);
  });

  it("waits for unknown repositories and policies", async () => {
    assert.deepEqual(await run(policy, [rule("r"), on(later)]), undecidedFor(policy, "p"));
    assert.deepEqual(await run(policy, [rule("r"), on(later, closed)]), passes);
    assert.deepEqual(await run(policy, [rule("r"), on("quay/app", later)]), undecidedFor(policy, "p"));
    const unnamed = repository("c", { name: later });
    assert.deepEqual(
      await run(policy, [rule("r"), on(later, open, { repository: [unnamed] })]),
      undecidedFor(policy, "p"),
    );
    const two = [repository("a"), repository("b", { name: "own/b" })];
    assert.deepEqual(await run(policy, [rule("r"), on(later, open, { repository: two })]), undecidedFor(policy, "p"));
  });
});
