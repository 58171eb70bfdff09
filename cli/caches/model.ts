import type { PullThroughCacheRule } from "@aws-sdk/client-ecr";

/** A cache: a pull through cache rule in a Region, as declared or as in AWS. */
export interface Cache {
  readonly region: string;
  /** The source names no Region, so it is that of `--region` or the environment. */
  readonly isRegionAssumed?: true;
  /** The account of the rule, if the source names it. */
  readonly account?: string;
  /** ECR repository prefix, or ROOT. */
  readonly prefix: string;
  /** Host of the upstream. */
  readonly upstream: string;
  /** Prefix of the repositories upstream. None, or ROOT, for all of them. */
  readonly upstreamPrefix?: string;
  /** Patterns of the only repositories that may enter the cache, if the source has them. */
  readonly repositories?: readonly string[];
  /** What the declaration says about the rule and its template. Only this is compared. */
  readonly declared?: Declared;
  /** The rule as it is in AWS, if that is where the cache comes from. */
  readonly deployed?: PullThroughCacheRule;
}

export interface Declared {
  readonly rule: DeclaredRule;
  /** Undefined if the source does not contain templates. */
  readonly template?: DeclaredTemplate;
  /** Only a stack declares everything: what it leaves out must not be in AWS. */
  readonly stack?: DeclaredByStack;
}

export interface DeclaredByStack {
  /** Settings of the rule and the template that the stack keeps encrypted, so that they cannot be compared. */
  readonly hidden: readonly string[];
  /** Templates for a part of the cache's repositories, by their prefix. */
  readonly nested: ReadonlyMap<string, DeclaredTemplate>;
  readonly settings: DeclaredSettings;
  /** The rule's secret, if the stack has it. */
  readonly secret?: DeclaredSecret;
  /** The roles that the component made or the stack's caches use, and those that only get policies from the component. */
  readonly roles: readonly DeclaredRole[];
}

/** Settings of a Region, each if the stack has it. */
export interface DeclaredSettings {
  readonly registryPolicy?: string;
  readonly scanning?: DeclaredScanning;
  /** Principals whose pulls do not count. */
  readonly exclusions: readonly string[];
  /** Account settings, by name. */
  readonly settings: { readonly [name: string]: string };
  /** For people: what the stack keeps encrypted. */
  readonly hidden: readonly string[];
}

export interface DeclaredSecret {
  readonly description?: string;
  readonly tags: Tags;
  /** Its resource policy. */
  readonly policy?: string;
  readonly hidden: readonly string[];
}

export interface DeclaredRole {
  readonly name: string;
  /** What only a role of the stack has. It must have no further policies. */
  readonly own?: OwnRole;
  /** Inline policies, by name. */
  readonly policies: { readonly [name: string]: string };
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  readonly hidden: readonly string[];
}

export interface OwnRole {
  readonly arn: string;
  readonly trust: string;
  readonly boundary?: string;
  readonly tags: Tags;
}

export interface Tags {
  readonly [key: string]: string;
}

export interface DeclaredScanning {
  readonly scanType: string;
  /** A scan frequency and a filter, such as `SCAN_ON_PUSH hub/*`. */
  readonly filters: readonly string[];
}

export interface DeclaredRule {
  readonly upstreamRegistryUrl?: string;
  readonly upstreamRepositoryPrefix?: string;
  readonly credentialArn?: string;
  readonly customRoleArn?: string;
}

export interface DeclaredTemplate {
  readonly appliedFor?: readonly string[];
  readonly description?: string;
  readonly lifecyclePolicy?: string;
  readonly repositoryPolicy?: string;
  readonly imageTagMutability?: string;
  readonly imageTagMutabilityExclusionFilters?: readonly string[];
  readonly encryptionType?: string;
  readonly kmsKey?: string;
  readonly resourceTags?: Tags;
  readonly customRoleArn?: string;
}

/** Whether a repository belongs to a prefix. AWS assumes a slash at its end. ROOT stands for every repository. */
export function isUnder(prefix: string, repository: string): boolean {
  return prefix === "ROOT" || repository.startsWith(`${stripSlash(prefix)}/`);
}

/** A name, or a pattern of names, below the prefix. */
export function nameUnder(prefix: string, name: string): string {
  return prefix === "ROOT" ? name : `${prefix}/${name}`;
}

/** The most specific prefix that a repository belongs to. Source: ECR user guide, repository creation templates. */
export function longestMatch<T>(items: readonly T[], prefixOf: (item: T) => string, repository: string): T | undefined {
  const length = (item: T) => (prefixOf(item) === "ROOT" ? 0 : prefixOf(item).length);
  return items
    .filter((item) => isUnder(prefixOf(item), repository))
    .reduce<T | undefined>(
      (best, item) => (best === undefined || length(item) > length(best) ? item : best),
      undefined,
    );
}

/** The chosen cache that a repository belongs to, unless that is a more specific one of another rule. */
export function chosenCache(
  chosen: readonly Cache[],
  rules: readonly PullThroughCacheRule[],
  repository: string,
): Cache | undefined {
  const all = [
    ...chosen,
    ...rules.map(({ ecrRepositoryPrefix = "" }) => ({ prefix: stripSlash(ecrRepositoryPrefix) })),
  ];
  const { prefix } = longestMatch(all, (one) => one.prefix, repository) ?? {};
  return chosen.find((cache) => cache.prefix === prefix);
}

export function stripSlash(prefix: string): string {
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}
