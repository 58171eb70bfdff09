import { domainOf } from "./docker-hub";

/** One pull through cache rule, as far as image references are concerned. */
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

/** One rule as a replacement of a name's beginning; all strings that are compared with names end in a slash. */
export interface Rewrite {
  /** Upstream registry as clients write it: `docker.io` for Docker Hub. */
  readonly upstream: string;
  /** Only repositories under this path are cached, without slashes at the ends; empty: all. */
  readonly upstreamPrefix: string;
  /** Where the cache has them, without a slash at the end. */
  readonly url: string;
  /** What an affected name starts with, once Docker Hub's short names are written out: `ghcr.io/`. */
  readonly from: string;
  /** What takes its place: `111122223333.dkr.ecr.us-east-1.amazonaws.com/github/`. */
  readonly to: string;
  /** Names under `from` that must stay, since ECR would serve them from another rule's upstream. */
  readonly except: readonly string[];
}

/**
 * The rules in the order in which they must be tried: by upstream, the longest upstream prefix first. The first one that
 * fits decides; among equals, the first of the given ones.
 *
 * Source: Amazon ECR User Guide, "Customizing repository prefixes for ECR to ECR pull through cache".
 */
export function compileRules(rules: readonly CacheRule[]): Rewrite[] {
  const caches = allLocations(rules);
  return rules
    .map(({ upstream, url, upstreamPrefix }) => {
      const host = domainOf(upstream);
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
