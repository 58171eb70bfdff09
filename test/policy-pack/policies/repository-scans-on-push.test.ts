import assert from "node:assert/strict";
import { repositoryScansOnPush } from "../../../policy-pack/policies/repository-scans-on-push";
import { later, messages, passes, remediate, repository, rule, run, scanning, undecidedFor } from "../support";

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
    assert.deepEqual(
      (await messages(policy, [rule("r"), repository("a"), enhanced("hub/*")])).map((one) => one.split("\n")[1]),
      ["Add a filter for the repository to the registry scanning configuration."],
      "its own setting would not help",
    );
    assert.deepEqual(await judge(enhanced("quay/*")), passes);
    assert.deepEqual(await judge(enhanced("hub/*", "BASIC")), passes);
    assert.deepEqual(await judge(enhanced("hub/*", later)), undecidedFor(policy, "a"));
    assert.deepEqual(await judge(enhanced(later)), undecidedFor(policy, "a"));
    const somewhere = (scanType: string) =>
      scanning("s", { scanType, rules: [], region: later }, { feeds: { region: [rule("x")] } });
    assert.deepEqual(await judge(somewhere("BASIC")), passes, "it scans no less than the repository itself");
    assert.deepEqual(await judge(somewhere("ENHANCED")), undecidedFor(policy, "a"));
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
    assert.deepEqual(await run(policy, [own, rule("r", { ecrRepositoryPrefix: "ROOT" })]), passes, "it is not cached");
    assert.equal((await run(policy, [own], { cachePrefixes: ["ROOT"] })).violations.length, 1);
    assert.deepEqual(await run(policy, [rule("r", { region: "us-east-1" }), repository("a")]), passes);
  });

  it("waits for unknown values that matter", async () => {
    const open = repository("a", { imageScanningConfiguration: { scanOnPush: later } });
    assert.deepEqual(await run(policy, [rule("r"), open]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: later })]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: later, ...scanned })]), passes);
    const { violations } = await run(policy, [repository("a", { name: later })], { allRepositories: true });
    assert.equal(violations.length, 1);
    const filtered = (...list: readonly string[]) =>
      run(
        policy,
        [
          repository("a", { name: later }),
          scanning("s", {
            rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: list.map((filter) => ({ filter })) }],
          }),
        ],
        { allRepositories: true },
      );
    assert.deepEqual(await filtered("hub/*"), undecidedFor(policy, "a"));
    assert.deepEqual(await filtered("hub/*", "*"), passes);
    assert.equal((await filtered()).violations.length, 1);
    const unnamed = rule("r", { ecrRepositoryPrefix: later });
    assert.deepEqual(await run(policy, [unnamed, repository("a")]), undecidedFor(policy, "a"));
    const somewhere = rule("r", { region: later }, { feeds: { region: [unnamed] } });
    assert.deepEqual(await run(policy, [somewhere, repository("a")]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [somewhere, repository("a", { name: "own/app" })]), passes);
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
    for (const scanOnPush of [false, undefined]) {
      assert.ok(remediate(policy, repository("a", { imageScanningConfiguration: { scanOnPush } }), all));
    }
    assert.equal(
      remediate(policy, repository("a", { imageScanningConfiguration: { scanOnPush: later } }), all),
      undefined,
    );
    assert.equal(remediate(policy, repository("a", { name: later }), { cachePrefixes: ["quay"] }), undefined);
  });
});
