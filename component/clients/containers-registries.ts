import type { CacheRule } from "../images";
import { compileRules, type Rewrite } from "../images/rules";
import { checked } from "./checked";
import type { MirrorOptions } from "./containerd";
import { firstOfEach, forEveryHost } from "./rewrites";
import { tomlString } from "./toml";

/**
 * A drop-in for `/etc/containers/registries.conf.d/`: Podman, Buildah, Skopeo and CRI-O pull through the cache and fall
 * back to the upstream, unless `fallback` is false. Unlike other registry mirrors, it can express every rule. For a rule with `repositories` it has only
 * the folders of these images. For any other image in such a folder, the tools ask the cache first and then the
 * upstream.
 *
 * The tools look up credentials by the cache's host (`auth.json`, or the ECR credential helper for it). CRI-O under a
 * kubelet gets only those of the original host, like containerd.
 *
 * Source: containers-registries.conf(5), version 2.
 */
export function containersRegistriesConf(rules: readonly CacheRule[], { fallback = true }: MirrorOptions = {}): string {
  const rewrites = firstOfEach(forEveryHost(compileRules(checked(rules))).flatMap(byFolder));
  const cached = new Set(rewrites.map(({ from }) => from));
  return rewrites
    .flatMap(({ from, url, except }) => [
      fallback ? registry(from, url) : replaced(from, url),
      ...except.filter((name) => !cached.has(name)).map((name) => registry(name, undefined)),
    ])
    .join("\n");
}

type Mirror = Pick<Rewrite, "from" | "url" | "except">;

/**
 * One rewrite for each folder with listed images, so that the tools do not ask the cache for images in other folders.
 */
function byFolder({ from, url, except, repositories }: Rewrite): Mirror[] {
  const folders = new Set((repositories ?? ["*"]).map(folderOf));
  return [...folders].map((folder) =>
    folder === "" ? { from, url, except } : { from: `${from}${folder}/`, url: `${url}/${folder}`, except },
  );
}

/** The folder of all matching names. A name without `*` is its own folder. */
function folderOf(pattern: string): string {
  const [start = "", ...rest] = pattern.split("*");
  return rest.length === 0 ? pattern : start.slice(0, Math.max(0, start.lastIndexOf("/")));
}

/** The cache takes the place of the upstream. */
function replaced(from: string, url: string): string {
  return `[[registry]]\nprefix = ${tomlString(from.slice(0, -1))}\nlocation = ${tomlString(url)}\n`;
}

/** A more specific entry without a mirror excludes names from a wider entry's mirror. */
function registry(from: string, mirror: string | undefined): string {
  const name = tomlString(from.slice(0, -1));
  const entry = `[[registry]]\nprefix = ${name}\nlocation = ${name}\n`;
  return mirror === undefined ? entry : `${entry}\n[[registry.mirror]]\nlocation = ${tomlString(mirror)}\n`;
}
