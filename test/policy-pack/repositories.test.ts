import assert from "node:assert/strict";
import { repositoryHasLifecycle } from "../../policy-pack/policies/repository-has-lifecycle";
import { repositoryScansOnPush } from "../../policy-pack/policies/repository-scans-on-push";
import {
  later,
  lifecycleOf,
  lifecyclePolicy,
  passes,
  remediate,
  repository,
  rule,
  run,
  scanning,
  undecidedFor,
} from "./support";

const scanned = { imageScanningConfiguration: { scanOnPush: true } };

describe("repository-scans-on-push", () => {
  const policy = repositoryScansOnPush;

  it("passes a repository that scans on push, or that the registry scans", async () => {
    assert.deepEqual(await run(policy, [rule("r"), repository("a", scanned)]), passes);
    assert.deepEqual(await run(policy, [rule("r"), repository("a"), scanning("s")]), passes);
    assert.deepEqual(
      await run(policy, [repository("a")], {
        cachePrefixes: ["quay"],
        scanningElsewhere: {
          "eu-central-1": { rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "team" }] }] },
        },
      }),
      passes,
    );
  });

  it("fails one below a cache prefix that does not", async () => {
    for (const props of [{}, { imageScanningConfiguration: { scanOnPush: false } }]) {
      assert.deepEqual(await run(policy, [rule("r"), repository("a", props)]), {
        violations: ["a: The repository is not scanned on push."],
        notes: [],
      });
    }
  });

  it("judges only cache prefixes unless asked for all", async () => {
    const own = repository("own", { name: "quayside/app" });
    assert.deepEqual(await run(policy, [rule("r"), own]), passes);
    assert.equal((await run(policy, [own], { allRepositories: true })).violations.length, 1);
    assert.equal((await run(policy, [own], { cachePrefixes: ["quayside"] })).violations.length, 1);
    assert.equal((await run(policy, [own, rule("r", { ecrRepositoryPrefix: "ROOT" })])).violations.length, 1);
    assert.deepEqual(await run(policy, [rule("r", { region: "us-east-1" }), repository("a")]), passes);
  });

  it("waits for what is unknown and matters", async () => {
    const open = repository("a", { imageScanningConfiguration: { scanOnPush: later } });
    assert.deepEqual(await run(policy, [rule("r"), open]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: later })]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: later, ...scanned })]), passes);
    const { violations } = await run(policy, [repository("a", { name: later })], { allRepositories: true });
    assert.equal(violations.length, 1);
  });

  it("leaves out excluded names", async () => {
    assert.deepEqual(await run(policy, [rule("r"), repository("a")], { exclude: ["a"] }), passes);
  });

  it("switches scanning on where the configuration names the repository, when remediation is asked for", () => {
    const all = { allRepositories: true };
    assert.deepEqual(remediate(policy, repository("a"), all)?.imageScanningConfiguration, { scanOnPush: true });
    assert.ok(remediate(policy, repository("a"), { cachePrefixes: ["quay"] }));
    assert.equal(remediate(policy, repository("a"), { cachePrefixes: ["hub"] }), undefined);
    assert.equal(remediate(policy, repository("a")), undefined);
    assert.equal(remediate(policy, repository("a", scanned), all), undefined);
  });
});

describe("repository-has-lifecycle", () => {
  const policy = repositoryHasLifecycle;
  const attached = (a: ReturnType<typeof repository>, props: object = {}) =>
    lifecyclePolicy("l", { repository: later, ...props }, { feeds: { repository: [a] } });

  it("passes a repository with a lifecycle policy, by resource or by name", async () => {
    const a = repository("a");
    assert.deepEqual(await run(policy, [rule("r"), a, attached(a)]), passes);
    assert.deepEqual(await run(policy, [rule("r"), a, lifecyclePolicy("l", { repository: "quay/team/app" })]), passes);
  });

  it("fails a repository without one, also when another repository has one", async () => {
    const [a, b] = [repository("a"), repository("b", { name: "quay/b" })];
    const none = (name: string) => `${name}: The stack attaches no lifecycle policy to the repository.`;
    assert.deepEqual((await run(policy, [rule("r"), a, b, attached(b)])).violations, [none("a")]);
    assert.deepEqual((await run(policy, [rule("r"), a])).violations, [none("a")]);
    const elsewhere = lifecyclePolicy("l", { repository: "quay/team/app", region: "us-east-1" });
    assert.deepEqual((await run(policy, [rule("r"), a, elsewhere])).violations, [none("a")]);
  });

  it("fails a lifecycle policy that cannot expire anything", async () => {
    const a = repository("a");
    const never = lifecycleOf({
      tagStatus: "tagged",
      tagPrefixList: ["a", "b"],
      countType: "imageCountMoreThan",
      countNumber: 1,
    });
    for (const lifecycle of [never, "not json"]) {
      assert.deepEqual((await run(policy, [rule("r"), a, attached(a, { policy: lifecycle })])).violations, [
        "a: The lifecycle policy of the repository can never expire an image.",
      ]);
    }
  });

  it("waits for unknown policies and owners", async () => {
    const a = repository("a");
    assert.deepEqual(await run(policy, [rule("r"), a, attached(a, { policy: later })]), undecidedFor(policy, "a"));
    assert.deepEqual(
      await run(policy, [rule("r"), a, lifecyclePolicy("l", { repository: later })]),
      undecidedFor(policy, "a"),
    );
  });

  it("leaves out excluded names and repositories outside of caches", async () => {
    assert.deepEqual(await run(policy, [rule("r"), repository("a")], { exclude: ["a"] }), passes);
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: "app" })]), passes);
  });
});
