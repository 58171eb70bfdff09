import type { CacheRule } from "../images";
import { DOCKER_HUB, DOCKER_HUB_REGISTRY } from "../images/docker-hub";
import { registryMirrors } from "./rewrites";
import { tomlString } from "./toml";

/**
 * `hosts.toml` files for containerd, by their path under its registry `config_path` (usually `/etc/containerd/certs.d`):
 * `docker.io/hosts.toml`. Image names in workloads stay as they are; when the cache does not answer, containerd goes to
 * the upstream.
 *
 * - containerd sends no ECR credentials by itself, and the kubelet looks credentials up by the image's original host, so
 *   its ECR credential provider is not asked for `docker.io`. Without credentials for the cache in containerd's own
 *   configuration, ECR refuses and the image comes from the upstream. Rewritten names (the Kyverno policy, the
 *   MutatingAdmissionPolicy, `cacheImage`) have no such gap.
 * - The Docker daemon cannot do this: its `registry-mirrors` serve Docker Hub only and take no path, and every
 *   pull through cache but a `ROOT` one has a path.
 * - Rules with an `upstreamPrefix` are left out, since a mirror cannot replace one path by another. So are rules that
 *   have another rule's prefix below their own, since the mirror would serve wrong images from there.
 *
 * Source: containerd, docs/hosts.md (`override_path`: the host's URL already contains `/v2`).
 */
export function containerdHosts(rules: readonly CacheRule[]): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { upstream, url } of registryMirrors(rules)) {
    files[`${upstream}/hosts.toml`] = hostsToml(upstream, url);
  }
  return files;
}

function hostsToml(upstream: string, url: string): string {
  const [registry, ...path] = url.split("/");
  const mirror = ["https:/", registry, "v2", ...path].join("/");
  const server = `https://${upstream === DOCKER_HUB ? DOCKER_HUB_REGISTRY : upstream}`;
  return `server = ${tomlString(server)}

[host.${tomlString(mirror)}]
  capabilities = ["pull", "resolve"]
  override_path = true
`;
}
