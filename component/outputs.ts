import * as pulumi from "@pulumi/pulumi";
import type { GrantPullOptions } from "./args";
import { registryStatements } from "./iam/access";
import { cacheUrl, type Ecr } from "./iam/ecr";
import { pullPolicy } from "./iam/puller";
import { upstreamStatement } from "./iam/upstream-role";
import type { CacheRule } from "./images";
import type { EntryPlan, Plan } from "./plan/model";
import { UserError } from "./problems/error";
import { shown } from "./problems/print";
import { knownAccess } from "./resources/late/access";

/** A pull through cache rule of the component. */
export interface RuleInfo {
  /** ECR repository prefix of the cache. */
  ecrRepositoryPrefix: string;
  /** Host of the upstream. */
  upstreamRegistryUrl: string;
  /** The part of the upstream that the rule caches. None if it caches all of it. */
  upstreamRepositoryPrefix?: string;
  /** AWS Region of the rule. */
  region: string;
}

/** The component's rules, by id. */
export function rulesIn(ecr: Ecr, plan: Plan, prefixes: { [id: string]: string }): { [id: string]: RuleInfo } {
  return Object.fromEntries(
    plan.regions.flatMap(({ region = home(ecr), caches }) =>
      caches.map(({ id, entry }): [string, RuleInfo] => [
        id,
        {
          ecrRepositoryPrefix: prefixes[id] ?? "",
          upstreamRegistryUrl: entry.upstream.host,
          upstreamRepositoryPrefix: upstreamPath(entry),
          region,
        },
      ]),
    ),
  );
}

/** Their prefixes, by id. */
export function prefixesOf(rules: { [id: string]: RuleInfo }): { [id: string]: string } {
  return Object.fromEntries(Object.entries(rules).map(([id, { ecrRepositoryPrefix }]) => [id, ecrRepositoryPrefix]));
}

/** The other outputs follow from the plan and the location of ECR. None of them waits for a resource. */

export function urlsIn(ecr: Ecr, region: string, plan: Plan): { [key: string]: string } {
  return Object.fromEntries(plan.entries.map(({ key, prefix }) => [key, cacheUrl(ecr, region, prefix)]));
}

export function cacheRulesIn(ecr: Ecr, region: string, plan: Plan): CacheRule[] {
  return plan.entries.map((entry) => ({
    upstream: entry.upstream.host,
    url: cacheUrl(ecr, region, entry.prefix),
    ...(upstreamPath(entry) ? { upstreamPrefix: upstreamPath(entry) } : {}),
    ...(entry.repositories ? { repositories: [...entry.repositories] } : {}),
  }));
}

export function upstreamUrlsIn(ecr: Ecr, region: string, plan: Plan): { [upstream: string]: string } {
  return Object.fromEntries(
    cacheRulesIn(ecr, region, plan).map(({ upstream, upstreamPrefix, url }) => [
      upstreamPrefix ? `${upstream}/${upstreamPrefix}` : upstream,
      url,
    ]),
  );
}

/** What was created for each rule, by the rule's URL. */
export function byUrl<T>(
  ecr: Ecr,
  created: readonly { readonly byPrefix: ReadonlyMap<string, T> }[],
): ReadonlyMap<string, T> {
  return new Map(
    created.flatMap(({ byPrefix }, index) =>
      [...byPrefix].map(([prefix, rule]): [string, T] => [cacheUrl(ecr, ecr.regions[index] ?? "", prefix), rule]),
    ),
  );
}

function upstreamPath({ upstreamRepositoryPrefix }: EntryPlan): string | undefined {
  return upstreamRepositoryPrefix === "ROOT" ? undefined : upstreamRepositoryPrefix;
}

/** The day on which each token expires, where it is known. */
export function tokenExpires(plan: Plan): { [key: string]: string } {
  return Object.fromEntries(
    plan.entries.flatMap(({ key, tokenExpires: day }) => (day === undefined ? [] : [[key, day]])),
  );
}

/** The home Region: the first of `regions`, or the provider's. */
export function home({ regions }: Ecr): string {
  return regions[0] ?? "";
}

/** The result of `perRegion` for each Region of the cache. */
export function byRegion<T>(ecr: Ecr, perRegion: (region: string) => T): { [region: string]: T } {
  return Object.fromEntries(ecr.regions.map((region) => [region, perRegion(region)]));
}

/** The pull policy for all registries, or for those that the grant lists. */
export function pullPolicyOf(ecr: Ecr, plan: Plan, grant: GrantPullOptions): string {
  const granted = plan.entries.filter(({ key }) => grant.registries?.includes(key) ?? true);
  return pullPolicy(ecr, granted, grant.createRepository ?? true);
}

/** The statements that a registry policy needs, each as JSON. */
export function registryPolicyStatements(ecr: pulumi.Output<Ecr>, plan: Plan): pulumi.Output<string[]> {
  const grants = plan.grants.map(({ access, caches }) => ({ access: knownAccess(access, ["access"]), caches }));
  return pulumi
    .all([ecr, grants])
    .apply(([known, all]) => registryStatements(known, all, plan.mark).map((statement) => JSON.stringify(statement)));
}

/** For each ECR upstream: the statement that its owner must add to its registry policy, as JSON. */
export function upstreamPolicyStatements(ecr: Ecr, plan: Plan): { [key: string]: string } {
  return Object.fromEntries(
    plan.entries.flatMap((entry) =>
      entry.upstream.ecr
        ? [
            [
              entry.key,
              JSON.stringify(
                upstreamStatement(ecr, {
                  ...entry.upstream.ecr,
                  prefix: entry.upstreamRepositoryPrefix ?? "ROOT",
                }),
              ),
            ],
          ]
        : [],
    ),
  );
}

/**
 * The rules that serve images in a Region.
 *
 * @throws UserError if the cache is not in that Region.
 */
export function cacheRulesOf(rules: { readonly [region: string]: CacheRule[] }, region: string): CacheRule[] {
  const found = rules[region];
  if (found) return found;
  throw new UserError(`The cache is not in the Region ${shown(region)}; it is in ${Object.keys(rules).join(", ")}.`);
}
