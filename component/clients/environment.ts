import type { CacheRule } from "../images";
import { compileRules, type Rewrite } from "../images/rules";
import { checked } from "./checked";
import { firstOfEach } from "./rewrites";

/**
 * Where each upstream is cached, by names for environment variables and build arguments. A name is `CACHE_` and the
 * upstream's host in capitals, with an underscore for every other character: `CACHE_DOCKER_IO`, `CACHE_GHCR_IO`; with
 * an upstream prefix, `CACHE_<host>_<prefix>`. The names do not change when a cache gets another prefix.
 *
 * A value replaces the upstream at the start of a full image name: `$CACHE_DOCKER_IO/library/nginx:1.25` (Docker Hub's
 * official images need `library/`). An image that the rule's `repositories` leaves out cannot be pulled this way.
 *
 * @throws Error when two upstreams would get the same name.
 */
export function cacheEnvironment(rules: readonly CacheRule[]): Record<string, string> {
  return Object.fromEntries(namedRewrites(rules).map(([name, { url }]) => [name, url]));
}

/**
 * `ARG` lines for the top of a Dockerfile, with the upstreams as defaults: `FROM ${CACHE_DOCKER_IO}/library/nginx:1.25`
 * builds everywhere, and through the cache if the arguments are given (`cacheEnvironment`).
 *
 * @throws Error when two upstreams would get the same name.
 */
export function dockerfileArgs(rules: readonly CacheRule[]): string {
  return namedRewrites(rules)
    .map(([name, { from }]) => `ARG ${name}=${from.slice(0, -1)}\n`)
    .join("");
}

function namedRewrites(rules: readonly CacheRule[]): [name: string, rewrite: Rewrite][] {
  const owners = new Map<string, string>();
  return firstOfEach(compileRules(checked(rules))).map((rewrite) => {
    const upstream = rewrite.from.slice(0, -1);
    const name = `CACHE_${upstream.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase()}`;
    const owner = owners.get(name);
    if (owner !== undefined) {
      throw new Error(
        `The upstreams "${owner}" and "${upstream}" would both be called ${name}. ` +
          "Call the function for each of them separately.",
      );
    }
    owners.set(name, upstream);
    return [name, rewrite];
  });
}
