import { isDeepStrictEqual } from "node:util";

/**
 * Whether two values are equal. Texts are compared as JSON documents, ignoring the order of keys and the formatting.
 */
export function isSameJson(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(parsed(one), parsed(other));
}

/** A text as the JSON document that it is, if it is one. */
export function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
