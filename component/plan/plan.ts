import type { PullThroughCacheArgs, RegistryArgs } from "../args";
import type { CacheNames } from "../iam/ecr";
import type { Issue } from "../problems/issue";
import type { Parsed } from "../schema/parse";
import { planAlerts } from "./alerts";
import {
  collectionIssues,
  MAX_RULES,
  regionIssues,
  registryPolicyWarnings,
  rewriteIssues,
  roleTagIssues,
  unknownCredentialIssues,
} from "./checks";
import { type CredentialSources, credentialWarnings } from "./credentials";
import { type EntryContext, planEntry } from "./entry";
import { expiryWarnings } from "./expiry";
import type { CachePlan, EntryPlan, Grant, Plan, RegionPlan, TemplateRolePlan, UpstreamRolePlan } from "./model";
import { fixedName, ROLE_NAME_MAX } from "./names";
import { statementMark } from "./registry-wide";
import { openRepositoryIssues } from "./repositories";
import { planScanning } from "./scanning";
import { settingsIssues, settingsWarnings } from "./settings";

/** Arguments with the registries from the program or from a file. */
export interface ResolvedArgs extends PullThroughCacheArgs {
  registries: { [key: string]: RegistryArgs };
}

/** What the plan depends on besides the arguments. */
export interface PlanContext {
  /** Name of the component. */
  readonly name: string;
  /** Names of the project and the stack. Names of IAM roles and policies start with them. */
  readonly stack: readonly string[];
  /** The Regions that the AWS provider knows, or undefined if the provider is not loaded. */
  readonly knownRegions?: readonly string[];
  /** Keys of all entries of `registries`, including invalid ones. */
  readonly keys: readonly string[];
  readonly credentials: CredentialSources;
  /** When the plan is made, in milliseconds since the epoch. */
  readonly now: number;
}

/** Plans the component: what will exist, or every problem with the arguments. No side effects. */
export function planCache(args: ResolvedArgs, context: PlanContext): Parsed<Plan> {
  const issues: Issue[] = [];
  const defaults = args.defaults ?? {};
  const regions = args.regions ?? [];
  const entryContext: EntryContext = {
    defaults,
    regions,
    credentials: context.credentials,
    tags: args.tags ?? {},
    templateRoleArn: args.templateRoleArn,
    adopt: args.adopt ?? false,
    now: context.now,
  };
  issues.push(...settingsIssues(defaults, ["defaults"], regions), ...regionIssues(regions, context.knownRegions));
  issues.push(...rewriteIssues(args.rewriteImages?.region, regions));

  // More entries are an error anyway (below), and planning them takes time.
  const given = Object.entries(args.registries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MAX_RULES);
  const entries: EntryPlan[] = [];
  for (const [key, entry] of given) {
    const planned = planEntry(key, entry, entryContext, issues);
    if (planned) entries.push(planned);
  }
  issues.push(...collectionIssues(context.keys.length, entries), ...openRepositoryIssues(entries));
  for (const issue of unknownCredentialIssues(context.keys, context.credentials)) issues.push(issue);

  const plan: Plan = {
    entries,
    regions: planRegions(args, entries),
    tags: args.tags ?? {},
    templateRole: planTemplateRole(entries, [...context.stack, context.name]),
    upstreamRole: planUpstreamRole(entries, [...context.stack, context.name]),
    grants: planGrants(entries),
    scanning: planScanning(args.scanning, entries, issues),
    registryPolicy: args.registryPolicy,
    mark: statementMark(entries.map(({ prefix }) => prefix).sort()[0] ?? ""),
    pullerRoles: args.pullerRoles ?? {},
    pullTimeExclusions: args.pullTimeExclusions ?? {},
    warnings: [
      ...credentialWarnings(context.credentials),
      ...settingsWarnings(defaults, ["defaults"]),
      ...given.flatMap(([key, entry]) => settingsWarnings(entry, ["registries", key])),
      ...entries.flatMap((entry) => expiryWarnings(entry, context.now)),
    ],
    rewriteImages: args.rewriteImages,
    alerts: planAlerts(args.alerts, entries, { ...context, regions }, issues),
  };
  issues.push(...roleTagIssues(plan));
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, value: { ...plan, warnings: [...plan.warnings, ...registryPolicyWarnings(plan)] } };
}

function planRegions(args: ResolvedArgs, entries: readonly EntryPlan[]): RegionPlan[] {
  const prefixes = new Set(entries.map(({ prefix }) => prefix));
  const cache = (entry: EntryPlan, region?: string): CachePlan => {
    const given = args.registries[entry.key];
    return {
      id: region ? `${entry.key}@${region}` : entry.key,
      name: entry.prefix,
      formerName: prefixes.has(entry.key) ? undefined : entry.key,
      entry,
      credentialArn: (region && given?.credentialArns?.[region]) || given?.credentialArn,
    };
  };
  if (!args.regions) return [{ caches: entries.map((entry) => cache(entry)) }];
  return args.regions.map((region) => ({ region, caches: entries.map((entry) => cache(entry, region)) }));
}

function planTemplateRole(entries: readonly EntryPlan[], owner: readonly string[]): TemplateRolePlan | undefined {
  const served = entries.filter(({ template }) => template.role === "created");
  if (served.length === 0) return undefined;
  const encrypted = served.filter(({ template }) => template.encryption.type === "KMS");
  const keys = encrypted.flatMap(({ template: { encryption } }) =>
    encryption.kmsKeys ? Object.values(encryption.kmsKeys) : [encryption.kmsKey],
  );
  return {
    name: fixedName([...owner, "template"], ROLE_NAME_MAX),
    adopt: served.some(({ adopt }) => adopt),
    prefixes: served.map(({ prefix }) => prefix),
    kms: encrypted.length > 0,
    // If a template uses the key aws/ecr, whose ARN is not known, the role cannot be limited to the other keys.
    kmsKeys: keys.includes(undefined) ? [] : [...new Set(keys.filter((key) => key !== undefined))],
  };
}

function planUpstreamRole(entries: readonly EntryPlan[], owner: readonly string[]): UpstreamRolePlan | undefined {
  const served = entries.filter(({ role }) => role === "created");
  if (served.length === 0) return undefined;
  return {
    name: fixedName([...owner, "upstream"], ROLE_NAME_MAX),
    adopt: served.some(({ adopt }) => adopt),
    prefixes: served.map(({ prefix }) => prefix),
    upstreams: served.flatMap(({ upstream, upstreamRepositoryPrefix }) =>
      upstream.ecr ? [{ ...upstream.ecr, prefix: upstreamRepositoryPrefix ?? "ROOT" }] : [],
    ),
  };
}

/** Entries that inherit their access from the defaults share one grant, and so one statement. */
function planGrants(entries: readonly EntryPlan[]): Grant[] {
  const caches = new Map<Grant["access"], CacheNames[]>();
  for (const { prefix, repositories, template } of entries) {
    if (!template.access) continue;
    const shared = caches.get(template.access);
    if (shared) shared.push({ prefix, repositories });
    else caches.set(template.access, [{ prefix, repositories }]);
  }
  return [...caches].map(([access, list]) => ({ access, caches: list }));
}
