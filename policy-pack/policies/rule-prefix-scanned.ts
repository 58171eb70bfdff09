import { registryOf } from "../aws/account/registry";
import { nameUnder, root } from "../aws/caches/prefix";
import { scanningControl } from "../aws/controls";
import { fewestParts, upstreamHost } from "../aws/images/upstreams";
import { type ScanningAt, type ScanningConfig, scanningElsewhere, scanningIn } from "../aws/scanning/configured";
import { filterCoversPrefix } from "../aws/scanning/filters";
import { pullThroughCacheRule } from "../aws/types";
import { componentMark, type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { fail, undecided } from "../kit/verdict";

const elsewhere =
  "the account's scanning configuration. If it is not in this stack, name it in scanningElsewhere. Only if the account has none in the Region, create a RegistryScanningConfiguration: it replaces all scanning rules there.";

export const rulePrefixScanned = stackPolicy<ScanningConfig>({
  name: "rule-prefix-scanned",
  displayName: "Cached images are scanned",
  rule: "The registry scanning configuration of a rule's Region must scan everything below the rule's prefix on push or continuously.",
  why: "Creation templates cannot turn on scanning, so images from the internet are not scanned unless the registry does it.",
  fix: `Add a filter for the rule's prefix with SCAN_ON_PUSH to ${elsewhere}`,
  snippet: `
// If the account has one in the Region, add the filter there instead: this replaces all of its rules.
new aws.ecr.RegistryScanningConfiguration("scanning", {
  scanType: "BASIC",
  rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "quay/*", filterType: "WILDCARD" }] }],
});`,
  componentFix:
    "If the account's scanning in the Region is configured elsewhere, add the output scanningFilters there and name it in scanningElsewhere. If nothing configures it yet, set scanning on the PullThroughCache, for example scanning: {}.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html",
  // Advice, as in `pull-through-cache verify`: the scanning configuration belongs to the account, not to the cache.
  enforcementLevel: "advisory",
  severity: "high",
  topic: "security",
  framework: scanningControl,
  trigger: pullThroughCacheRule,
  config: scanningElsewhere,
  judge: judgeScanning,
});

/** Rules without scanning in one registry have one cause, and get one finding. */
export function judgeScanning(
  resources: readonly StackResource[],
  config: ScanningConfig,
  isChecked: (rule: StackResource) => boolean,
): Finding[] {
  const scanningAt = scanningIn(resources, config);
  const rules = resources
    .filter((resource) => resource.type === pullThroughCacheRule && isChecked(resource))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1))
    .map((rule) => ({ rule, scanning: scanningAt(registryOf(rule)) }))
    .map((one) => ({ ...one, scanned: isScanned(one.rule, one.scanning) }));
  const unscanned = new Map<string, Unscanned>();
  for (const { rule, scanning } of rules.filter(({ scanned }) => scanned === false)) {
    const { provider, region } = registryOf(rule);
    const key = JSON.stringify([provider, String(region), rule.urn.includes(componentMark)]);
    unscanned.set(key, { scanning, rules: [...(unscanned.get(key)?.rules ?? []), rule] });
  }
  const open = rules.filter(({ scanned }) => scanned === unknown).map(({ rule }) => rule);
  return [...[...unscanned.values()].flatMap(report), ...open.map((resource) => ({ resource, verdict: undecided }))];
}

interface Unscanned {
  readonly scanning: ScanningAt;
  readonly rules: readonly StackResource[];
}

function isScanned(rule: StackResource, scanning: ScanningAt): boolean | Unknown {
  const prefix = text(read(rule.props, "ecrRepositoryPrefix"));
  if (prefix === undefined) return true;
  return scanning.scans((filters) =>
    prefix === unknown
      ? filters.includes("*") || (filters.length > 0 ? unknown : false)
      : filters.some((filter) => filterCoversPrefix(filter, prefix, partsBelow(rule))),
  );
}

/** How many parts the names in a cache have at least. An upstream prefix takes some away. */
function partsBelow(rule: StackResource): number {
  const url = text(read(rule.props, "upstreamRegistryUrl"));
  const upstreamPrefix = text(read(rule.props, "upstreamRepositoryPrefix")) ?? root;
  return typeof url === "string" && upstreamPrefix === root ? fewestParts(upstreamHost(url)) : 1;
}

function report({ scanning, rules }: Unscanned): Finding[] {
  const [resource] = rules;
  if (resource === undefined) return [];
  const { region } = registryOf(resource);
  const prefixes = rules.map((rule) => text(read(rule.props, "ecrRepositoryPrefix")));
  const known = prefixes.filter((prefix) => typeof prefix === "string");
  const filters = known.map((prefix) => `"${nameUnder(prefix, "*")}"`).join(", ");
  const caches = known.length < rules.length ? "the rules' prefixes" : known.map((prefix) => `"${prefix}"`).join(", ");
  const where = typeof region === "string" ? ` in ${region}` : "";
  const what = scanning.configured
    ? `The registry scanning configuration${scanning.name === undefined ? "" : ` ${scanning.name}`}${where} does not scan everything below ${caches} by itself.`
    : `The stack has no registry scanning configuration${where}, so nothing below ${caches} is known to be scanned.`;
  const there = scanning.configured ? "the configuration that is there. A second one would replace it." : elsewhere;
  return [
    { resource, verdict: fail(what, filters === "" ? undefined : `Add with SCAN_ON_PUSH ${filters} to ${there}`) },
  ];
}
