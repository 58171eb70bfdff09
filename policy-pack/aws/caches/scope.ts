import { any, both } from "../../kit/logic";
import { type AnyResource, type ConfigProperties, type StackResource, stringList } from "../../kit/policy";
import { read, text, type Unknown, unknown } from "../../kit/values";
import { type Registry, registryOf, sameRegistry } from "../account/registry";
import { pullThroughCacheRule, repository } from "../types";
import { inCache, prefixPattern, root } from "./prefix";

export interface ScopeConfig {
  readonly allRepositories: boolean;
  readonly cachePrefixes: readonly string[];
}

export const scope: ConfigProperties = {
  allRepositories: {
    type: "boolean",
    default: false,
    description: "Check every repository, not only those below a cache prefix.",
  },
  cachePrefixes: stringList(
    "Cache prefixes whose rules are in another stack. The prefixes of the stack's own rules always count.",
    { pattern: prefixPattern },
  ),
};

/** Which repositories belong to a cache, by the rules of the stack and by the configuration. */
export interface CacheScope {
  contains(resource: AnyResource, repositoryName: string | Unknown): boolean | Unknown;
}

/** The prefix `ROOT` is for every repository that a cache creates. Those that the stack declares are its own. */
export function cacheScope(resources: readonly StackResource[], config: ScopeConfig): CacheScope {
  const rules = resources
    .filter(({ type }) => type === pullThroughCacheRule)
    .map((rule): { registry: Registry; prefix: string | Unknown } => ({
      registry: registryOf(rule),
      prefix: text(read(rule.props, "ecrRepositoryPrefix")) ?? "",
    }));
  const declared = resources
    .filter(({ type }) => type === repository)
    .map((one) => ({ registry: registryOf(one), name: text(read(one.props, "name")) }));
  return {
    contains: (resource, name) => {
      if (config.allRepositories) return true;
      const registry = registryOf(resource);
      const isDeclared = () =>
        resource.type === repository ||
        declared.some((one) => one.name === name && sameRegistry(one.registry, registry) !== false);
      return any([
        ...config.cachePrefixes.map((prefix) => below(prefix, name)),
        ...rules.map(({ prefix, registry: other }) =>
          prefix === root && isDeclared() ? false : both(sameRegistry(other, registry), below(prefix, name)),
        ),
      ]);
    },
  };
}

function below(prefix: string | Unknown, name: string | Unknown): boolean | Unknown {
  return prefix === unknown || name === unknown ? unknown : inCache(prefix, name);
}
