import type { CacheRule } from "../images";
import { DOCKER_HUB, DOCKER_HUB_REGISTRY } from "../images/hosts";
import { registryMirrors } from "./rewrites";
import { tomlString } from "./toml";

/**
 * `hosts.toml` files for containerd, by their path under its registry `config_path` (usually
 * `/etc/containerd/certs.d`): `docker.io/hosts.toml`. Image names in workloads do not change. If the cache does not
 * answer, containerd pulls from the upstream, unless `fallback` is false.
 *
 * - containerd sends no ECR credentials by itself, and the kubelet looks up credentials by the image's original host,
 *   so it does not ask its ECR credential provider for `docker.io`. Without credentials for the cache in containerd's
 *   own configuration, ECR refuses the request and the image comes from the upstream. Rewritten names (the Kyverno
 *   policy, the MutatingAdmissionPolicy, `cacheImage`) do not have this problem.
 * - The Docker daemon cannot do this: its `registry-mirrors` work only for Docker Hub and cannot have a path, and every
 *   pull through cache except a `ROOT` one has a path.
 * - Rules with an `upstreamPrefix` are left out, because a mirror cannot replace one path with another. So are rules
 *   with another rule's prefix below their own, because the mirror would serve the wrong images from there.
 * - A mirror cannot be limited to the `repositories` of a rule: containerd asks the cache first for any image. A node without
 *   permission to let it in gets nothing there, and containerd goes to the upstream.
 *
 * Source: containerd, docs/hosts.md (`override_path`: the host's URL already contains `/v2`).
 */
export function containerdHosts(
  rules: readonly CacheRule[],
  { fallback = true }: MirrorOptions = {},
): Record<string, string> {
  return Object.fromEntries(
    registryMirrors(rules).map(({ upstream, url }) => {
      const [registry, ...path] = url.split("/");
      const mirror = ["https:/", registry, "v2", ...path].join("/");
      return [`${upstream}/hosts.toml`, fallback ? withFallback(upstream, mirror) : withoutFallback(mirror)];
    }),
  );
}

/** What a mirror does with an image that the cache does not give. */
export interface MirrorOptions {
  /** Whether the client then asks the upstream. Default: true. */
  fallback?: boolean;
}

function withoutFallback(mirror: string): string {
  return `server = ${tomlString(mirror)}
capabilities = ["pull", "resolve"]
override_path = true
`;
}

function withFallback(upstream: string, mirror: string): string {
  const server = `https://${upstream === DOCKER_HUB ? DOCKER_HUB_REGISTRY : upstream}`;
  return `server = ${tomlString(server)}

[host.${tomlString(mirror)}]
  capabilities = ["pull", "resolve"]
  override_path = true
`;
}
