import { registryOf } from "../aws/account/registry";
import { nameUnder } from "../aws/caches/prefix";
import { type ScanningAt, type ScanningConfig, scanningElsewhere, scanningIn } from "../aws/scanning/configured";
import { filterCoversPrefix } from "../aws/scanning/filters";
import { pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

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
