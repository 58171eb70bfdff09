import assert from "node:assert/strict";
import { repositoryScansOnPush as policy } from "../../../policy-pack/policies/repository-scans-on-push";
import {
  configured,
  fed,
  judges,
  later,
  messages,
  passes,
  remediate,
  repository,
  rule,
  scanning,
  undecided,
} from "../support";

const r = rule("r");
const setting = (scanOnPush: unknown) => ({ imageScanningConfiguration: { scanOnPush } });
const [bare, scanned, unnamed] = [repository("a"), repository("a", setting(true)), repository("a", { name: later })];
const own = repository("a", { name: "quayside/app" });
const all = { allRepositories: true };
const onPush = (...filters: unknown[]) => [
  { scanFrequency: "SCAN_ON_PUSH", repositoryFilters: filters.map((filter) => ({ filter })) },
];
const filtered = (...filters: unknown[]) => scanning("s", { rules: onPush(...filters) });
const enhanced = (filter: unknown, scanType: unknown = "ENHANCED") =>
  scanning("s", { scanType, rules: onPush(filter) });
const unsure = rule("r", { ecrRepositoryPrefix: later });
const somewhere = fed({ region: [rule("x")] });
const ruleSomewhere = rule("r", { region: later }, somewhere);
const scanningSomewhere = (scanType: string) => scanning("s", { scanType, rules: [], region: later }, somewhere);
const elsewhere = (scanType: string, ...rules: object[]) => ({
  scanningElsewhere: { "eu-central-1": { scanType, rules } },
});

judges(policy, {
  "passes a repository that scans on push, or that the registry scans": [
    passes,
    [r, scanned],
    [r, bare, scanning("s")],
    configured({ cachePrefixes: ["quay"], ...elsewhere("BASIC", ...onPush("team")) }, bare),
    [r, scanned, enhanced("quay/*")],
    [r, scanned, enhanced("hub/*", "BASIC")],
    // It scans no less than the repository itself.
    [r, scanned, scanningSomewhere("BASIC")],
    [r, repository("a", { name: later, ...setting(true) })],
    configured(all, unnamed, filtered("hub/*", "*")),
  ],
  "ignores a repository's own setting under enhanced scanning": [
    "a: The registry scans only by its filters (ENHANCED), and none of them matches the repository.",
    [r, scanned, enhanced("hub/*")],
    configured(elsewhere("ENHANCED"), r, scanned),
  ],
  "fails a repository of a cache or of the configuration that does not scan": [
    "a: The repository is not scanned on push.",
    [r, bare],
    [r, repository("a", setting(false))],
    configured(all, own),
    configured(all, unnamed),
    configured(all, unnamed, filtered()),
    ...["quayside", "ROOT"].map((prefix) => configured({ cachePrefixes: [prefix] }, own)),
  ],
  "passes repositories outside caches": [
    passes,
    [r, own],
    // It is not cached.
    [own, rule("r", { ecrRepositoryPrefix: "ROOT" })],
    [rule("r", { region: "us-east-1" }), bare],
    [ruleSomewhere, own],
  ],
  "waits for unknown values that matter": [
    undecided("a"),
    [r, repository("a", setting(later))],
    [r, unnamed],
    configured(all, unnamed, filtered("hub/*")),
    [unsure, bare],
    [ruleSomewhere, bare],
    [r, scanned, enhanced("hub/*", later)],
    [r, scanned, enhanced(later)],
    [r, scanned, scanningSomewhere("ENHANCED")],
  ],
});

it("repository-scans-on-push says to add a filter where the repository's own setting would not help", async () => {
  const [message = ""] = await messages(policy, [r, bare, enhanced("hub/*")]);
  assert.match(message, /\nAdd a filter for the repository to the registry scanning configuration\.\n/);
});

it("repository-scans-on-push turns scanning on if the configuration names the repository and remediation is on", () => {
  const mended = (props: object, config: object = {}) => remediate(policy, repository("a", { ...props }), config);
  assert.deepEqual(mended({}, all)?.imageScanningConfiguration, { scanOnPush: true });
  for (const scanOnPush of [false, undefined]) assert.ok(mended(setting(scanOnPush), all));
  assert.ok(mended({}, { cachePrefixes: ["quay"] }));
  for (const config of [{}, { cachePrefixes: ["hub"] }]) assert.equal(mended({}, config), undefined);
  for (const known of [true, later]) assert.equal(mended(setting(known), all), undefined);
  assert.equal(mended({ name: later }, { cachePrefixes: ["quay"] }), undefined);
});
