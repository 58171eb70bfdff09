import { nearest } from "../../kit/nearest";
import type { StackResource } from "../../kit/policy";
import { noteLater } from "../../kit/undecided";
import { read, text, type Unknown, unknown } from "../../kit/values";
import { type Registry, registryOf, sameRegistry } from "../account/registry";
import { canonicalHost, upstreamHost } from "../images/upstreams";
import { pullThroughCacheRule } from "../types";
import { type ListedRepositories, type ListingConfig, listedRepositories } from "./listed-repositories";
import { normalPrefix, root } from "./prefix";

/** The parts of a pull through cache rule that decide where an upstream image is cached. */
export interface CacheRule {
  readonly upstream: string | Unknown;
  readonly upstreamPrefix: string | Unknown;
  readonly prefix: string | Unknown;
  readonly registry: Registry;
  /** The only repositories that may enter the cache. */
  readonly repositories: ListedRepositories;
}

export function cacheRules(resources: readonly StackResource[], config: ListingConfig): CacheRule[] {
  const repositoriesOf = listedRepositories(resources, config);
  const rules = resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .map((rule): CacheRule => {
      const url = text(read(rule.props, "upstreamRegistryUrl")) ?? "";
      const prefix = text(read(rule.props, "ecrRepositoryPrefix")) ?? unknown;
      return {
        upstream: url === unknown ? unknown : canonicalHost(upstreamHost(url)),
        upstreamPrefix: text(read(rule.props, "upstreamRepositoryPrefix")) ?? root,
        prefix,
        registry: registryOf(rule),
        repositories: prefix === unknown ? unknown : repositoriesOf(rule, prefix),
      };
    });
  noteMisspelled(
    Object.keys(config.repositories),
    rules.flatMap(({ prefix }) => (prefix === unknown ? [] : [normalPrefix(prefix)])),
  );
  return rules;
}

/** A prefix of the configuration may be another stack's, but hardly if it is almost one of this stack. */
function noteMisspelled(configured: readonly string[], prefixes: readonly string[]): void {
  const used = configured.map(normalPrefix);
  for (const prefix of used.filter((one) => !prefixes.includes(one))) {
    const right = nearest(
      prefix,
      prefixes.filter((one) => !used.includes(one)),
    );
    if (right !== undefined) {
      noteLater(`repositories: no rule of this stack has the prefix "${prefix}"; did you mean "${right}"?`);
    }
  }
}

/** The repository's name below the upstream prefix. */
export function nameBelow(prefix: string | Unknown, path: string): string | Unknown | undefined {
  if (prefix === unknown) return unknown;
  if (normalPrefix(prefix) === root) return path;
  return path.startsWith(`${normalPrefix(prefix)}/`) ? path.slice(normalPrefix(prefix).length + 1) : undefined;
}

/** The host of the registries, with placeholders for parts that are unknown or differ among them. */
export function hostOf(registries: readonly Registry[]): string {
  const only = (part: "account" | "region") => {
    const [first, ...others] = new Set(registries.map((registry) => registry[part]));
    return typeof first === "string" && others.length === 0 ? first : `<${part}>`;
  };
  const region = only("region");
  return `${only("account")}.dkr.ecr.${region}.amazonaws.com`;
}

/**
 * The rules of the workload's Region and account. The place of a Kubernetes cluster or of a Docker host is not visible, so
 * all rules count.
 */
export function rulesNear(resource: StackResource, rules: readonly CacheRule[]): readonly CacheRule[] {
  if (!resource.type.startsWith("aws")) return rules;
  const registry = registryOf(resource);
  return rules.filter((rule) => sameRegistry(rule.registry, registry) !== false);
}
