import { domainOf } from "./hosts";

/** The part of a pull through cache rule that matters for image references. */
export interface CacheRule {
  /**
   * Host of the upstream registry, exactly as references write it: `ghcr.io`, `registry.example:5000`. Several hosts
   * of a registry are equivalent: those of Docker Hub (`docker.io`, `index.docker.io`, `registry-1.docker.io`,
   * `registry.hub.docker.com`), of ECR Public (`public.ecr.aws`, `ecr-public.aws.com`), of Kubernetes (`registry.k8s.io`,
   * `k8s.gcr.io`), and the dual-stack host of an ECR registry.
   */
  upstream: string;
  /**
   * URL of the cache: `<account>.dkr.ecr.<region>.amazonaws.com/<ecrRepositoryPrefix>`, or only the host for a rule
   * with the prefix `ROOT`.
   */
  url: string;
  /**
   * `upstreamRepositoryPrefix` of the rule: only repositories under it are cached, and the cache's prefix replaces it.
   * Default: `ROOT`, all repositories.
   */
  upstreamPrefix?: string | undefined;
  /**
   * The only repositories that may enter the cache, relative to the upstream prefix: `library/nginx`. `*` stands for
   * any characters, including `/`. Default: all.
   */
  repositories?: string[] | undefined;
}

/** A rule as a replacement of the start of a name. All strings that are compared with names end with a slash. */
export interface Rewrite {
  /** Upstream registry as clients write it: `docker.io` for Docker Hub. */
  readonly upstream: string;
  /** Only repositories under this path are cached. No slash at either end; empty for all repositories. */
  readonly upstreamPrefix: string;
  /** URL of the cache, without a slash at the end. */
  readonly url: string;
  /** Start of the names it affects, after Docker Hub's short names are written out: `ghcr.io/`. */
  readonly from: string;
  /** The replacement: `111122223333.dkr.ecr.us-east-1.amazonaws.com/github/`. */
  readonly to: string;
  /** Starts of names that must not be replaced, because ECR would serve them from another rule's upstream. */
  readonly except: readonly string[];
  /** Patterns of what may come after `from`. Undefined for anything. */
  readonly repositories: readonly string[] | undefined;
}

/**
 * The rules in the order in which to try them: by upstream, the longest upstream prefix first. The first match decides.
 * Equal rules keep their order. A rule with `repositories` matches only those.
 *
 * Source: Amazon ECR User Guide, "Customizing repository prefixes for ECR to ECR pull through cache".
 */
export function compileRules(rules: readonly CacheRule[]): Rewrite[] {
  const caches = allLocations(rules);
  return rules
    .map(({ upstream, url, upstreamPrefix, repositories }) => {
      const host = domainOf(upstream);
      const path = upstreamPrefix === undefined || upstreamPrefix === "ROOT" ? "" : withoutSlash(upstreamPrefix);
      const from = path === "" ? `${host}/` : `${host}/${path}/`;
      const to = `${withoutSlash(url)}/`;
      const except = caches
        .filter((cache) => cache !== to && cache.startsWith(to))
        .map((cache) => from + cache.slice(to.length));
      return { upstream: host, upstreamPrefix: path, url: withoutSlash(url), from, to, except, repositories };
    })
    .sort(
      (one, other) =>
        compare(one.upstream, other.upstream) || other.from.length - one.from.length || compare(one.from, other.from),
    );
}

/** Starts of the names in the caches, sorted, none within another. Such names are never rewritten again. */
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

/** Compares by code unit, so the order does not depend on the locale. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
