import { UnknownValueError } from "@pulumi/policy";

/** Stands for a value that Pulumi knows only after the deployment. */
export const unknown: unique symbol = Symbol("unknown until the deployment");
export type Unknown = typeof unknown;

/** A property as a policy may look at it: plain data in which unknown parts are marked. */
export type Value = string | number | boolean | null | undefined | Unknown | readonly Value[] | Fields;
export interface Fields {
  readonly [key: string]: Value;
}

/** Properties none of which is known yet. */
export const notKnown: Record<string, unknown> = new Proxy(
  {},
  {
    get: (_none, key) => {
      throw new UnknownValueError("04da6b54-80e4-46f7-96ec-b56ff0331ba9", [String(key)]);
    },
  },
);

const maxDepth = 32;

/**
 * Reads one property. Pulumi's proxies throw at the first unknown part of what is read, so every part is read on its
 * own: what is known stays usable beside what is not.
 */
export function read(source: object, key: string): Value {
  return part(source as Record<string, unknown>, key, maxDepth);
}

function part(source: Record<string, unknown>, key: string, depth: number): Value {
  let field: unknown;
  try {
    field = source[key];
  } catch (error) {
    if (error instanceof UnknownValueError) return unknown;
    throw error;
  }
  return plain(field, depth);
}

function plain(value: unknown, depth: number): Value {
  if (value === null || value === undefined) return value;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object") return undefined;
  // Nothing that a policy reads is nested this deep, and not to look is not to know.
  if (depth === 0) return unknown;
  const fields = value as Record<string, unknown>;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => part(fields, String(i), depth - 1));
  return Object.fromEntries(Object.keys(fields).map((key) => [key, part(fields, key, depth - 1)]));
}

/** A string, or unknown; anything else counts as not given. Empty strings count as not given, as in the AWS API. */
export function text(value: Value): string | Unknown | undefined {
  if (value === unknown) return unknown;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The items of a list; a single value is a list of one, as in IAM policies. */
export function items(value: Value): readonly Value[] | Unknown {
  if (value === unknown) return unknown;
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isFields(value: Value): value is Fields {
  return typeof value === "object" && value !== null && !isList(value);
}

/** The fields of an object; of anything else none. */
export function fieldsOf(value: Value): Fields {
  return isFields(value) ? value : {};
}

/** A JSON value that Pulumi may hold as text or as it is. `undefined` when the text is not JSON. */
export function json(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return undefined;
  }
}

/** A JSON document. `undefined` when it is not an object. */
export function document(value: Value): Fields | Unknown | undefined {
  const parsed = json(value);
  return parsed === unknown || isFields(parsed) ? parsed : undefined;
}
