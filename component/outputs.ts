import * as pulumi from "@pulumi/pulumi";
import { registryStatements } from "./iam/access";
import { pullPolicy } from "./iam/puller";
import { cacheUrl, type Registry } from "./iam/registry";
import { upstreamStatement } from "./iam/upstream-role";
import type { CacheRule } from "./images";
import type { Plan, RegistryPlan } from "./plan/model";
import { knownAccess } from "./resources/access";
import type { GrantPullOptions } from "./resources/puller";

/** Outputs that follow from the plan and from where the registry is; none of them waits for a resource. */

export function urlsIn(registry: Registry, region: string, plan: Plan): { [key: string]: string } {
  return Object.fromEntries(plan.registries.map(({ key, prefix }) => [key, cacheUrl(registry, region, prefix)]));
}

export function cacheRulesIn(registry: Registry, region: string, plan: Plan): CacheRule[] {
  return plan.registries.map((entry) => ({
    upstream: entry.upstream.host,
    url: cacheUrl(registry, region, entry.prefix),
    ...(upstreamPath(entry) ? { upstreamPrefix: upstreamPath(entry) } : {}),
  }));
}

export function upstreamUrlsIn(registry: Registry, region: string, plan: Plan): { [upstream: string]: string } {
  return Object.fromEntries(
    cacheRulesIn(registry, region, plan).map(({ upstream, upstreamPrefix, url }) => [
      upstreamPrefix ? `${upstream}/${upstreamPrefix}` : upstream,
      url,
    ]),
  );
}

function upstreamPath({ upstreamRepositoryPrefix }: RegistryPlan): string | undefined {
  return upstreamRepositoryPrefix === "ROOT" ? undefined : upstreamRepositoryPrefix;
}

/** The home Region: the first of `regions`, or the provider's. */
export function home({ regions }: Registry): string {
  return regions[0] ?? "";
}

/** What `perRegion` gives for each Region of the cache. */
export function byRegion<T>(registry: Registry, perRegion: (region: string) => T): { [region: string]: T } {
  return Object.fromEntries(registry.regions.map((region) => [region, perRegion(region)]));
}

/** The pull policy of all registries or of some. */
export function pullPolicyOf(registry: Registry, plan: Plan, grant: GrantPullOptions): string {
  const granted = plan.registries.filter(({ key }) => grant.registries?.includes(key) ?? true);
  const prefixes = granted.map(({ prefix }) => prefix);
  return pullPolicy(registry, prefixes, grant.createRepository ?? true);
}

/** The statements that a registry policy needs, each as JSON. */
export function registryPolicyStatements(registry: pulumi.Output<Registry>, plan: Plan): pulumi.Output<string[]> {
  const grants = plan.grants.map(({ access, prefixes }) => ({ access: knownAccess(access, ["access"]), prefixes }));
  return pulumi
    .all([registry, grants])
    .apply(([known, all]) => registryStatements(known, all).map((statement) => JSON.stringify(statement)));
}

/** The statement that the owner of each ECR upstream has to add there, as JSON. */
export function upstreamPolicyStatements(registry: Registry, plan: Plan): { [key: string]: string } {
  return Object.fromEntries(
    plan.registries.flatMap((entry) =>
      entry.upstream.ecr
        ? [
            [
              entry.key,
              JSON.stringify(
                upstreamStatement(registry, {
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
