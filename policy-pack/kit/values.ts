import { UnknownValueError } from "@pulumi/policy";

/** A value that Pulumi knows only after the deployment. */
export const unknown: unique symbol = Symbol("unknown until the deployment");
export type Unknown = typeof unknown;

/** A property as policies see it: plain data with unknown parts marked. */
export type Value = string | number | boolean | null | undefined | Unknown | readonly Value[] | Fields;
export interface Fields {
  readonly [key: string]: Value;
}

/** Properties that are all unknown. */
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
 * Reads one property. Pulumi's proxies throw at the first unknown part, so every part is read by itself: known parts
 * stay usable next to unknown ones.
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
  if (value === null || value === undefined || value === unknown) return value;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object") return undefined;
  // No policy needs anything nested this deep. What is not read counts as unknown.
  if (depth === 0) return unknown;
  const fields = value as Record<string, unknown>;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => part(fields, String(i), depth - 1));
  return Object.fromEntries(Object.keys(fields).map((key) => [key, part(fields, key, depth - 1)]));
}

/** A string or unknown. Anything else counts as not given, and so do empty strings, as in the AWS API. */
export function text(value: Value): string | Unknown | undefined {
  if (value === unknown) return unknown;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The items of a list. A single value is a list of one, as in IAM policies. */
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

/** A simple value in words. Empty for everything else, which no rule of AWS's accepts in place of a word. */
export function word(value: Value): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Looks a name up that others chose, such as `constructor`, which every object has by itself. */
export function own<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** Whether the value or any part of it is unknown. */
export function hasUnknown(value: Value): boolean {
  if (value === unknown) return true;
  if (isList(value)) return value.some(hasUnknown);
  return isFields(value) && Object.values(value).some(hasUnknown);
}

/** The fields of an object. Anything else has none. */
export function fieldsOf(value: Value): Fields {
  return isFields(value) ? value : {};
}

/** A JSON value that Pulumi may hold as text or as an object. `undefined` if the text is not JSON. */
export function json(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return undefined;
  }
}

/** A JSON document. `undefined` if it is not an object. */
export function document(value: Value): Fields | Unknown | undefined {
  const parsed = json(value);
  return parsed === unknown || isFields(parsed) ? parsed : undefined;
}
