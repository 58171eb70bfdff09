import type { CacheRule } from "../images";
import { compileRules } from "../images/rules";
import { firstOfEach } from "./rewrites";
import { tomlString } from "./toml";

/**
 * A drop-in for `/etc/containers/registries.conf.d/`: Podman, Buildah, Skopeo and CRI-O pull through the cache and fall
 * back to the upstream. Unlike registry mirrors elsewhere it can express every rule.
 *
 * The tools look credentials up by the cache's host (`auth.json`, or the ECR credential helper for it); CRI-O under a
 * kubelet gets those of the original host only, as containerd does.
 *
 * Source: containers-registries.conf(5), version 2.
 */
export function containersRegistriesConf(rules: readonly CacheRule[]): string {
  const rewrites = firstOfEach(compileRules(rules));
  const cached = new Set(rewrites.map(({ from }) => from));
  return rewrites
    .flatMap(({ from, url, except }) => [
      registry(from, url),
      ...except.filter((name) => !cached.has(name)).map((name) => registry(name, undefined)),
    ])
    .join("\n");
}

/** A more specific entry without a mirror takes names out of a wider entry's mirror. */
function registry(from: string, mirror: string | undefined): string {
  const name = tomlString(from.slice(0, -1));
  const entry = `[[registry]]\nprefix = ${name}\nlocation = ${name}\n`;
  return mirror === undefined ? entry : `${entry}\n[[registry.mirror]]\nlocation = ${tomlString(mirror)}\n`;
}
