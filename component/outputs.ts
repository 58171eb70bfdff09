import * as pulumi from "@pulumi/pulumi";
import type { GrantPullOptions } from "./args";
import { cacheUrl, type Ecr } from "./iam/ecr";
import { pullPolicy } from "./iam/puller";
import { upstreamStatement } from "./iam/upstream-role";
import type { CacheRule } from "./images";
import type { EntryPlan, Plan } from "./plan/model";
import { UserError } from "./problems/error";
import { shown } from "./problems/print";
import type { Created } from "./resources/create/all";

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

/** All outputs of the component. */
export function outputsOf(plan: Plan, ecr: pulumi.Output<Ecr>, created: Created) {
  const rules = pulumi
    .all([ecr, joined(created.regions.map((region) => region.rules))])
    .apply(([known, prefixes]) => rulesIn(known, plan, prefixes));
  // URLs wait for the rules, so that a workload that uses one is created after the cache.
  const ready = pulumi.all([ecr, rules]).apply(([known]) => known);
  return {
    urls: ready.apply((known) => urlsIn(known, home(known), plan)),
    regionalUrls: ready.apply((known) => byRegion(known, (region) => urlsIn(known, region, plan))),
    upstreamUrls: ready.apply((known) => upstreamUrlsIn(known, home(known), plan)),
    cacheRules: ready.apply((known) => byRegion(known, (region) => cacheRulesIn(known, region, plan))),
    prefixes: pulumi.output(Object.fromEntries(plan.entries.map(({ key, prefix }) => [key, prefix]))),
    rules,
    secretArns: joined(created.regions.map(({ secretArns }) => secretArns)),
    // A rule waits for its template, which has the same prefix.
    templates: rules.apply(prefixesOf),
    roleArns: pulumi.all(created.roleArns),
    pullPolicyJson: ecr.apply((known) => pullPolicyOf(known, plan, {})),
    registryPolicyStatements: created.statements,
    upstreamPolicyStatements: ecr.apply((known) => upstreamPolicyStatements(known, plan)),
    scanningFilters: pulumi.output([...plan.scanning.filters]),
    alertTopicArns: pulumi
      .all([ecr, created.topicArns])
      .apply(([{ regions }, arns]) =>
        Object.fromEntries(arns.map((arn, index): [string, string] => [regions[index] ?? "", arn])),
      ),
    tokenExpires: pulumi.output(tokenExpires(plan)),
  };
}

/** Merges the maps of all Regions. They have no id in common. */
function joined<T>(maps: readonly { readonly [id: string]: pulumi.Input<T> }[]): pulumi.Output<{ [id: string]: T }> {
  return pulumi.all<T>(Object.fromEntries(maps.flatMap((map) => Object.entries(map)))) as pulumi.Output<{
    [id: string]: T;
  }>;
}

/** The component's rules, by id. */
function rulesIn(ecr: Ecr, plan: Plan, prefixes: { [id: string]: string }): { [id: string]: RuleInfo } {
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
function prefixesOf(rules: { [id: string]: RuleInfo }): { [id: string]: string } {
  return Object.fromEntries(Object.entries(rules).map(([id, { ecrRepositoryPrefix }]) => [id, ecrRepositoryPrefix]));
}

function urlsIn(ecr: Ecr, region: string, plan: Plan): { [key: string]: string } {
  return Object.fromEntries(plan.entries.map(({ key, prefix }) => [key, cacheUrl(ecr, region, prefix)]));
}

function cacheRulesIn(ecr: Ecr, region: string, plan: Plan): CacheRule[] {
  return plan.entries.map((entry) => ({
    upstream: entry.upstream.host,
    url: cacheUrl(ecr, region, entry.prefix),
    ...(upstreamPath(entry) ? { upstreamPrefix: upstreamPath(entry) } : {}),
    ...(entry.repositories ? { repositories: [...entry.repositories] } : {}),
  }));
}

function upstreamUrlsIn(ecr: Ecr, region: string, plan: Plan): { [upstream: string]: string } {
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
function tokenExpires(plan: Plan): { [key: string]: string } {
  return Object.fromEntries(
    plan.entries.flatMap(({ key, tokenExpires: day }) => (day === undefined ? [] : [[key, day]])),
  );
}

/** The home Region: the first of `regions`, or the provider's. */
export function home({ regions }: Ecr): string {
  return regions[0] ?? "";
}

/** The result of `perRegion` for each Region of the cache. */
function byRegion<T>(ecr: Ecr, perRegion: (region: string) => T): { [region: string]: T } {
  return Object.fromEntries(ecr.regions.map((region) => [region, perRegion(region)]));
}

/** The pull policy for all registries, or for those that the grant lists. */
export function pullPolicyOf(ecr: Ecr, plan: Plan, grant: GrantPullOptions): string {
  const granted = plan.entries.filter(({ key }) => grant.registries?.includes(key) ?? true);
  return pullPolicy(ecr, granted, grant.createRepository ?? true);
}

/** For each ECR upstream: the statement that its owner must add to its registry policy, as JSON. */
function upstreamPolicyStatements(ecr: Ecr, plan: Plan): { [key: string]: string } {
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
 * @param caller Who asks for them, for the message.
 * @throws UserError if the cache is not in that Region.
 */
export function cacheRulesOf(
  rules: { readonly [region: string]: CacheRule[] },
  region: string,
  caller: string,
): CacheRule[] {
  const found = rules[region];
  if (found) return found;
  throw new UserError(
    `${caller}: the cache is not in the Region ${shown(region)}; it is in ${Object.keys(rules).join(", ")}.`,
  );
}
