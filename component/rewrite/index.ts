/* Pulumi resource transforms that make workloads pull their images through a cache. */
export type { PatternFilter, RewriteOptions } from "./options";
export { transformStack } from "./stack";
export { cacheTransform, imageTransform } from "./transform";
