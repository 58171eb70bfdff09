import { around, sampleOf, valuesOf } from "../values";

/** Numbers at the bounds of most settings, and values that are not numbers. */
export const NUMBERS = [-1, 0, 1, 2, 1.5, 7, 90, 2 ** 31 - 1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY, "1", true];

/** Texts for a shape of AWS's model, at and around each of its bounds. */
export const texts = (service: string, shape: string) => valuesOf(service, shape, (name) => sampleOf(service, name));

/** Numbers of items in a list, small and around its bounds. */
export const counts = (...bounds: number[]) => [0, 1, 2, ...around(...bounds)];

/** Different names. */
export function named(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `item${index}`);
}

/** A text with lengths around a bound. It ends in spaces, which JSON ignores. */
export function padded(text: string, ...bounds: number[]): string[] {
  return around(...bounds).map((length) => text.padEnd(length));
}

/** Patterns of image tags. */
export const tagPatternSamples = () => [
  ...texts("ecr", "ImageTagMutabilityExclusionFilterValue"),
  ...[1, 2, 3, 4, 5].map((wildcards) => `v${"*.".repeat(wildcards)}`),
];
