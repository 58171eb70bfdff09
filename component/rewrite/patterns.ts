import { matchesPattern } from "../images/pattern";
import type { PatternFilter } from "./options";

/** Whether one of the names passes the filter. */
export function passes(filter: PatternFilter | undefined, ...names: string[]): boolean {
  if (filter === undefined) return true;
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
  return (filter.include === undefined || matches(filter.include)) && !matches(filter.exclude ?? []);
}
