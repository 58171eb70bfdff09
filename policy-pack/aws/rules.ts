import type { StackResource } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { canonicalHost, type ImageReference } from "./image";
import { normalPrefix, root } from "./prefix";
import { type Registry, registryOf } from "./registry";
import { pullThroughCacheRule } from "./types";
import { upstreamHost } from "./upstreams";

/** The parts of a pull through cache rule that decide where an upstream image is cached. */
export interface CacheRule {
  readonly upstream: string | Unknown;
  readonly upstreamPrefix: string | Unknown;
  readonly prefix: string | Unknown;
  readonly registry: Registry;
}

export function cacheRules(resources: readonly StackResource[]): CacheRule[] {
  return resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .map((rule): CacheRule => {
      const url = text(read(rule.props, "upstreamRegistryUrl")) ?? "";
      return {
        upstream: url === unknown ? unknown : canonicalHost(upstreamHost(url)),
        upstreamPrefix: text(read(rule.props, "upstreamRepositoryPrefix")) ?? root,
        prefix: text(read(rule.props, "ecrRepositoryPrefix")) ?? unknown,
        registry: registryOf(rule),
      };
    });
}

/** The repository in which the rule caches the image, with the image's tag and digest. */
export function cachedRepository(image: ImageReference, rule: CacheRule): string | Unknown | undefined {
  if (rule.upstream === unknown) return unknown;
  if (rule.upstream !== image.domain) return undefined;
  if (rule.upstreamPrefix === unknown || rule.prefix === unknown) return unknown;
  const path = below(rule.upstreamPrefix, image.path);
  if (path === undefined) return undefined;
  const repository = normalPrefix(rule.prefix) === root ? path : `${normalPrefix(rule.prefix)}/${path}`;
  return `${repository}${image.version}`;
}

function below(prefix: string, path: string): string | undefined {
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
