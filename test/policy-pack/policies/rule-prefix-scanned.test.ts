import assert from "node:assert/strict";
import { rulePrefixScanned as policy } from "../../../policy-pack/policies/rule-prefix-scanned";
import { configured, fails, fed, judges, later, messages, passes, rule, scanning, undecided } from "../support";

const scans = (scanFrequency: unknown, ...filters: unknown[]) => ({
  scanFrequency,
  repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
});
const onPush = (...filters: unknown[]) => ({ rules: [scans("SCAN_ON_PUSH", ...filters)] });
const s = (props: object) => scanning("s", { ...props });
const r = rule("r");
const of = (prefix: unknown, props: object) => [rule("r", { ecrRepositoryPrefix: prefix }), s(props)];
const quay = (...rules: unknown[]) => [r, s({ rules })];
const enhanced = (...rules: unknown[]) => [r, s({ scanType: "ENHANCED", rules })];
const narrow = scanning("b", onPush("hub/*"));
const somewhere = fed({ region: [rule("x")] });
const elsewhere = (region: string, ...rules: unknown[]) => ({ scanningElsewhere: { [region]: { rules } } });
const all = scans("SCAN_ON_PUSH", "*");
const wide = { ...all, repositoryFilters: [{ filter: 7 }, { filter: "hub" }, { filter: "quay/*" }] };
const hub = (props: object = {}) =>
  rule("r", { upstreamRegistryUrl: "registry-1.docker.io", ecrRepositoryPrefix: "hub", ...props });

const lacks = (name: string, below: string) =>
  `r: The registry scanning configuration ${name}in eu-central-1 does not scan everything below ${below} by itself.`;
const none = (name: string, region: string, below: string) =>
  `${name}: The stack has no registry scanning configuration in ${region}, so nothing below ${below} is known to be scanned.`;

judges(policy, {
  "passes a prefix whose names a filter matches": [
    passes,
    ...["*", "quay/*", "qu*", "q*y/*", "quay"].map((filter) => of("quay", onPush(filter))),
    of("quay/", onPush("quay/*")),
    ...["quay", "*quay*"].map((filter) => of("team/quay", onPush(filter))),
    of("ROOT", onPush("*")),
    [hub(), s(onPush("hub/*/*"))],
    enhanced(scans("CONTINUOUS_SCAN", "*")),
    enhanced(all),
    [r, scanning("a"), scanning("b", { region: "us-east-1" })],
    [r, scanning("a"), scanning("b")],
    [r, scanning("a"), scanning("b", { region: later }, somewhere)],
    configured(elsewhere("eu-central-1", all), r),
    configured(elsewhere("us-east-1", all), rule("r", { region: "us-east-1" })),
  ],
  "fails filters that leave something out, and frequencies that do not scan": [
    lacks("s ", '"quay"'),
    ...["quay/a*", "*/nginx", "hub", "*quay"].map((filter) => of("quay", onPush(filter))),
    quay(scans("MANUAL", "*")),
    quay(scans("CONTINUOUS_SCAN", "*")),
    quay(scans("MANUAL", later)),
    enhanced(),
  ],
  "fails a filter of another prefix": [lacks("s ", '"team/quay"'), of("team/quay", onPush("quay/*"))],
  "fails a filter of some names": [lacks("s ", '"ROOT"'), of("ROOT", onPush("a")), of("ROOT", onPush("a*"))],
  "fails a filter for names of two parts where one is enough": [
    lacks("s ", '"hub"'),
    [hub({ upstreamRegistryUrl: "registry.k8s.io" }), s(onPush("hub/*/*"))],
    [hub({ upstreamRepositoryPrefix: "library" }), s(onPush("hub/*/*"))],
  ],
  "requires every configuration of a Region to scan, because the last one to be deployed wins": [
    /^r: The registry scanning configuration a in eu-central-1 does not scan/,
    [r, scanning("a"), narrow],
  ],
  "requires it in any order": [/^r: The registry scanning configuration b in eu/, [r, narrow, scanning("a")]],
  "fails another stack's configuration": [lacks("", '"quay"'), configured(elsewhere("eu-central-1", narrow), r)],
  "fails a rule whose Region has no configuration": [
    none("r", "eu-central-1", '"quay"'),
    [r],
    [r, scanning("s", { region: "us-east-1" })],
    configured(elsewhere("us-east-1", all), r),
  ],
  "fails a prefix that is not known yet where nothing scans": [
    lacks("s ", "the rules' prefixes"),
    of(later, { rules: [] }),
  ],
  "fails a prefix and a Region that are not known yet where nothing is configured": [
    /^r: The stack has no registry scanning configuration/,
    [rule("r", { ecrRepositoryPrefix: later })],
    [rule("r", { region: later }, somewhere)],
  ],
  "waits for unknown values only if they can change the answer": [
    undecided("r"),
    of(later, onPush("quay/*")),
    of("quay", onPush(later)),
    ...[
      later,
      [later],
      [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: later }],
      [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [later] }],
      [scans(later, "quay/*")],
      [scans("SCAN_ON_PUSH", "hub/*"), later],
    ].map((rules) => of("quay", { rules })),
    of("quay", { scanType: later, rules: [wide] }),
    [r, scanning("b", { region: later }, somewhere)],
    configured(elsewhere("eu-central-1", wide), rule("r", { region: later }, somewhere)),
    // --target leaves it out of a first deployment.
    [r, { ...scanning("s"), props: {} }],
  ],
  "passes if they cannot": [
    passes,
    of(later, onPush("quay/*", "*")),
    of("quay", onPush(later, "quay/*")),
    quay(later, wide),
  ],
  "reports rules of one registry once, and none that is excluded": [
    fails(none("a", "eu-central-1", '"a", "c"'), none("far", "us-east-1", '"quay"')),
    configured(
      { exclude: ["b"] },
      ...["b", "a", "c"].map((name) => rule(name, { ecrRepositoryPrefix: name })),
      rule("far", { region: "us-east-1" }),
    ),
  ],
});

it("rule-prefix-scanned names the filter to add, or the component's argument for scanning", async () => {
  const made = rule("r", {}, { parentType: "pull-through-cache:index:PullThroughCache" });
  for (const [stack, advised] of [
    [of("team/quay/", onPush("hub/*")), /\nAdd with SCAN_ON_PUSH "team\/quay\/\*" to .* would replace it/],
    [of("ROOT", onPush("hub/*")), / "\*" to /],
    [[r], /Only if the account has none .*: it replaces all scanning rules there/],
    [[rule("r", { ecrRepositoryPrefix: later })], /for the rule's prefix/],
    [[made], / set scanning on the PullThroughCache, /],
  ] as const) {
    assert.match((await messages(policy, stack)).join(), advised);
  }
});
