import { createImageCache, parseImageReference, tryParseImageReference } from "pulumi-pull-through-cache/images";
import { registryHost } from "../aws/registry";
import { type Cache, isUnder } from "../caches/model";

/** An image to fetch into a cache. */
export interface Target {
  /** The reference as given. */
  readonly image: string;
  readonly region: string;
  readonly upstream: string;
  readonly repository: string;
  readonly tag?: string;
  /** The digest that the reference is pinned to. */
  readonly digest?: string;
}

/** What to fetch, and what no cache serves. */
export interface Targets {
  readonly targets: readonly Target[];
  readonly unserved: readonly string[];
  readonly malformed: readonly string[];
}

/**
 * Maps images as `cacheImage` does, in every Region with a cache. Each image is fetched once, however often it is
 * named.
 */
export function findTargets(images: readonly string[], caches: readonly Cache[], account: string): Targets {
  const regions = [...new Set(caches.map(({ region }) => region))].map((region) => {
    const here = caches.filter((cache) => cache.region === region);
    const registry = registryHost(account, region);
    const rules = here.map(({ upstream, upstreamPrefix, prefix, repositories: listed }) => ({
      upstream,
      upstreamPrefix,
      repositories: listed && [...listed],
      url: prefix === "ROOT" ? registry : `${registry}/${prefix}`,
    }));
    return { region, registry, here, cached: createImageCache(rules) };
  });
  const targets = new Map<string, Target>();
  const unserved: string[] = [];
  const malformed: string[] = [];
  for (const image of new Set(images)) {
    if (!tryParseImageReference(image).ok) {
      malformed.push(image);
      continue;
    }
    let isServed = false;
    for (const { region, registry, here, cached } of regions) {
      const { domain, path, tag, digest } = parseImageReference(cached(image));
      if (domain !== registry) continue;
      const cache = here.find(({ prefix }) => isUnder(prefix, path));
      if (!cache) continue;
      isServed = true;
      const wanted = tag === undefined && digest === undefined ? "latest" : tag;
      const place = { image, region, upstream: cache.upstream, repository: path };
      const id = [region, path, wanted, digest].join(" ");
      if (!targets.has(id)) targets.set(id, { ...place, tag: wanted, digest });
    }
    if (!isServed) unserved.push(image);
  }
  return { targets: [...targets.values()], unserved, malformed };
}
