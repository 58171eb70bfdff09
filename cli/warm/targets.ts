import { createImageDecider, type ImageDecision, parseImageReference } from "pulumi-pull-through-cache/images";
import { registryHost } from "../aws/registry";
import { cacheRules } from "../caches/cache-rules";
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
    const decide = createImageDecider(cacheRules(here, account), { digests: "rewrite" });
    return { region, registry: registryHost(account, region), here, decide };
  });
  const targets = new Map<string, Target>();
  const unserved: string[] = [];
  const malformed: string[] = [];
  for (const image of new Set(images)) {
    let kind: ImageDecision["kind"] | undefined;
    for (const { region, registry, here, decide } of regions) {
      const decision = decide(image);
      kind = kind === "rewritten" ? kind : decision.kind;
      if (decision.kind !== "rewritten" && decision.kind !== "in cache") continue;
      const { domain, path, tag, digest } = parseImageReference("url" in decision ? decision.reference : image);
      const cache = here.find(({ prefix }) => isUnder(prefix, path));
      if (!cache || domain !== registry) continue;
      kind = "rewritten";
      const wanted = tag === undefined && digest === undefined ? "latest" : tag;
      const place = { image, region, upstream: cache.upstream, repository: path };
      const id = [region, path, wanted, digest].join(" ");
      if (!targets.has(id)) targets.set(id, { ...place, tag: wanted, digest });
    }
    if (kind === "malformed") malformed.push(image);
    else if (kind !== "rewritten" && kind !== "no name") unserved.push(image);
  }
  return { targets: [...targets.values()], unserved, malformed };
}
