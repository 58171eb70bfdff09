import type { CacheRule } from "../images";

/** One rule as a replacement of a name's beginning; all strings that are compared with names end in a slash. */
export interface Rewrite {
  /** Upstream registry as clients write it: `docker.io` for Docker Hub. */
  upstream: string;
  /** Only repositories under this path are cached, without slashes at the ends; empty: all. */
  upstreamPrefix: string;
  /** Where the cache has them, without a slash at the end. */
  url: string;
  /** What an affected name starts with, once Docker Hub's short names are written out: `ghcr.io/`. */
  from: string;
  /** What takes its place: `111122223333.dkr.ecr.us-east-1.amazonaws.com/github/`. */
  to: string;
  /** Names under `from` that must stay, since ECR would serve them from another rule's upstream. */
  except: string[];
}

/** Docker Hub's registry under the name that clients and the reference grammar use. */
export const DOCKER_HUB = "docker.io";

/** Other names of Docker Hub that occur in references. */
export const DOCKER_HUB_ALIASES: readonly string[] = ["index.docker.io", "registry-1.docker.io"];

/**
 * The rules in the order in which they must be tried: by upstream, the longest upstream prefix first. The first one
 * that fits decides, which is what `cacheImage` does.
 */
export function planRewrites(rules: readonly CacheRule[]): Rewrite[] {
  const caches = allLocations(rules);
  return rules
    .map(({ upstream, url, upstreamPrefix }) => {
      const host = DOCKER_HUB_ALIASES.includes(upstream) ? DOCKER_HUB : upstream;
      const path = upstreamPrefix === undefined || upstreamPrefix === "ROOT" ? "" : withoutSlash(upstreamPrefix);
      const from = path === "" ? `${host}/` : `${host}/${path}/`;
      const to = `${withoutSlash(url)}/`;
      const except = caches
        .filter((cache) => cache !== to && cache.startsWith(to))
        .map((cache) => from + cache.slice(to.length));
      return { upstream: host, upstreamPrefix: path, url: withoutSlash(url), from, to, except };
    })
    .sort(
      (one, other) =>
        compare(one.upstream, other.upstream) || other.from.length - one.from.length || compare(one.from, other.from),
    );
}

/** What names in the caches start with, sorted, none within another: such names are never rewritten again. */
export function cacheLocations(rules: readonly CacheRule[]): string[] {
  const locations = allLocations(rules);
  return locations.filter((location) => !locations.some((wider) => wider !== location && location.startsWith(wider)));
}

/** The rewrites without those that an earlier one for the same names hides. */
export function firstOfEach(rewrites: readonly Rewrite[]): Rewrite[] {
  return rewrites.filter((rewrite, index) => rewrites.findIndex(({ from }) => from === rewrite.from) === index);
}

/**
 * The rewrites that a mirror of a whole registry can express: those for every repository of an upstream, under which no
 * other rule's prefix lies. A mirror knows no exceptions, so it would pull `ghcr.io/quay/app` as `quay.io/app` where a
 * `ROOT` rule for `ghcr.io` stands beside a rule with the prefix `quay`.
 */
export function registryMirrors(rules: readonly CacheRule[]): Rewrite[] {
  return firstOfEach(planRewrites(rules)).filter(
    ({ upstreamPrefix, except }) => upstreamPrefix === "" && except.length === 0,
  );
}

function allLocations(rules: readonly CacheRule[]): string[] {
  return [...new Set(rules.map(({ url }) => `${withoutSlash(url)}/`))].sort(compare);
}

function withoutSlash(text: string): string {
  return text.endsWith("/") ? text.slice(0, -1) : text;
}

/** By code unit: the same order on every machine, whatever its locale. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
