/*
 * Container image references, where they stand, and where a pull through cache serves them. Pure functions that load
 * neither Pulumi nor AWS. Published as `pulumi-pull-through-cache/images`.
 */
export { cacheImage, createImageCache, type ImageCache } from "./cache";
export { createImageDecider, type DecisionOptions, type ImageDecision, KEPT_WORDS } from "./decide";
export { ImageReferenceError, type ImageReferenceErrorCode } from "./error";
export { type ImageReferenceResult, parseImageReference, tryParseImageReference } from "./parse";
export * from "./places";
export { formatImageReference, type ImageReference } from "./reference";
export type { CacheRule } from "./rules";
