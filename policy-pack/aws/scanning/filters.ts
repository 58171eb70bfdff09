import { globMatches } from "../../kit/glob";
import { fieldsOf, items, own, type Unknown, unknown, type Value, word } from "../../kit/values";
import { nameUnder } from "../caches/prefix";

const noOtherCharacter = "\u0000";
const scanningFrequencies: Readonly<Record<string, readonly string[]>> = {
  BASIC: ["SCAN_ON_PUSH"],
  ENHANCED: ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"],
};

/** What a registry scanning configuration scans automatically. */
export interface Scanning {
  /** Filters of the repositories that are scanned on push or continuously. */
  readonly filters: readonly string[];
  /** Whether there may be more filters that are still unknown. */
  readonly open: boolean;
  readonly enhanced: boolean | Unknown;
}

/**
 * Reads a registry scanning configuration. AWS: "Filters to choose which repositories are scanned". Repositories that
 * match no filter are scanned manually (BASIC) or not at all (ENHANCED).
 */
export function scanFilters(scanType: Value, rules: Value): Scanning {
  const list = items(rules);
  if (scanType === unknown || list === unknown) return { filters: [], open: true, enhanced: enhanced(scanType) };
  const wanted = own(scanningFrequencies, word(scanType ?? "BASIC")) ?? [];
  const found = list.map((rule) => ruleFilters(rule, wanted));
  return {
    filters: found.flatMap((rule) => (rule === unknown ? [] : rule.filter((filter) => filter !== unknown))),
    open: found.some((rule) => rule === unknown || rule.includes(unknown)),
    enhanced: enhanced(scanType),
  };
}

function enhanced(scanType: Value): boolean | Unknown {
  return scanType === unknown ? unknown : scanType === "ENHANCED";
}

function ruleFilters(rule: Value, wanted: readonly string[]): readonly (string | Unknown)[] | Unknown {
  if (rule === unknown) return unknown;
  const { scanFrequency, repositoryFilters } = fieldsOf(rule);
  if (scanFrequency !== unknown && !wanted.includes(word(scanFrequency))) return [];
  const filters = items(repositoryFilters);
  if (filters === unknown || scanFrequency === unknown) return unknown;
  return filters.flatMap((entry) => {
    const filter = entry === unknown ? unknown : fieldsOf(entry).filter;
    return typeof filter === "string" || filter === unknown ? [filter] : [];
  });
}

/** Whether a filter matches every repository with names of so many parts or more that the cache can create. */
export function filterCoversPrefix(filter: string, prefix: string, parts: number): boolean {
  const start = nameUnder(prefix, "");
  if (!filter.includes("*")) return start.includes(filter);
  // No filter contains this character, so only a `*` matches it.
  return globMatches(filter, `${start}${Array(parts).fill(noOtherCharacter).join("/")}`);
}

/** Whether a filter matches one repository. Without a wildcard it means "contains". */
export function filterMatches(filter: string, repositoryName: string): boolean {
  return filter.includes("*") ? globMatches(filter, repositoryName) : repositoryName.includes(filter);
}
