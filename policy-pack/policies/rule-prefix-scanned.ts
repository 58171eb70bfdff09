import { nameUnder } from "../aws/prefix";
import { type Registry, regionPattern, registryOf, sameRegistry } from "../aws/registry";
import { filterCoversPrefix, type Scanning, scanFilters } from "../aws/scanning";
import { pullThroughCacheRule, scanningConfiguration } from "../aws/types";
import { any } from "../kit/logic";
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
    propertyNames: { pattern: `^${regionPattern}$` },
    additionalProperties: {
      type: "object",
      required: ["rules"],
      properties: {
        scanType: { type: "string", enum: ["BASIC", "ENHANCED"] },
        rules: {
          type: "array",
          items: {
            type: "object",
            required: ["scanFrequency", "repositoryFilters"],
            properties: {
              scanFrequency: { type: "string", enum: ["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"] },
              repositoryFilters: {
                type: "array",
                items: {
                  type: "object",
                  required: ["filter"],
                  properties: { filter: { type: "string" }, filterType: { type: "string", enum: ["WILDCARD"] } },
                },
              },
            },
          },
        },
      },
    },
  },
};

export const rulePrefixScanned = stackPolicy<ScanningConfig>({
  name: "rule-prefix-scanned",
  displayName: "Cached images are scanned",
  rule: "The registry scanning configuration of a rule's Region must scan everything below the rule's prefix on push or continuously.",
  why: "Creation templates cannot turn on scanning, so images from the internet are not scanned unless the registry does it.",
  fix: "Add a filter for the rule's prefix where the Region's scanning is configured, and name it in scanningElsewhere if that is not in this stack. A new RegistryScanningConfiguration replaces all scanning rules of the account in the Region.",
  componentFix:
    "If the account's scanning in the Region is configured elsewhere, add the output scanningFilters there and name it in scanningElsewhere. If nothing configures it yet, set scanning on the PullThroughCache, for example scanning: {}.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html",
  // Advice, as in `pull-through-cache verify`: the scanning configuration belongs to the account, not to the cache.
  enforcementLevel: "advisory",
  severity: "high",
  topic: "security",
  trigger: pullThroughCacheRule,
  config: scanningElsewhere,
  judge: judgeScanning,
});

export function judgeScanning(resources: readonly StackResource[], config: ScanningConfig): Finding[] {
  const scanningAt = scanningIn(resources, config);
  return resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .map((rule) => ({ resource: rule, verdict: judgeRule(rule, scanningAt(registryOf(rule))) }));
}

function judgeRule(rule: StackResource, scanning: ScanningAt): Verdict {
  const prefix = text(read(rule.props, "ecrRepositoryPrefix"));
  if (prefix === undefined) return pass;
  const scanned = scanning.scans((filters) =>
    prefix === unknown
      ? filters.includes("*") || (filters.length > 0 ? unknown : false)
      : filters.some((filter) => filterCoversPrefix(filter, prefix)),
  );
  if (scanned === true) return pass;
  if (scanned === unknown) return undecided;
  if (!scanning.configured) {
    return fail("The stack has no registry scanning configuration in the rule's account and Region.");
  }
  const shown = prefix === unknown ? "the rule's prefix" : `"${prefix}"`;
  return fail(
    `The registry scanning configuration of the rule's Region has no filter that automatically scans everything below ${shown}.`,
    advice(prefix),
  );
}

function advice(prefix: string | Unknown): string | undefined {
  if (prefix === unknown) return undefined;
  const filter = nameUnder(prefix, "*");
  return `Add the filter "${filter}" with SCAN_ON_PUSH to the rules of the configuration that is there. A second one would replace it.`;
}

/** What one registry scans automatically. */
export interface ScanningAt {
  readonly configured: boolean;
  /** Whether only the registry's filters decide, whatever the repositories' own settings. */
  readonly enhanced: boolean | Unknown;
  /** Whether the filters of every configuration pass. With two in one Region, either may be written last. */
  scans(takes: (filters: readonly string[]) => boolean | Unknown): boolean | Unknown;
}

export function scanningIn(
  resources: readonly StackResource[],
  config: ScanningConfig,
): (registry: Registry) => ScanningAt {
  const declared = new Map(
    Object.entries(config.scanningElsewhere).map(([region, { scanType, rules }]) => [
      region,
      scanFilters(scanType, rules),
    ]),
  );
  const owned = resources
    .filter((resource) => resource.type === scanningConfiguration)
    .map((resource) => ({
      registry: registryOf(resource),
      scanning: scanFilters(read(resource.props, "scanType"), read(resource.props, "rules")),
    }));
  return (registry) => {
    const found = owned
      .map(({ registry: other, scanning }) => ({ scanning, here: sameRegistry(registry, other) }))
      .filter(({ here }) => here !== false);
    const elsewhere = typeof registry.region === "string" ? declared.get(registry.region) : undefined;
    const certain = found.filter(({ here }) => here === true).map(({ scanning }) => scanning);
    const all = elsewhere === undefined ? certain : [...certain, elsewhere];
    const open = certain.length < found.length || (typeof registry.region !== "string" && declared.size > 0);
    return {
      configured: all.length > 0,
      enhanced: any([...all.map(({ enhanced }) => enhanced), open ? unknown : false]),
      scans: (takes) => scansAll(all, open, takes),
    };
  };
}

function scansAll(
  configurations: readonly Scanning[],
  open: boolean,
  takes: (filters: readonly string[]) => boolean | Unknown,
): boolean | Unknown {
  const answers = configurations.map((scanning) => {
    const answer = takes(scanning.filters);
    return answer === false && scanning.open ? unknown : answer;
  });
  if (answers.includes(false)) return false;
  if (answers.includes(unknown) || (answers.length === 0 && open)) return unknown;
  return answers.length > 0;
}
