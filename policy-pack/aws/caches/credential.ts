import type { AnyResource, StackResource } from "../../kit/policy";
import { read, text, type Unknown, unknown, type Value } from "../../kit/values";
import { given, registryOf, sameRegistry } from "../account/registry";
import { pullThroughCacheRule, secret, secretPolicy, secretVersion } from "../types";

/** ECR reads only secrets whose name starts with this. AWS: "Creating a secret for a pull through cache rule". */
export const cacheSecretPrefix = "ecr-pullthroughcache/";

const credentialArn = /^arn:aws(?:-\w+)*:secretsmanager:([a-zA-Z0-9-]+):(\d{12}):secret:(.+)$/;
const secretName = /^ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/;

export interface CredentialArn {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

export function parseCredentialArn(arn: string): CredentialArn | undefined {
  const [, region, account, name] = credentialArn.exec(arn) ?? [];
  return region === undefined || account === undefined || name === undefined ? undefined : { region, account, name };
}

export function isCacheSecretName(name: string): boolean {
  return secretName.test(name);
}

/** The start of a secret's name: the name, or the namePrefix if the provider adds the rest. */
export function secretNameStart(resource: AnyResource): string | Unknown | undefined {
  const name = text(read(resource.props, "name"));
  return typeof name === "string" ? name : (text(read(resource.props, "namePrefix")) ?? name);
}

/** Whether a secret has a name that ECR accepts for a pull through cache. */
export function isCacheSecret(resource: AnyResource): boolean | Unknown {
  const start = secretNameStart(resource);
  return start === unknown ? unknown : (start ?? "").startsWith(cacheSecretPrefix);
}

/**
 * The secrets behind a rule's credentialArn, directly or through a version. In a preview the ARN of a new secret is
 * unknown, but the secret that it comes from is known, and so is its name.
 */
export function secretsFeeding(rule: StackResource): StackResource[] {
  const feeds = rule.propertyDependencies.credentialArn ?? [];
  const versions = feeds.filter((feed) => feed.type === secretVersion);
  const behind = versions.flatMap((version) => version.propertyDependencies.secretId ?? []);
  return [...new Set([...feeds, ...behind])].filter((feed) => feed.type === secret);
}

/** A cache's secret, and the stack's rules that use it. */
export interface CacheSecret {
  readonly resource: StackResource;
  readonly rules: readonly StackResource[];
}

/**
 * The stack's secrets that a rule uses or that have a cache's name. Other secrets, and those whose name is unknown, are
 * ignored.
 */
export function cacheSecrets(resources: readonly StackResource[]): CacheSecret[] {
  const users = new Map<string, StackResource[]>();
  for (const rule of resources.filter((resource) => resource.type === pullThroughCacheRule)) {
    for (const { urn } of secretsFeeding(rule)) users.set(urn, [...(users.get(urn) ?? []), rule]);
  }
  return resources
    .filter((resource) => resource.type === secret && (users.has(resource.urn) || isCacheSecret(resource) === true))
    .map((resource) => ({ resource, rules: users.get(resource.urn) ?? [] }));
}

/** Whether a version or policy belongs to the secret. `property` is its secret's ARN or, for a version, its name. */
export function isOf(part: StackResource, property: string, owner: StackResource): boolean {
  const named = text(read(part.props, property));
  if (typeof named === "string") {
    if (named === text(read(owner.props, "arn"))) return true;
    return named === text(read(owner.props, "name")) && sameRegistry(registryOf(part), registryOf(owner)) !== false;
  }
  return (part.propertyDependencies[property] ?? []).some((feed) => feed.urn === owner.urn);
}

export interface SecretPolicy {
  readonly resource: StackResource;
  readonly policy: Value;
}

/** The resource policies that the stack gives a secret, each with the resource that has it. */
export function secretPolicies(owner: StackResource, resources: readonly StackResource[]): readonly SecretPolicy[] {
  const attached = resources.filter((one) => one.type === secretPolicy && isOf(one, "secretArn", owner));
  return [
    { resource: owner, policy: given(owner, "policy") },
    ...attached.map((resource): SecretPolicy => ({ resource, policy: read(resource.props, "policy") })),
  ];
}
