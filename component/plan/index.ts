/*
 * What the component would create for a map of registries, as plain data. Does not load Pulumi. Published as
 * `pulumi-pull-through-cache/plan` for tools that compare a declaration with what AWS has.
 */
import type { RegistryArgs } from "../args";
import type { Issue } from "../problems/issue";
import { entry as entrySchema } from "../schema/arguments";
import { parse } from "../schema/parse";
import type { EntryPlan } from "./model";
import { planCache } from "./plan";
import { notRefused } from "./unfit";

export { intendedHost, unsupportedAdvice } from "../catalogue";
export { matchesPattern } from "../images/pattern";
export { nearest } from "../problems/nearest";
export { formatPath, isNameLike, printable, shown } from "../problems/print";
export { hideTokens } from "../problems/token-shapes";
export type { EntryPlan, Issue as PlanIssue };

/** The planned registries, sorted by key, or every problem with them. */
export type PlanResult =
  | { readonly ok: true; readonly entries: readonly EntryPlan[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Checks a map of registries by the component's rules and plans each entry. It does not check whether credentials are
 * set, because they are not part of the map. Its ARNs by Region name the Regions.
 *
 * @param name Name of the component.
 * @param registries The map, as in a registries file.
 */
export function planRegistries(name: string, registries: { readonly [key: string]: unknown }): PlanResult {
  const issues: Issue[] = [];
  const sound: [key: string, entry: RegistryArgs][] = [];
  for (const [key, entry] of Object.entries(registries)) {
    const parsed = parse(entrySchema, entry ?? {}, ["registries", key]);
    if (parsed.ok) sound.push([key, parsed.value]);
    else issues.push(...parsed.issues);
  }
  const credentials = { given: undefined, config: {} };
  const named = sound.flatMap(([, { credentialArns, encryption }]) => [credentialArns, encryption?.kmsKeys]);
  const regions = [...new Set(named.flatMap((byRegion = {}) => Object.keys(byRegion)))];
  const planned = planCache(
    { registries: Object.fromEntries(sound), ...(regions.length > 0 && { regions }) },
    { name, stack: [], given: registries, credentials, now: Date.now() },
  );
  if (planned.ok && issues.length === 0) return { ok: true, entries: planned.value.entries };
  const refused = planned.ok ? [] : planned.issues;
  return { ok: false, issues: [...notRefused(issues, refused), ...refused] };
}
