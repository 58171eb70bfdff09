import type { PullThroughCacheArgs, RegistryArgs } from "../args";
import type { Issue } from "../problems/issue";
import type { Parsed } from "../schema/parse";
import {
  collectionIssues,
  MAX_RULES,
  pullerRoleIssues,
  regionIssues,
  registryPolicyIssues,
  roleNameIssues,
  roleTagIssues,
  unknownCredentialIssues,
} from "./checks";
import type { CredentialSources } from "./credentials";
import type { CachePlan, Grant, Plan, RegionPlan, RegistryPlan, TemplateRolePlan, UpstreamRolePlan } from "./model";
import { planRegistry, type RegistryContext } from "./registry";
import { planScanning } from "./scanning";
import { settingsIssues } from "./settings";

/** Arguments whose registries have been read, from the program or from a file. */
export interface ResolvedArgs extends PullThroughCacheArgs {
  registries: { [key: string]: RegistryArgs };
}

/** What the plan depends on besides the arguments. */
export interface PlanContext {
  /** Name of the component. */
  readonly name: string;
  /** Keys of all entries of `registries`, also of those that were refused before. */
  readonly keys: readonly string[];
  readonly credentials: CredentialSources;
}

/** Plans the component: what will exist, or everything that is wrong with the arguments. No side effects. */
export function planCache(args: ResolvedArgs, context: PlanContext): Parsed<Plan> {
  const issues: Issue[] = [];
  const defaults = args.defaults ?? {};
  const regions = args.regions ?? [];
  const registryContext: RegistryContext = {
    defaults,
    regions,
    credentials: context.credentials,
    tags: args.tags ?? {},
    templateRoleArn: args.templateRoleArn,
  };
  issues.push(...settingsIssues(defaults, ["defaults"], regions), ...regionIssues(regions));

  // More are refused below: planning them would only take time.
  const entries = Object.entries(args.registries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MAX_RULES);
  const registries: RegistryPlan[] = [];
  for (const [key, entry] of entries) {
    const planned = planRegistry(key, entry, registryContext, issues);
    if (planned) registries.push(planned);
  }
  issues.push(...collectionIssues(context.keys.length, registries));
  for (const issue of unknownCredentialIssues(context)) issues.push(issue);

  const plan: Plan = {
    registries,
    regions: planRegions(args, registries),
    tags: args.tags ?? {},
    templateRole: planTemplateRole(registries),
    upstreamRole: planUpstreamRole(registries),
    grants: planGrants(registries),
    scanning: planScanning(args.scanning, registries, issues),
    registryPolicy: args.registryPolicy,
    pullerRoles: args.pullerRoles ?? {},
  };
  issues.push(
    ...roleNameIssues(context.name, plan),
    ...registryPolicyIssues(plan),
    ...roleTagIssues(plan),
    ...pullerRoleIssues(context.name, plan),
  );
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: plan };
}

function planRegions(args: ResolvedArgs, registries: readonly RegistryPlan[]): RegionPlan[] {
  const cache = (registry: RegistryPlan, region?: string, isFirst?: boolean): CachePlan => {
    const entry = args.registries[registry.key];
    return {
      id: region ? `${registry.key}@${region}` : registry.key,
      formerId: isFirst ? registry.key : undefined,
      registry,
      credentialArn: (region && entry?.credentialArns?.[region]) || entry?.credentialArn,
    };
  };
  if (!args.regions) return [{ caches: registries.map((registry) => cache(registry)) }];
  return args.regions.map((region, index) => ({
    region,
    caches: registries.map((registry) => cache(registry, region, index === 0)),
  }));
}

function planTemplateRole(registries: readonly RegistryPlan[]): TemplateRolePlan | undefined {
  const served = registries.filter(({ template }) => template.role === "created");
  if (served.length === 0) return undefined;
  const encrypted = served.filter(({ template }) => template.encryption.type === "KMS");
  const keys = encrypted.map(({ template }) => template.encryption.kmsKey);
  return {
    prefixes: served.map(({ prefix }) => prefix),
    kms: encrypted.length > 0,
    // Where a template uses the key aws/ecr, whose ARN is not known, the role must not be bound to the other keys.
    kmsKeys: keys.includes(undefined) ? [] : [...new Set(keys.filter((key) => key !== undefined))],
  };
}

function planUpstreamRole(registries: readonly RegistryPlan[]): UpstreamRolePlan | undefined {
  const served = registries.filter(({ role }) => role === "created");
  if (served.length === 0) return undefined;
  return {
    prefixes: served.map(({ prefix }) => prefix),
    upstreams: served.flatMap(({ upstream, upstreamRepositoryPrefix }) =>
      upstream.ecr ? [{ ...upstream.ecr, prefix: upstreamRepositoryPrefix ?? "ROOT" }] : [],
    ),
  };
}

/** Registries that inherit their access from the defaults share it, and with it one statement. */
function planGrants(registries: readonly RegistryPlan[]): Grant[] {
  const prefixes = new Map<Grant["access"], string[]>();
  for (const { prefix, template } of registries) {
    if (!template.access) continue;
    const shared = prefixes.get(template.access);
    if (shared) shared.push(prefix);
    else prefixes.set(template.access, [prefix]);
  }
  return [...prefixes].map(([access, list]) => ({ access, prefixes: list }));
}
