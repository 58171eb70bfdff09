import { isDeepStrictEqual } from "node:util";
import { mapped } from "../wire";
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
  const document = isDocument(field) ? parsed(value) : undefined;
  return document === undefined ? value : sorted(unwrapSingles(document));
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
  const entries = Object.entries(inOrder(value) as object);
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/** A value with its members in order, at every depth. */
function inOrder(value: unknown): unknown {
  return mapped(value, (entries) => entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A JSON document as the real provider sends it and keeps it in the state: sorted keys, no spaces, and `<`, `>`, `&` escaped, as
 * Go writes it. Source: terraform-plugin-sdk, helper/structure `NormalizeJsonString`. A `policy` has Version first, for IAM's
 * older parser. Source: internal/verify/json.go `LegacyPolicyNormalize`.
 */
export function normalized(field: Form | undefined, value: unknown): unknown {
  const document = parsed(value);
  if (document === undefined) return value;
  const text = JSON.stringify(inOrder(document)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  if (field?.form !== "policy") return text;
  return text.replace(/^\{(.*?),?("Version":"2012-10-17")(.*)\}$/s, (_, before, version, after) =>
    before === "" ? `{${version}${after}}` : `{${version},${before}${after}}`,
  );
}

/** What a JSON document says, or `undefined` if it is none. */
export function parsed(value: unknown): unknown {
  try {
    return JSON.parse(value as string);
  } catch {
    return undefined;
  }
}
