import type { PullThroughCacheArgs, RegistryArgs } from "../args";
import type { Issue } from "../schema/issue";
import { nearest } from "../schema/nearest";
import type { Parsed } from "../schema/parse";
import type { CredentialSources } from "./credentials";
import type { CachePlan, Grant, Plan, RegionPlan, RegistryPlan, TemplateRolePlan, UpstreamRolePlan } from "./model";
import { planRegistry, type RegistryContext } from "./registry";
import { planScanning } from "./scanning";
import { settingsIssues } from "./settings";

/** Source: Amazon ECR service quotas, "Pull through cache rules per registry", per Region, not adjustable. */
const MAX_RULES = 50;

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

function regionIssues(regions: readonly string[]): Issue[] {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  for (const [index, region] of regions.entries()) {
    if (seen.has(region)) issues.push({ path: ["regions", index], message: `${region} is listed twice` });
    seen.add(region);
  }
  return issues;
}

function collectionIssues(count: number, registries: readonly RegistryPlan[]): Issue[] {
  const issues: Issue[] = [];
  if (count === 0) issues.push({ path: ["registries"], message: "needs at least one registry" });
  if (count > MAX_RULES) {
    issues.push({
      path: ["registries"],
      message: `${count} registries; ECR allows ${MAX_RULES} pull through cache rules in a Region, and no more on request`,
    });
  }
  const owners = new Map<string, string>();
  for (const { key, prefix } of registries) {
    const owner = owners.get(prefix);
    if (owner !== undefined) {
      issues.push({
        path: ["registries", key],
        message: `has the prefix "${prefix}" of registries.${owner} (ECR takes "${prefix}/" as the same): give each its own "prefix"`,
      });
    }
    owners.set(prefix, owner ?? key);
  }
  return issues;
}

function unknownCredentialIssues({ keys, credentials }: PlanContext): Issue[] {
  const known = new Set(keys);
  return (credentials.given ?? [])
    .filter((key) => !known.has(key))
    .map((key, index) => {
      const meant = index < MAX_RULES ? nearest(key, keys.slice(0, MAX_RULES)) : undefined;
      const hint = meant ? `; did you mean "${meant}"?` : "";
      return { path: ["credentials", key], message: `names no entry of registries${hint}` };
    });
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

const ROLE_NAME_MAX = 64;
const RANDOM_SUFFIX = 8;

const POLICY_NAME_MAX = 128;
const IAM_NAME = /^[\w+=,.@-]+$/;

/** A puller role's inline policy is named after the component and the name of the role here. */
function pullerRoleIssues(name: string, { pullerRoles }: Plan): Issue[] {
  return Object.keys(pullerRoles).flatMap((role) => {
    const policy = `${name}-pull-${role}`;
    if (IAM_NAME.test(policy) && policy.length + RANDOM_SUFFIX <= POLICY_NAME_MAX) return [];
    const message = `"${name}-pull-<this name>" names an IAM policy: use up to ${POLICY_NAME_MAX - RANDOM_SUFFIX} letters, digits and +=,.@_- for it`;
    return [{ path: ["pullerRoles", role], message }];
  });
}

/** ECR takes no policy without statements. */
function registryPolicyIssues({ registryPolicy, grants }: Plan): Issue[] {
  if (!registryPolicy || registryPolicy.statements?.length) return [];
  const isGiven = grants.some(
    ({ access }) => access.accounts?.length || access.roleArns?.length || access.organizationId,
  );
  if (isGiven) return [];
  const message =
    "the policy would be empty: give statements, or a registry's access to accounts, roles or an organization";
  return [{ path: ["registryPolicy"], message }];
}

/** IAM takes the tag keys of a role for the same whatever their case, unlike the services of the other resources. */
function roleTagIssues({ tags, templateRole, upstreamRole }: Plan): Issue[] {
  if (!templateRole && !upstreamRole) return [];
  const seen = new Map<string, string>();
  return Object.keys(tags).flatMap((key) => {
    const same = seen.get(key.toLowerCase());
    seen.set(key.toLowerCase(), key);
    if (same === undefined) return [];
    return [
      { path: ["tags", key], message: `differs from "${same}" only in case, which IAM refuses for the tags of a role` },
    ];
  });
}

/** Pulumi names a role after its resource and adds a hyphen and seven characters. */
function roleNameIssues(name: string, plan: Plan): Issue[] {
  const roles = [plan.templateRole && "template", plan.upstreamRole && "upstream"].filter((role) => role !== undefined);
  const longest = Math.max(0, ...roles.map((role) => `${name}-${role}`.length + RANDOM_SUFFIX));
  const issues: Issue[] = [];
  if (longest > ROLE_NAME_MAX) {
    issues.push({
      path: [],
      message: `the component's name makes an IAM role name of ${longest} characters; IAM allows ${ROLE_NAME_MAX}. Give it a shorter name`,
    });
  }
  if (roles.length > 0 && !IAM_NAME.test(name)) {
    issues.push({
      path: [],
      message:
        "the component's name has characters that an IAM role's name cannot have: use letters, digits and +=,.@_-",
    });
  }
  return issues;
}
