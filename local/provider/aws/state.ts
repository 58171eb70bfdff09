import type { Properties } from "../wire";
import { isDocument, isEmpty, normalized, sameValue } from "./fields";
import { prefixOf } from "./naming";
import type { Settings } from "./settings";
import { hasObjects, type Spec } from "./spec";
import { ownTags } from "./tags";

/** Where a resource is, and the provider's settings. */
export interface Place {
  readonly region: string;
  readonly settings: Settings;
}

/** The state of a resource: what was read back, and the inputs for the rest. */
export function stateOf(spec: Spec, asked: Properties, found: Properties, place: Place): Properties {
  const all = (found.tagsAll ?? {}) as Record<string, string>;
  const writeOnly = Object.keys(spec.fields).filter((key) => spec.fields[key]?.writeOnly && key in asked);
  const state: Properties = {
    ...Object.fromEntries(writeOnly.map((key) => [key, asked[key]])),
    ...found,
    ...(spec.regional && { region: place.region }),
    ...(spec.tags && { tagsAll: all, tags: ownTags(place.settings, all, asked.tags) }),
    ...("namePrefix" in spec.fields && { namePrefix: prefixOf(String(found.name)) ?? "" }),
  };
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => {
      const field = spec.fields[key];
      // AWS may return a document in another form. If it means the same, the input is kept.
      const kept = isDocument(field) && key in asked && sameValue(field, asked[key], value) ? asked[key] : value;
      return [key, isDocument(field) ? normalized(field, kept) : kept];
    }),
  );
}

/**
 * The inputs for a state. After a refresh: those that the program gave, with AWS's current values, but documents and the keys
 * of maps stay as they were. After an import: all that are not empty or defaults. Source: pulumi-terraform-bridge,
 * pkg/tfbridge/schema.go `extractInputsFromOutputs`.
 */
export function inputsOf(spec: Spec, state: Properties, old: Properties | undefined): Properties {
  const keys = [...Object.keys(spec.fields), "region", "tagsAll"];
  const given = keys.filter((key) => (old ? key in old : isGiven(spec, key, state[key])));
  const values = given.map((key) => [
    key,
    old ? refreshed(spec, key, old[key], state[key]) : imported(spec, key, state[key]),
  ]);
  return {
    ...Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    __defaults: old?.__defaults ?? [],
  };
}

function refreshed({ fields, types }: Spec, key: string, old: unknown, now: unknown): unknown {
  if (isDocument(fields[key]) || sameValue(fields[key], old, now)) return old;
  const type = key === "tagsAll" ? { "*": "string" } : types[key];
  if (typeof type !== "object" || !("*" in type)) return now;
  const kept = Object.entries((now ?? {}) as Properties).filter(([name]) => name in (old as Properties));
  return Object.fromEntries(kept);
}

function isGiven({ fields }: Spec, key: string, value: unknown): boolean {
  const field = fields[key];
  return !isEmpty(value) && !field?.writeOnly && key !== "namePrefix" && !sameValue(field, value, field?.default);
}

/** A list's objects are there without their defaults and empty properties. */
function imported({ fields, types }: Spec, key: string, value: unknown): unknown {
  if (!Array.isArray(value) || !hasObjects(types[key])) return value;
  return value.map((item: Properties) => ({
    ...Object.fromEntries(
      Object.entries(item).filter(([name, each]) => !isEmpty(each) && each !== fields[key]?.itemDefaults?.[name]),
    ),
    __defaults: [],
  }));
}
