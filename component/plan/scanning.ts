import type { ScanningArgs, ScanningRuleArgs } from "../args";
import { repositoriesUnder } from "../iam/ecr";
import type { Issue } from "../problems/issue";
import { ScanFrequency } from "../values";
import type { EntryPlan, ScanningPlan } from "./model";
import { MAX_FILTERS } from "./registry-wide";

/**
 * The scanning configuration: the cache's filters and the user's rules, merged into one rule for each frequency. ECR
 * allows two rules, and there are two frequencies.
 */
export function planScanning(
  args: ScanningArgs | undefined,
  entries: readonly EntryPlan[],
  issues: Issue[],
): ScanningPlan {
  const filters = unique(entries.map(({ prefix }) => repositoriesUnder(prefix)));
  if (!args) return { filters };

  const scanType = args.scanType ?? "BASIC";
  const scanFrequency = args.scanFrequency ?? "SCAN_ON_PUSH";
  const wanted: ScanningRuleArgs[] = [{ scanFrequency, filters: [...filters] }, ...(args.rules ?? [])];
  checkFrequency(args.scanFrequency, scanType, ["scanning", "scanFrequency"], issues);
  for (const [index, rule] of (args.rules ?? []).entries()) {
    checkFrequency(rule.scanFrequency, scanType, ["scanning", "rules", index, "scanFrequency"], issues);
  }
  const rules = Object.values(ScanFrequency)
    .map((frequency) => ({
      scanFrequency: frequency,
      filters: unique(wanted.filter((rule) => rule.scanFrequency === frequency).flatMap((rule) => rule.filters)),
    }))
    .filter((rule) => rule.filters.length > 0);
  for (const rule of rules.filter(({ filters }) => filters.length > MAX_FILTERS)) {
    issues.push({
      path: ["scanning", "rules"],
      message: `${rule.filters.length} filters for ${rule.scanFrequency}; ECR allows ${MAX_FILTERS}: use wider ones`,
    });
  }
  return { filters, configuration: { scanType, rules, overwrite: args.overwrite ?? false } };
}

function checkFrequency(frequency: string | undefined, scanType: string, path: PropertyKey[], issues: Issue[]) {
  if (frequency === "CONTINUOUS_SCAN" && scanType === "BASIC") {
    issues.push({ path, message: "CONTINUOUS_SCAN needs scanning.scanType ENHANCED" });
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
