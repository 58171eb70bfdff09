import { DOCKER_HUB, PATH_LENGTH, parseImageReference } from "./parse";
import { formatImageReference, type ImageReference } from "./reference";

/** One pull-through cache rule, as far as image references are concerned. */
export interface CacheRule {
  /**
   * Host of the upstream registry, exactly as it stands in references: `ghcr.io`, `registry.example:5000`. Docker Hub's
   * three names (`docker.io`, `index.docker.io`, `registry-1.docker.io`) are the same.
   */
  upstream: string;
  /**
   * Where the rule caches: `<account>.dkr.ecr.<region>.amazonaws.com/<ecrRepositoryPrefix>`, or the registry alone for a
   * rule with the prefix `ROOT`.
   */
  url: string;
  /**
   * `upstreamRepositoryPrefix` of the rule: only repositories under it are cached, and the cache's prefix takes its
   * place. Default: `ROOT`, all repositories.
   */
  upstreamPrefix?: string;
}

/** Gives the reference under which the cache serves an image; see `cacheImage`. */
export type ImageCache = (reference: string) => string;

interface CompiledRule {
  /** Path that upstream repositories start with: empty or ending in a slash. */
  upstreamPath: string;
  registry: string;
  /** Path that cached repositories start with: empty or ending in a slash. */
  cachePath: string;
  /** Longer paths of other rules in the same registry, under which ECR looks elsewhere. */
  otherCachePaths: string[];
}

interface CompiledRules {
  /** By upstream registry, the longest `upstreamPath` first. */
  byUpstream: Map<string, CompiledRule[]>;
  /** Every `cachePath`, by registry. */
  cachePaths: Map<string, string[]>;
}

const ROOT = "ROOT";
const DOCKER_HUB_HOSTS = new Set([DOCKER_HUB, "index.docker.io", "registry-1.docker.io"]);

/**
 * The reference under which the cache serves an image.
 *
 * - The rule for the reference's registry with the longest `upstreamPrefix` applies; among equals, the first.
 * - Tag and digest both stay; without a tag, none is added.
 * - The very same string comes back when no rule applies, when the reference already points into one of the caches
 *   (also where a cache is another rule's upstream), when the cached name would belong to another rule's prefix, and
 *   when it would exceed the 255 characters that a reference may have.
 *
 * Source: Amazon ECR User Guide, "Customizing repository prefixes for ECR to ECR pull through cache".
 *
 * @throws ImageReferenceError when the reference does not follow the grammar.
 */
export function cacheImage(reference: string, rules: readonly CacheRule[]): string {
  return cached(reference, compile(rules));
}

/** `cacheImage` for many references: the rules are read once, later changes to them have no effect. */
export function createImageCache(rules: readonly CacheRule[]): ImageCache {
  const compiled = compile(rules);
  return (reference) => cached(reference, compiled);
}

function cached(reference: string, rules: CompiledRules): string {
  const found = locate(parseImageReference(reference), rules);
  return found === undefined ? reference : formatImageReference(found);
}

function locate(reference: ImageReference, rules: CompiledRules): ImageReference | undefined {
  const domain = DOCKER_HUB_HOSTS.has(reference.domain) ? DOCKER_HUB : reference.domain;
  const candidates = rules.byUpstream.get(domain);
  if (candidates === undefined) return undefined;
  const path = domain === DOCKER_HUB && !reference.path.includes("/") ? `library/${reference.path}` : reference.path;
  if (rules.cachePaths.get(domain)?.some((cachePath) => path.startsWith(cachePath))) return undefined;

  for (const { upstreamPath, registry, cachePath, otherCachePaths } of candidates) {
    if (!path.startsWith(upstreamPath)) continue;
    const cachedPath = cachePath + path.slice(upstreamPath.length);
    if (cachedPath.length > PATH_LENGTH || otherCachePaths.some((other) => cachedPath.startsWith(other))) continue;
    return { domain: registry, path: cachedPath, tag: reference.tag, digest: reference.digest };
  }
  return undefined;
}

function compile(rules: readonly CacheRule[]): CompiledRules {
  const byUpstream = new Map<string, CompiledRule[]>();
  const cachePaths = new Map<string, string[]>();
  for (const { upstream, url, upstreamPrefix = ROOT } of rules) {
    const slash = url.indexOf("/");
    const registry = slash < 0 ? url : url.slice(0, slash);
    const cachePath = slash < 0 ? "" : directory(url.slice(slash + 1));
    append(byUpstream, DOCKER_HUB_HOSTS.has(upstream) ? DOCKER_HUB : upstream, {
      upstreamPath: directory(upstreamPrefix),
      registry,
      cachePath,
      otherCachePaths: [],
    });
    append(cachePaths, registry, cachePath);
  }
  for (const candidates of byUpstream.values()) {
    candidates.sort((one, other) => other.upstreamPath.length - one.upstreamPath.length);
    for (const rule of candidates) {
      rule.otherCachePaths = (cachePaths.get(rule.registry) ?? []).filter(
        (other) => other.length > rule.cachePath.length && other.startsWith(rule.cachePath),
      );
    }
  }
  return { byUpstream, cachePaths };
}

/** AWS assumes a slash at the end of a prefix, and `ROOT` stands for none. */
function directory(prefix: string): string {
  if (prefix === ROOT || prefix === "") return "";
  return prefix.endsWith("/") ? prefix : `${prefix}/`;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
