import { isDeepStrictEqual } from "node:util";

/** Whether two texts are the same JSON document, whatever the order of keys and the spelling; other values as they are. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(parsed(one), parsed(other));
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
