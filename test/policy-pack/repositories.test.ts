import assert from "node:assert/strict";
import { discoveredRepositoryScans } from "../../policy-pack/policies/discovered-repository-scans";
import { noPublicRepository } from "../../policy-pack/policies/no-public-repository";
import { repositoryHasLifecycle } from "../../policy-pack/policies/repository-has-lifecycle";
import { repositoryScansOnPush } from "../../policy-pack/policies/repository-scans-on-push";
import {
  later,
  lifecycleOf,
  lifecyclePolicy,
  passes,
  remediate,
  repository,
  repositoryPolicy,
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

  it("ignores a repository's own setting under enhanced scanning", async () => {
    const enhanced = (filter: unknown, scanType: unknown = "ENHANCED") =>
      scanning("s", { scanType, rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter }] }] });
    const judge = (...stack: Parameters<typeof run>[1]) => run(policy, [rule("r"), repository("a", scanned), ...stack]);
    assert.deepEqual((await judge(enhanced("hub/*"))).violations, [
      "a: The registry scans only by its filters (ENHANCED), and none of them matches the repository.",
    ]);
    assert.deepEqual(await judge(enhanced("quay/*")), passes);
    assert.deepEqual(await judge(enhanced("hub/*", "BASIC")), passes);
    assert.deepEqual(await judge(enhanced("hub/*", later)), undecidedFor(policy, "a"));
    assert.deepEqual(await judge(enhanced(later)), undecidedFor(policy, "a"));
    const elsewhere = { "eu-central-1": { scanType: "ENHANCED", rules: [] } };
    const stack = [rule("r"), repository("a", scanned)];
    assert.equal((await run(policy, stack, { scanningElsewhere: elsewhere })).violations.length, 1);
  });

  it("fails one below a cache prefix that does not", async () => {
    for (const props of [{}, { imageScanningConfiguration: { scanOnPush: false } }]) {
      assert.deepEqual(await run(policy, [rule("r"), repository("a", props)]), {
        violations: ["a: The repository is not scanned on push."],
        notes: [],
      });
    }
  });

  it("judges only cache prefixes, unless the configuration names all repositories", async () => {
    const own = repository("own", { name: "quayside/app" });
    assert.deepEqual(await run(policy, [rule("r"), own]), passes);
    assert.equal((await run(policy, [own], { allRepositories: true })).violations.length, 1);
    assert.equal((await run(policy, [own], { cachePrefixes: ["quayside"] })).violations.length, 1);
    assert.equal((await run(policy, [own, rule("r", { ecrRepositoryPrefix: "ROOT" })])).violations.length, 1);
    assert.deepEqual(await run(policy, [rule("r", { region: "us-east-1" }), repository("a")]), passes);
  });

  it("waits for unknown values that matter", async () => {
    const open = repository("a", { imageScanningConfiguration: { scanOnPush: later } });
    assert.deepEqual(await run(policy, [rule("r"), open]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: later })]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: later, ...scanned })]), passes);
    const { violations } = await run(policy, [repository("a", { name: later })], { allRepositories: true });
    assert.equal(violations.length, 1);
  });

  it("ignores excluded names", async () => {
    assert.deepEqual(await run(policy, [rule("r"), repository("a")], { exclude: ["a"] }), passes);
  });

  it("turns scanning on if the configuration names the repository and remediation is on", () => {
    const all = { allRepositories: true };
    assert.deepEqual(remediate(policy, repository("a"), all)?.imageScanningConfiguration, { scanOnPush: true });
    assert.ok(remediate(policy, repository("a"), { cachePrefixes: ["quay"] }));
    assert.equal(remediate(policy, repository("a"), { cachePrefixes: ["hub"] }), undefined);
    assert.equal(remediate(policy, repository("a")), undefined);
    assert.equal(remediate(policy, repository("a", scanned), all), undefined);
  });
});

describe("discovered-repository-scans", () => {
  const policy = discoveredRepositoryScans;
  const config = { cachePrefixes: ["quay"] };

  it("judges a repository by itself, below the prefixes of the configuration", async () => {
    const expected = ["a: The repository is not scanned on push."];
    assert.deepEqual((await run(policy, [repository("a")], config)).violations, expected);
    assert.deepEqual(await run(policy, [repository("a", scanned)], config), passes);
    assert.deepEqual(await run(policy, [repository("a", { name: "own/app" })], config), passes);
    assert.deepEqual(await run(policy, [rule("r"), repository("a")]), passes);
    const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "quay/*" }] }];
    const elsewhere = { scanningElsewhere: { "eu-central-1": { rules } } };
    assert.deepEqual(await run(policy, [repository("a")], { ...config, ...elsewhere }), passes);
    assert.deepEqual(await run(policy, [repository("a", { name: later })], config), undecidedFor(policy, "a"));
  });
});

describe("no-public-repository", () => {
  const policy = noPublicRepository;
  const open = JSON.stringify({
    Statement: { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" },
  });
  const closed = open.replace('"*"', '{"AWS":"111122223333"}');
  const isPublic = ["p: The repository's policy lets everyone in."];
  const on = (name: unknown, document: unknown = open, feeds = {}) =>
    repositoryPolicy("p", { repository: name, policy: document }, { feeds });

  it("fails a public policy of a repository below a cache prefix, by name or by resource", async () => {
    assert.deepEqual((await run(policy, [rule("r"), on("quay/app")])).violations, isPublic);
    const a = repository("a");
    assert.deepEqual((await run(policy, [rule("r"), a, on(later, open, { repository: [a] })])).violations, isPublic);
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
    const two = [repository("a"), repository("b", { name: "own/b" })];
    assert.deepEqual(await run(policy, [rule("r"), on(later, open, { repository: two })]), undecidedFor(policy, "p"));
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

  it("ignores excluded names and repositories outside caches", async () => {
    assert.deepEqual(await run(policy, [rule("r"), repository("a")], { exclude: ["a"] }), passes);
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: "app" })]), passes);
  });
});
