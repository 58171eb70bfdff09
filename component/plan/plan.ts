import type { PullThroughCacheArgs, RegistryArgs } from "../args";
import type { CacheNames } from "../iam/ecr";
import type { Issue } from "../problems/issue";
import { RESERVED, RESERVED_KEY } from "../schema/arguments";
import type { Parsed } from "../schema/parse";
import { planAlerts, TOPIC } from "./alerts";
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
import { type EntryContext, planEntry, SECRET } from "./entry";
import { expiryWarnings } from "./expiry";
import { lifecycleWarnings, planLifecycle } from "./lifecycle";
import type { CachePlan, EntryPlan, Grant, Plan, RegionPlan, TemplateRolePlan, UpstreamRolePlan } from "./model";
import { fixedName, ROLE_NAME_MAX } from "./names";
import { arnFor } from "./regional-arns";
import { statementMark } from "./registry-wide";
import { openRepositoryIssues } from "./repositories";
import { planScanning } from "./scanning";
import { KMS_KEY, settingsIssues } from "./settings";
import { unfitIssues } from "./unfit";

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
  /** All entries of `registries`, including invalid ones. */
  readonly given: { readonly [key: string]: unknown };
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
    lifecyclePolicy: planLifecycle(defaults.lifecycle, ["defaults", "lifecycle"], issues),
    regions,
    credentials: context.credentials,
    tags: args.tags ?? {},
    templateRoleArn: args.templateRoleArn,
    adopt: args.adopt ?? false,
    now: context.now,
  };
  issues.push(...settingsIssues(defaults, ["defaults"], regions), ...regionIssues(regions, context.knownRegions));
  issues.push(...rewriteIssues(args.rewriteImages?.region, regions));

  const keys = Object.keys(context.given);
  const { given: credentials = [] } = context.credentials;
  const entries: EntryPlan[] = [];
  // More entries are an error anyway (below), and planning them takes time.
  for (const key of [...keys].sort().slice(0, MAX_RULES)) {
    if (RESERVED.includes(key)) {
      issues.push({ path: ["registries", key], message: RESERVED_KEY });
      continue;
    }
    issues.push(...unfitIssues(key, context.given[key], credentials.includes(key)));
    const entry = Object.hasOwn(args.registries, key) ? args.registries[key] : undefined;
    const planned = entry && planEntry(key, entry, entryContext, issues);
    if (planned) entries.push(planned);
  }
  issues.push(...collectionIssues(keys.length, entries), ...openRepositoryIssues(entries));
  for (const issue of unknownCredentialIssues(keys, context.credentials)) issues.push(issue);

  const planned = planRegions(args, entries);
  const plan: Plan = {
    entries,
    regions: planned,
    tags: args.tags ?? {},
    templateRole: planTemplateRole(planned, [...context.stack, context.name]),
    upstreamRole: planUpstreamRole(entries, [...context.stack, context.name]),
    grants: planGrants(entries),
    scanning: planScanning(args.scanning, entries, issues),
    registryPolicy: args.registryPolicy,
    mark: statementMark(entries.map(({ prefix }) => prefix).sort()[0] ?? ""),
    pullerRoles: args.pullerRoles ?? {},
    pullTimeExclusions: args.pullTimeExclusions ?? {},
    warnings: [
      ...credentialWarnings(context.credentials),
      ...lifecycleWarnings(defaults.lifecycle ?? {}, ["defaults", "lifecycle"]),
      ...Object.entries(args.registries).flatMap(([key, { lifecycle = {} }]) =>
        lifecycleWarnings(lifecycle, ["registries", key, "lifecycle"]),
      ),
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
    const path = ["registries", entry.key];
    const given = args.registries[entry.key] ?? {};
    const [encryption = {}, at] = given.encryption
      ? [given.encryption, path]
      : [args.defaults?.encryption, ["defaults"]];
    return {
      id: region ? `${entry.key}@${region}` : entry.key,
      name: entry.prefix,
      formerName: prefixes.has(entry.key) ? undefined : entry.key,
      region,
      entry,
      credentialArn: arnFor(path, given, SECRET, region),
      kmsKey: arnFor([...at, "encryption"], encryption, KMS_KEY, region),
    };
  };
  return (args.regions ?? [undefined]).map((region) => ({
    region,
    caches: entries.map((entry) => cache(entry, region)),
    topicArn: args.alerts && arnFor(["alerts"], args.alerts, TOPIC, region),
  }));
}

function planTemplateRole(regions: readonly RegionPlan[], owner: readonly string[]): TemplateRolePlan | undefined {
  const served = (regions[0]?.caches ?? []).map(({ entry }) => entry).filter(isServed);
  if (served.length === 0) return undefined;
  const encrypted = regions
    .flatMap(({ caches }) => caches)
    .filter(({ entry }) => isServed(entry) && entry.template.encryption.type === "KMS");
  return {
    name: fixedName([...owner, "template"], ROLE_NAME_MAX),
    adopt: served.some(({ adopt }) => adopt),
    prefixes: served.map(({ prefix }) => prefix),
    kmsKeys: encrypted.map(({ kmsKey }) => kmsKey),
  };
}

function isServed({ template }: EntryPlan): boolean {
  return template.role === "created";
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
