import { matchesWildcard } from "../../policy/wildcard";
import type { ExclusionFilter } from "../../state/model";
import { invalidParameter } from "./errors";

/** Exclusion filters are required with the *_WITH_EXCLUSION settings, and allowed only with them. */
export function checkMutability(mutability: string, filters: readonly ExclusionFilter[] | undefined): void {
  const withExclusion = mutability.endsWith("_WITH_EXCLUSION");
  if (withExclusion && !filters?.length) {
    throw invalidParameter(`imageTagMutabilityExclusionFilters are required with ${mutability}`);
  }
  if (!withExclusion && filters?.length) {
    throw invalidParameter(`imageTagMutabilityExclusionFilters cannot be used with ${mutability}`);
  }
  for (const { filter } of filters ?? []) {
    if (filter.split("*").length > 3) throw invalidParameter(`The filter ${filter} holds more than two wildcards`);
  }
}

/** Whether an existing tag may point to another image. */
export function isTagMutable(
  mutability: string,
  filters: readonly ExclusionFilter[] | undefined,
  tag: string,
): boolean {
  const excluded = filters?.some(({ filter }) => matchesWildcard(filter, tag));
  if (mutability === "IMMUTABLE") return false;
  if (mutability === "IMMUTABLE_WITH_EXCLUSION") return excluded === true;
  if (mutability === "MUTABLE_WITH_EXCLUSION") return excluded !== true;
  return true;
}
