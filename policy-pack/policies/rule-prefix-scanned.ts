import { type Registry, registryOf, sameRegistry } from "../aws/registry";
import { filterCoversPrefix, scanFilters } from "../aws/scanning";
import { pullThroughCacheRule, scanningConfiguration } from "../aws/types";
import { type ConfigProperties, type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown, type Value } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

/** A registry scanning configuration that another stack owns, as the AWS API writes it. */
export interface DeclaredScanning {
  readonly scanType?: "BASIC" | "ENHANCED";
  readonly rules: Value;
}

export interface ScanningConfig {
  readonly scanningElsewhere: Readonly<Record<string, DeclaredScanning>>;
}

export const scanningElsewhere: ConfigProperties = {
  scanningElsewhere: {
    type: "object",
    default: {},
    description:
      'Registry scanning configurations that other stacks own, by Region: `{"eu-central-1": {"scanType": "BASIC", "rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*"}]}]}}`.',
    additionalProperties: {
      type: "object",
      required: ["rules"],
      properties: {
        scanType: { type: "string", enum: ["BASIC", "ENHANCED"] },
        rules: { type: "array", items: { type: "object" } },
      },
    },
  },
};

export const rulePrefixScanned = stackPolicy<ScanningConfig>({
  name: "rule-prefix-scanned",
  displayName: "Cached images are scanned",
  rule: "The registry scanning configuration of a rule's Region must scan everything below the rule's prefix on push or continuously.",
  why: "Creation templates cannot switch scanning on, so an image from the internet stays unscanned unless the registry does it.",
  fix: 'Add a filter such as "<prefix>/*" to the Region\'s RegistryScanningConfiguration, or name it in scanningElsewhere when another stack owns it.',
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html",
  enforcementLevel: "mandatory",
  severity: "high",
  trigger: pullThroughCacheRule,
  config: scanningElsewhere,
  judge: judgeScanning,
});

export function judgeScanning(resources: readonly StackResource[], config: ScanningConfig): Finding[] {
  return resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .map((rule) => ({ resource: rule, verdict: judgeRule(rule, filtersFor(registryOf(rule), resources, config)) }));
}

function judgeRule(rule: StackResource, scanning: ScanningAt): Verdict {
  const prefix = text(read(rule.props, "ecrRepositoryPrefix"));
  if (prefix === undefined) return pass;
  if (prefix === unknown) {
    if (scanning.filters.includes("*")) return pass;
    return scanning.filters.length > 0 || scanning.open ? undecided : fail(nothingScanned(scanning));
  }
  if (scanning.filters.some((filter) => filterCoversPrefix(filter, prefix))) return pass;
  if (scanning.open) return undecided;
  return scanning.filters.length === 0
    ? fail(nothingScanned(scanning))
    : fail(`No filter of the registry scanning configuration matches everything below "${prefix}".`);
}

function nothingScanned(scanning: ScanningAt): string {
  return scanning.configured
    ? "The registry scanning configuration of the rule's Region has no filter that scans by itself."
    : "The stack has no registry scanning configuration in the rule's account and Region, and scanningElsewhere names none.";
}

/** What scans by itself in one registry; `open` when more may turn out to. */
export interface ScanningAt {
  readonly filters: readonly string[];
  readonly open: boolean;
  readonly configured: boolean;
}

export function filtersFor(
  registry: Registry,
  resources: readonly StackResource[],
  config: ScanningConfig,
): ScanningAt {
  const found = resources
    .filter((resource) => resource.type === scanningConfiguration)
    .map((resource) => ({ resource, here: sameRegistry(registry, registryOf(resource)) }))
    .filter(({ here }) => here !== false)
    .map(({ resource, here }) => ({
      here,
      ...scanFilters(read(resource.props, "scanType"), read(resource.props, "rules")),
    }));
  const elsewhere = declared(registry.region, config);
  const certain = [...found.filter(({ here }) => here === true), ...elsewhere];
  return {
    filters: certain.flatMap(({ filters }) => filters),
    open:
      certain.some(({ open }) => open) ||
      found.some(({ here }) => here === unknown) ||
      (registry.region === unknown && Object.keys(config.scanningElsewhere).length > 0),
    configured: found.length > 0 || elsewhere.length > 0,
  };
}

function declared(region: string | Unknown | undefined, config: ScanningConfig) {
  const scanning = typeof region === "string" ? config.scanningElsewhere[region] : undefined;
  return scanning === undefined ? [] : [scanFilters(scanning.scanType, scanning.rules)];
}
