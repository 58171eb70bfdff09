import { createCacheLookup } from "./cache";
import type { ImageReferenceError } from "./error";
import { tryParseImageReference } from "./parse";
import { type NameFilter, passes } from "./pattern";
import { formatImageReference } from "./reference";
import type { CacheRule } from "./rules";

/** What to do with an image, and why. */
export type ImageDecision =
  /** The cache serves it under this name, through the rule with this URL. */
  | { readonly kind: "rewritten"; readonly reference: string; readonly url: string }
  /** It names a cache already. */
  | { readonly kind: "in cache" }
  /** It is pinned by digest, which a cache serves only if it already has it. */
  | { readonly kind: "digest"; readonly reference: string }
  /** The options exclude it. */
  | { readonly kind: "excluded" }
  /** Its rule does not list it. */
  | { readonly kind: "not listed" }
  /** No rule serves its registry. */
  | { readonly kind: "not covered" }
  /** It is no name of an image: an identifier, or a placeholder that something else replaces. */
  | { readonly kind: "no name" }
  /** It is not a valid reference. */
  | { readonly kind: "malformed"; readonly error: ImageReferenceError };

/** How summaries count images that keep their names, in this order. */
export const KEPT_WORDS = {
  "in cache": "already in a cache",
  "not covered": "without a rule",
  "not listed": "not listed in repositories",
  digest: "left because of their digest",
  excluded: "excluded by the options",
  malformed: "not valid references",
} as const satisfies Partial<Record<ImageDecision["kind"], string>>;

/** Which images are decided differently. */
export interface DecisionOptions {
  /** Images as they are written, or in full. Default: all. */
  readonly images?: NameFilter;
  /** `rewrite` rewrites images with a digest too. Default: `leave`. */
  readonly digests?: string;
}

/**
 * Identifiers of images, the placeholder of Istio's injector, CodeBuild's own images, and variables of Kubernetes, shells,
 * Compose, Tekton and templates. Sources: Istio, "Customizing injection"; CodeBuild User Guide, "Docker images provided by
 * CodeBuild"; Compose specification, "Interpolation".
 */
const NO_NAME = /^(|auto|sha256:[0-9a-f]{64}|aws\/codebuild\/.*)$|\$\(|\$\{|\{\{|^\$\w/;

/** Returns the one decision about images that all readers share. The rules are read once. */
export function createImageDecider(
  rules: readonly CacheRule[],
  { images, digests }: DecisionOptions = {},
): (reference: string) => ImageDecision {
  const lookUp = createCacheLookup(rules);
  return (reference) => {
    if (NO_NAME.test(reference)) return { kind: "no name" };
    const parsed = tryParseImageReference(reference);
    if (!parsed.ok) return { kind: "malformed", error: parsed.error };
    const found = lookUp(parsed.value);
    if (found.kind !== "served") return found;
    if (!passes(images, reference, formatImageReference(parsed.value))) return { kind: "excluded" };
    const { reference: cached, url } = found;
    if (parsed.value.digest !== undefined && digests !== "rewrite") return { kind: "digest", reference: cached };
    return { kind: "rewritten", reference: cached, url };
  };
}
