import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../wire";

/** Returns the problem with a known value, if there is one. */
export type Validator = (value: unknown) => string | undefined;

/** An input of a resource type. */
export interface Field {
  readonly required?: boolean;
  /** Changing it replaces the resource. */
  readonly forceNew?: boolean;
  readonly default?: unknown;
  /** AWS chooses a value if none is given (Optional and Computed). What was read back then stays. */
  readonly computed?: boolean;
  /** Properties of a list's items that are computed in the same way. */
  readonly computedItems?: readonly string[];
  /** If it is left out, a value that was read back counts as unchanged. */
  readonly keptWhenMissing?: boolean;
  /** `json`, `policy`: compared by meaning, and kept normalized (a `policy` with Version first). `set`: compared without order, at every depth. */
  readonly kind?: "json" | "policy" | "set";
  readonly validate?: readonly Validator[];
  readonly conflictsWith?: readonly string[];
  /** One of this property and these must be given. */
  readonly orElse?: readonly string[];
  /** Holds objects, in which the bridge notes defaults too (`__defaults`). */
  readonly objects?: boolean;
  /** Kept only in the state, because AWS does not return it. */
  readonly writeOnly?: boolean;
}

/** One row of the table: how Pulumi's AWS provider defines a resource type. */
export interface TypeRow {
  /** Name of the resource type in the provider's errors. */
  readonly title: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Outputs that are unknown until the resource exists. */
  readonly computed: readonly string[];
  readonly secretOutputs?: readonly string[];
  /** Has the per-resource `region`. Default: true; IAM is global. */
  readonly regional?: boolean;
  /** Has `tags`, and `tagsAll` with the provider's default tags. */
  readonly tagged?: boolean;
  /** Gets a name from the logical name and random characters, unless `name` or `namePrefix` is given. */
  readonly autoName?: { readonly maxLength: number };
  /** It is deleted before its replacement is created. */
  readonly deleteBeforeReplace?: boolean;
  /** A new resource is read until AWS shows it. The real provider does this only for some types. */
  readonly awaited?: boolean;
}

/** Whether a field holds a JSON document. */
export function isDocument(field: Field | undefined): boolean {
  return field?.kind === "json" || field?.kind === "policy";
}

/** Whether two values of a field mean the same. */
export function sameValue(field: Field | undefined, a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(canonical(field, a), canonical(field, b));
}

/** Whether a value equals a missing one. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** A value without the bridge's lists of defaults. */
export function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutDefaults(item)]));
}

function canonical(field: Field | undefined, given: unknown): unknown {
  const value = field?.objects ? withoutEmpty(withoutDefaults(given)) : given;
  if (isEmpty(value)) return undefined;
  if (field?.kind === "set") return sorted(value);
  if (isDocument(field) && typeof value === "string") {
    try {
      return sorted(unwrapSingles(JSON.parse(value)));
    } catch {
      return value;
    }
  }
  return value;
}

// In objects, a missing property and an empty one are equal too.
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => !isEmpty(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutEmpty(item)]));
}

// In policy documents, a list of one equals its item.
function unwrapSingles(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? unwrapSingles(value[0]) : value.map(unwrapSingles);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapSingles(item)]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Properties)[key])]));
}
