import assert from "node:assert/strict";
import { rulePrefixScanned as policy } from "../../../policy-pack/policies/rule-prefix-scanned";
import { later, messages, passes, rule, run, scanning, undecidedFor } from "../support";

const filters = (scanFrequency: string, ...list: unknown[]) => ({
  rules: [{ scanFrequency, repositoryFilters: list.map((filter) => ({ filter, filterType: "WILDCARD" })) }],
});
const judged = (prefix: string, props: object) =>
  run(policy, [rule("r", { ecrRepositoryPrefix: prefix }), scanning("s", { ...props })]);

describe("rule-prefix-scanned", () => {
  for (const [prefix, filter] of [
    ["quay", "*"],
    ["quay", "quay/*"],
    ["quay/", "quay/*"],
    ["quay", "qu*"],
    ["quay", "q*y/*"],
    ["quay", "quay"],
    ["team/quay", "quay"],
    ["team/quay", "*quay*"],
    ["ROOT", "*"],
  ] as const) {
    it(`passes the prefix ${prefix} with the filter ${filter}`, async () => {
      assert.deepEqual(await judged(prefix, filters("SCAN_ON_PUSH", filter)), passes);
    });
  }

  for (const [prefix, filter] of [
    ["quay", "quay/a*"],
    ["quay", "*/nginx"],
    ["quay", "hub"],
    ["quay", "*quay"],
    ["team/quay", "quay/*"],
    ["ROOT", "a"],
    ["ROOT", "a*"],
  ] as const) {
    it(`fails the prefix ${prefix} with the filter ${filter}`, async () => {
      const { violations } = await judged(prefix, filters("SCAN_ON_PUSH", filter));
      assert.deepEqual(violations, [
        `r: The registry scanning configuration s in eu-central-1 does not scan everything below "${prefix}" by itself.`,
      ]);
    });
  }

  it("knows which frequencies scan", async () => {
    assert.deepEqual(await judged("quay", { scanType: "ENHANCED", ...filters("CONTINUOUS_SCAN", "*") }), passes);
    assert.deepEqual(await judged("quay", { scanType: "ENHANCED", ...filters("SCAN_ON_PUSH", "*") }), passes);
    assert.equal((await judged("quay", filters("MANUAL", "*"))).violations.length, 1);
    assert.equal((await judged("quay", filters("CONTINUOUS_SCAN", "*"))).violations.length, 1);
    assert.equal((await judged("quay", { scanType: "ENHANCED", rules: [] })).violations.length, 1);
  });

  it("fails a rule whose Region has no configuration", async () => {
    const expected = [
      'r: The stack has no registry scanning configuration in eu-central-1, so nothing below "quay" is known to be scanned.',
    ];
    assert.deepEqual((await run(policy, [rule("r")])).violations, expected);
    assert.deepEqual((await run(policy, [rule("r"), scanning("s", { region: "us-east-1" })])).violations, expected);
  });

  it("names the filter to add, or the component's argument for scanning", async () => {
    const narrow = scanning("s", filters("SCAN_ON_PUSH", "hub/*"));
    const advised = async (ecrRepositoryPrefix: string) =>
      (await messages(policy, [rule("r", { ecrRepositoryPrefix }), narrow]))[0] ?? "";
    assert.match(await advised("team/quay/"), /\nAdd with SCAN_ON_PUSH "team\/quay\/\*" to .* would replace it/);
    assert.match(await advised("ROOT"), / "\*" to /);
    const [bare = ""] = await messages(policy, [rule("r")]);
    assert.match(bare, /Only if the account has none .*: it replaces all scanning rules there/);
    assert.match(
      (await messages(policy, [rule("r", { ecrRepositoryPrefix: later })]))[0] ?? "",
      /for the rule's prefix/,
    );
    const made = rule("r", {}, { parentType: "pull-through-cache:index:PullThroughCache" });
    assert.match((await messages(policy, [made]))[0] ?? "", / set scanning on the PullThroughCache, /);
  });

  it("requires every configuration of a Region to scan, because the last one to be deployed wins", async () => {
    const judge = (...configurations: ReturnType<typeof scanning>[]) => run(policy, [rule("r"), ...configurations]);
    const narrow = scanning("b", filters("SCAN_ON_PUSH", "hub/*"));
    assert.deepEqual(await judge(scanning("a"), scanning("b")), passes);
    assert.equal((await judge(scanning("a"), narrow)).violations.length, 1);
    assert.equal((await judge(narrow, scanning("a"))).violations.length, 1);
    assert.deepEqual(await judge(scanning("a"), scanning("b", { region: "us-east-1" })), passes);
    const open = scanning("b", { region: later }, { feeds: { region: [rule("x")] } });
    assert.deepEqual(await judge(open), undecidedFor(policy, "r"));
    assert.deepEqual(await judge(scanning("a"), open), passes);
  });

  it("waits for a configuration that --target leaves out of a first deployment", async () => {
    const skipped = { ...scanning("s"), props: {} };
    assert.deepEqual(await run(policy, [rule("r"), skipped]), undecidedFor(policy, "r"));
  });

  it("uses another stack's configuration that is declared for the Region", async () => {
    const declared = (region: string, filter: string) => ({
      scanningElsewhere: {
        [region]: { scanType: "BASIC", rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter }] }] },
      },
    });
    assert.deepEqual(await run(policy, [rule("r")], declared("eu-central-1", "*")), passes);
    assert.equal((await run(policy, [rule("r")], declared("eu-central-1", "hub"))).violations.length, 1);
    assert.equal((await run(policy, [rule("r")], declared("us-east-1", "*"))).violations.length, 1);
    const elsewhere = rule("r", { region: "us-east-1" });
    assert.deepEqual(await run(policy, [elsewhere], declared("us-east-1", "*")), passes);
  });

  it("waits for an unknown prefix only if a filter can match it", async () => {
    const judge = (props: Record<string, unknown>) =>
      run(policy, [rule("r", { ecrRepositoryPrefix: later }), scanning("s", props)]);
    assert.deepEqual(await judge(filters("SCAN_ON_PUSH", "quay/*")), undecidedFor(policy, "r"));
    assert.deepEqual(await judge(filters("SCAN_ON_PUSH", "quay/*", "*")), passes);
    assert.deepEqual((await judge({ rules: [] })).violations, [
      "r: The registry scanning configuration s in eu-central-1 does not scan everything below the rules' prefixes by itself.",
    ]);
  });

  it("waits for unknown filters only if they can change the answer", async () => {
    assert.deepEqual(await judged("quay", filters("SCAN_ON_PUSH", later)), undecidedFor(policy, "r"));
    assert.deepEqual(await judged("quay", filters("SCAN_ON_PUSH", later, "quay/*")), passes);
    assert.equal((await judged("quay", filters("MANUAL", later))).violations.length, 1);
    const scan = { scanFrequency: "SCAN_ON_PUSH" };
    for (const open of [
      later,
      [later],
      [{ ...scan, repositoryFilters: later }],
      [{ ...scan, repositoryFilters: [later] }],
      [{ scanFrequency: later, repositoryFilters: [{ filter: "quay/*" }] }],
      [{ ...scan, repositoryFilters: [{ filter: "hub/*" }] }, later],
    ]) {
      assert.deepEqual(await judged("quay", { rules: open }), undecidedFor(policy, "r"), JSON.stringify(open));
    }
    const wide = { ...scan, repositoryFilters: [{ filter: 7 }, { filter: "hub" }, { filter: "quay/*" }] };
    assert.deepEqual(await judged("quay", { rules: [later, wide] }), passes);
    assert.deepEqual(await judged("quay", { scanType: later, rules: [wide] }), undecidedFor(policy, "r"));
    const somewhere = rule("r", { region: later }, { feeds: { region: [rule("x")] } });
    assert.deepEqual(
      await run(policy, [somewhere], { scanningElsewhere: { "eu-central-1": { rules: [wide] } } }),
      undecidedFor(policy, "r"),
    );
    assert.equal((await run(policy, [somewhere])).violations.length, 1);
    assert.deepEqual(await judged(later, filters("SCAN_ON_PUSH", "*")), passes);
    assert.deepEqual(await judged(later, filters("SCAN_ON_PUSH", "quay/*")), undecidedFor(policy, "r"));
    assert.equal((await run(policy, [rule("r", { ecrRepositoryPrefix: later })])).violations.length, 1);
  });

  it("reports rules of one registry once, and none that is excluded", async () => {
    const rules = ["b", "a", "c"].map((name) => rule(name, { ecrRepositoryPrefix: name }));
    const far = rule("far", { region: "us-east-1" });
    assert.deepEqual((await run(policy, [...rules, far], { exclude: ["b"] })).violations, [
      'a: The stack has no registry scanning configuration in eu-central-1, so nothing below "a", "c" is known to be scanned.',
      'far: The stack has no registry scanning configuration in us-east-1, so nothing below "quay" is known to be scanned.',
    ]);
  });

  it("knows which upstreams have names of two parts", async () => {
    const hub = { upstreamRegistryUrl: "registry-1.docker.io", ecrRepositoryPrefix: "hub" };
    const judge = (props: object) =>
      run(policy, [rule("r", { ...hub, ...props }), scanning("s", filters("SCAN_ON_PUSH", "hub/*/*"))]);
    assert.deepEqual(await judge({}), passes);
    for (const props of [{ upstreamRegistryUrl: "registry.k8s.io" }, { upstreamRepositoryPrefix: "library" }]) {
      assert.equal((await judge(props)).violations.length, 1);
    }
  });
});
