import type { PullThroughCacheArgs, RegistryArgs, RegistryDefaultsArgs } from "../args";
import { findUpstream, intendedHost, KNOWN_NAMES, type Upstream, unsupportedAdvice } from "../catalogue";
import type { Issue } from "../problems/issue";
import { nearest } from "../problems/nearest";
import { shown } from "../problems/print";
import { prefixProblem } from "../schema/aws";
import { type CredentialSources, credentialIssue, credentialSource } from "./credentials";
import { expiryIssues, TOKEN_EXPIRES_TAG } from "./expiry";
import { planLifecycle } from "./lifecycle";
import { mergeDefaults } from "./merge";
import type { EntryPlan, SecretPlan, Tags, TemplatePlan } from "./model";
import { regionalArnIssues } from "./regional-arns";
import { repositoryIssues } from "./repositories";
import { mergedTagIssues, settingsIssues } from "./settings";
import { NO_SECRET } from "./unfit";
import { upstreamPrefixProblem, upstreamRepositoryPrefix } from "./upstream-prefix";

export const SECRET = { one: "credentialArn", many: "credentialArns", what: "the secret" } as const;

/** What an entry's plan depends on besides its settings. */
export interface EntryContext {
  readonly defaults: RegistryDefaultsArgs;
  /** The policy document of entries without a lifecycle of their own. */
  readonly lifecyclePolicy: string;
  readonly regions: readonly string[];
  readonly credentials: CredentialSources;
  /** The component's tags. Its secrets get them too. */
  readonly tags: Tags;
  readonly templateRoleArn?: PullThroughCacheArgs["templateRoleArn"];
  readonly adopt: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Plans one entry and adds problems to `issues`. Undefined if its upstream or prefix is invalid. */
export function planEntry(
  key: string,
  entry: RegistryArgs,
  context: EntryContext,
  issues: Issue[],
): EntryPlan | undefined {
  const path = ["registries", key];
  const upstream = resolveUpstream(key, entry, issues);
  const prefix = resolvePrefix(key, entry, upstream !== undefined, issues);
  const settings = mergeDefaults(context.defaults, entry);
  const lifecyclePolicy = entry.lifecycle
    ? planLifecycle(entry.lifecycle, [...path, "lifecycle"], issues)
    : context.lifecyclePolicy;
  issues.push(...settingsIssues(entry, path, context.regions), ...mergedTagIssues(settings, context.tags, path));
  if (!upstream || !prefix) return undefined;

  const credential = credentialKind(entry, upstream);
  issues.push(...authenticationIssues(key, entry, upstream, credential, context));
  if (entry.tokenExpires !== undefined) issues.push(...expiryIssues(key, entry.tokenExpires, upstream, context.now));
  const upstreamPrefix = entry.upstreamPrefix === undefined ? undefined : stripSlash(entry.upstreamPrefix);
  const problem = upstreamPrefix && upstreamPrefixProblem(prefix, upstreamPrefix, upstream);
  if (problem) issues.push({ path: [...path, "upstreamPrefix"], message: problem });
  issues.push(...repositoryIssues(key, { prefix, upstreamPrefix }, entry.repositories ?? [], upstream));
  return {
    key,
    upstream,
    prefix,
    repositories: entry.repositories && [...entry.repositories].sort(),
    upstreamRepositoryPrefix: upstreamRepositoryPrefix(prefix, upstreamPrefix, upstream),
    credential,
    tokenExpires: entry.tokenExpires,
    secret: credential === "created" ? planSecret(key, prefix, settings, upstream, context) : undefined,
    role: upstream.authentication === "role" ? roleOf(entry, path) : "none",
    template: planTemplate(settings, lifecyclePolicy, placeOf(upstream, upstreamPrefix), context, path),
    adopt: entry.adopt ?? context.adopt,
  };
}

function roleOf({ roleArn, createRole }: RegistryArgs, path: readonly string[]): EntryPlan["role"] {
  if (roleArn !== undefined) return { arn: roleArn, path: [...path, "roleArn"] };
  return createRole === false ? "none" : "created";
}

function resolveUpstream(key: string, entry: RegistryArgs, issues: Issue[]): Upstream | undefined {
  const lookup = findUpstream(entry.registry ?? key);
  if (lookup.ok) return lookup.upstream;
  if (entry.registry !== undefined) {
    const message =
      swapped(entry.registry, entry.prefix) ??
      withList(`${shown(entry.registry)}: ${lookup.reason}`, lookup.instead, issues);
    issues.push({ path: ["registries", key, "registry"], message });
    return undefined;
  }
  issues.push({ path: ["registries", key], message: unknownName(key, entry, issues) });
  return undefined;
}

/** The message if the registry is a prefix, and the prefix names a registry. */
function swapped(registry: string, prefix: string | undefined): string | undefined {
  const isHost = /^[^/]*[.:]/.test(registry);
  if (isHost || prefix === undefined || prefixProblem(registry) !== undefined || !findUpstream(prefix).ok) {
    return undefined;
  }
  return `registry and prefix are swapped: write registry: ${shown(prefix)} and prefix: ${shown(registry)}`;
}

/** A message with what there is instead. Only the first of several problems with the same list has it. */
function withList(message: string, list: string | undefined, issues: readonly Issue[]): string {
  const isSaid = list === undefined || issues.some((issue) => issue.message.endsWith(list));
  return isSaid ? message : `${message}. ${list}`;
}

/** Arguments that are easily taken for entries of a registries file. */
const ARGUMENTS = [
  "alerts",
  "credentials",
  "defaults",
  "pullTimeExclusions",
  "pullerRoles",
  "regions",
  "registryPolicy",
  "rewriteImages",
  "scanning",
  "tags",
  "templateRoleArn",
] as const satisfies readonly (keyof PullThroughCacheArgs)[];

/** The message for a key that names no upstream. If the key is no valid prefix either, it says that too. */
function unknownName(key: string, entry: RegistryArgs, issues: readonly Issue[]): string {
  const advice = unsupportedAdvice(key);
  if (advice) return `${advice}. Remove the entry`;
  if (ARGUMENTS.some((name) => name === key))
    return "is an argument of the component, not a registry: set it on the component";
  const host = intendedHost(key);
  if (host) return `no upstream has this name: write registry: "${host}"`;
  const meant = nearest(key, KNOWN_NAMES);
  const own = `with a key of your own, set "registry" to the upstream's host`;
  if (meant) return `no upstream has this name; did you mean "${meant}"? Or ${own}`;
  const problem = entry.prefix === undefined ? prefixProblem(key) : undefined;
  const prefix = problem ? `. Set "prefix" too: the key cannot be the prefix, because ${problem}` : "";
  return withList(`no upstream has this name: ${own}${prefix}`, `Known names are ${KNOWN_NAMES.join(", ")}`, issues);
}

function resolvePrefix(key: string, entry: RegistryArgs, hasUpstream: boolean, issues: Issue[]): string | undefined {
  if (entry.prefix !== undefined) return stripSlash(entry.prefix);
  const problem = prefixProblem(key);
  if (!problem) return stripSlash(key);
  if (hasUpstream || entry.registry !== undefined) {
    issues.push({ path: ["registries", key], message: `the key is also the prefix, and ${problem}. Or set "prefix"` });
  }
  return undefined;
}

function stripSlash(prefix: string): string {
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}

function credentialKind(entry: RegistryArgs, upstream: Upstream): EntryPlan["credential"] {
  if (upstream.authentication !== "credentials") return "none";
  return entry.credentialArn === undefined && entry.credentialArns === undefined ? "created" : "existing";
}

function authenticationIssues(
  key: string,
  entry: RegistryArgs,
  upstream: Upstream,
  kind: EntryPlan["credential"],
  context: EntryContext,
): Issue[] {
  const issues: Issue[] = [];
  const report = (field: string, message: string) => issues.push({ path: ["registries", key, field], message });

  if (upstream.authentication === "role" && entry.roleArn !== undefined && entry.createRole === true) {
    report("createRole", "the entry already names a role in roleArn");
  }
  if (kind === "existing") {
    if (entry.secret !== undefined) report("secret", NO_SECRET);
    if (context.credentials.given?.includes(key)) {
      issues.push({
        path: ["credentials", key],
        message: "the entry already names a secret: give only one of them",
      });
    }
    issues.push(...regionalArnIssues(["registries", key], entry, SECRET, context.regions));
  }
  if (kind === "created") {
    const issue = credentialIssue(key, upstream, context.credentials);
    issues.push(...(issue ? [issue] : (context.credentials.problems?.(key, upstream) ?? [])));
  }
  return issues;
}

function planSecret(
  key: string,
  prefix: string,
  settings: RegistryArgs,
  upstream: Upstream,
  context: EntryContext,
): SecretPlan {
  const secret = settings.secret ?? {};
  return {
    source: credentialSource(key, context.credentials),
    name: secret.name,
    namePrefix: `ecr-pullthroughcache/${prefix}-`,
    description: secret.description ?? `Credentials of ${upstream.host} for the ECR pull through cache "${prefix}"`,
    recoveryWindowInDays: secret.recoveryWindowInDays ?? 0,
    tags: {
      ...secret.tags,
      ...(settings.tokenExpires !== undefined && { [TOKEN_EXPIRES_TAG]: settings.tokenExpires }),
    },
    readers: secret.readers ?? [],
    policy: secret.policy,
  };
}

/** The part of the upstream that the rule caches. */
function placeOf({ host }: Upstream, upstreamPrefix = "ROOT"): string {
  return upstreamPrefix === "ROOT" ? host : `${host}/${upstreamPrefix}`;
}

function planTemplate(
  settings: RegistryArgs,
  lifecyclePolicy: string,
  upstream: string,
  context: EntryContext,
  path: readonly string[],
): TemplatePlan {
  const { kmsKey, kmsKeys, type: given } = settings.encryption ?? {};
  const type = given ?? ((kmsKey ?? kmsKeys) === undefined ? "AES256" : "KMS");
  const resourceTags = settings.resourceTags ?? {};
  return {
    description: settings.description ?? `Pull through cache of ${upstream}`,
    lifecyclePolicy,
    imageTagMutability: settings.tagMutability ?? "MUTABLE",
    exclusionFilters: settings.tagMutabilityExclusionFilters ?? [],
    encryption: { type, typeWithoutKey: given ?? "AES256" },
    resourceTags,
    access: settings.access,
    repositoryPolicy: settings.repositoryPolicy,
    role: templateRoleOf(
      settings.templateRoleArn,
      context.templateRoleArn,
      type === "KMS" || Object.keys(resourceTags).length > 0,
      path,
    ),
  };
}

function templateRoleOf(
  own: RegistryArgs["templateRoleArn"],
  shared: EntryContext["templateRoleArn"],
  isNeeded: boolean,
  path: readonly string[],
): TemplatePlan["role"] {
  if (own !== undefined) return { arn: own, path: [...path, "templateRoleArn"], isNeeded };
  if (!isNeeded) return "none";
  return shared === undefined ? "created" : { arn: shared, path: ["templateRoleArn"], isNeeded };
}
