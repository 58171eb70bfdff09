import type { CacheRule } from "../images";
import { registryMirrors } from "./rewrites";
import { tomlString } from "./toml";

/**
 * Mirrors for `buildkitd.toml`: base images come through the cache without changing Dockerfiles, and from the upstream
 * if the cache does not answer. For `docker buildx create --buildkitd-config` and for stand-alone daemons.
 *
 * BuildKit asks the client for credentials by the mirror's host, so `docker login` or the ECR credential helper for the
 * cache's registry is all it needs. It leaves out the same rules as for containerd: those with an `upstreamPrefix`, and
 * those with another rule's prefix below their own. BuildKit asks the cache first even for images that a rule's `repositories`
 * leaves out, and then the upstream.
 *
 * Source: BuildKit, docs/buildkitd.toml.md (mirrors may have a path).
 */
export function buildkitConfig(rules: readonly CacheRule[]): string {
  return registryMirrors(rules)
    .map(({ upstream, url }) => `[registry.${tomlString(upstream)}]\n  mirrors = [${tomlString(url)}]\n`)
    .join("\n");
}
