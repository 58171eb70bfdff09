import { DOCKER_HUB, domainOf, registryOf } from "./hosts";
import { PATH_LENGTH, parseImageReference } from "./parse";
import { matchesPattern } from "./pattern";
import { formatVersion, type ImageReference } from "./reference";
import { type CacheRule, cacheLocations, compileRules, type Rewrite } from "./rules";

/** Returns the reference under which the cache serves an image; see `cacheImage`. */
export type ImageCache = (reference: string) => string;

/**
 * Where an image is pulled from: through the rule with this URL, from a cache that it already names, or from its upstream,
 * because the rule does not list it or because there is no rule.
 */
export type CacheLookup =
  | { readonly kind: "served"; readonly reference: string; readonly url: string }
  | { readonly kind: "in cache" }
  | { readonly kind: "not listed" }
  | { readonly kind: "not covered" };

/**
 * The reference under which the cache serves an image.
 *
 * - The rule for the reference's registry with the longest `upstreamPrefix` applies; among equals, the first. A rule with
 *   `repositories` applies only to those.
 * - Tag and digest are kept; no tag is added. A reference with a digest works only once the cache has that image: ECR
 *   reports a digest that it has not cached as missing, without asking the upstream. Pull the tag through the cache
 *   first.
 * - The string comes back unchanged if no rule applies, if the reference already points into one of the caches (even if
 *   that cache is another rule's upstream), if the cached name would belong to another rule's prefix, or if it would be
 *   longer than the 255 characters allowed.
 *
 * Sources: Amazon ECR User Guide, "Customizing repository prefixes for ECR to ECR pull through cache"; for digests,
 * aws/containers-roadmap#2837.
 *
 * @throws ImageReferenceError when the reference does not follow the grammar.
 */
export function cacheImage(reference: string, rules: readonly CacheRule[]): string {
  return createImageCache(rules)(reference);
}

/** `cacheImage` for many references. It reads the rules once; later changes to them have no effect. */
export function createImageCache(rules: readonly CacheRule[]): ImageCache {
  const lookUp = createCacheLookup(rules);
  return (reference) => {
    const found = lookUp(parseImageReference(reference));
    return found.kind === "served" ? found.reference : reference;
  };
}

/** Returns a function that finds where an image is pulled from. */
export function createCacheLookup(rules: readonly CacheRule[]): (image: ImageReference) => CacheLookup {
  const rewrites = groupBy(compileRules(rules), ({ upstream }) => upstream);
  const locations = groupBy(cacheLocations(rules), (location) => location.slice(0, location.indexOf("/")));
  return (image) => {
    const domain = domainOf(image.domain);
    const candidates = rewrites.get(domain);
    const caches = locations.get(registryOf(domain));
    if (candidates === undefined && caches === undefined) return { kind: "not covered" };
    const path = domain === DOCKER_HUB && !image.path.includes("/") ? `library/${image.path}` : image.path;
    const place = `${registryOf(domain)}/${path}`;
    if (caches?.some((location) => place.startsWith(location))) return { kind: "in cache" };
    const name = `${domain}/${path}`;
    const fitting = (candidates ?? []).filter((rewrite) => fits(name, rewrite));
    const rewrite = fitting.find(({ from, repositories }) => isListed(name.slice(from.length), repositories));
    if (rewrite === undefined) return { kind: fitting.length > 0 ? "not listed" : "not covered" };
    const reference = rewrite.to + name.slice(rewrite.from.length) + formatVersion(image);
    return { kind: "served", reference, url: rewrite.url };
  };
}

function fits(name: string, { from, to, except }: Rewrite): boolean {
  if (!name.startsWith(from) || except.some((other) => name.startsWith(other))) return false;
  const path = to.length - to.indexOf("/") - 1 + name.length - from.length;
  return path <= PATH_LENGTH;
}

function isListed(name: string, repositories: readonly string[] | undefined): boolean {
  return repositories?.some((pattern) => matchesPattern(pattern, name)) ?? true;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
