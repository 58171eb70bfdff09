import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../wire";
import type { Field } from "./kinds/kind";

type Form = Pick<Field, "form">;

/** Whether a field holds a JSON document. */
export function isDocument(field: Form | undefined): boolean {
  return field?.form === "json" || field?.form === "policy";
}

/** Whether two values of a field mean the same. */
export function sameValue(field: Form | undefined, a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(canonical(field, a), canonical(field, b));
}

/** Whether a value equals a missing one. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** A value without the bridge's lists of defaults. */
export function withoutDefaults(value: unknown): unknown {
  return mapped(value, (entries) => entries.filter(([key]) => key !== "__defaults"));
}

function canonical(field: Form | undefined, given: unknown): unknown {
  // In objects, a missing property and an empty one are equal too.
  const value = mapped(given, (entries) => entries.filter(([key, item]) => key !== "__defaults" && !isEmpty(item)));
  if (isEmpty(value)) return undefined;
  if (field?.form === "set") return sorted(value);
  if (isDocument(field) && typeof value === "string") {
    try {
      return sorted(unwrapSingles(JSON.parse(value)));
    } catch {
      return value;
    }
  }
  return value;
}

type Entry = [key: string, value: unknown];

function mapped(value: unknown, entriesOf: (entries: Entry[]) => Entry[]): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, entriesOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(entriesOf(Object.entries(value)).map(([key, item]) => [key, mapped(item, entriesOf)]));
}

// In policy documents, a list of one equals its item.
function unwrapSingles(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? unwrapSingles(value[0]) : value.map(unwrapSingles);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapSingles(item)]));
}

/** A value with its lists and members in order, at every depth. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Properties)[key])]));
}
