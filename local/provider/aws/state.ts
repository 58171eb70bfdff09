import type { Properties } from "../wire";
import { isDocument, isEmpty, sameValue, type TypeRow } from "./fields";
import { prefixOf } from "./naming";
import { normalized } from "./proposed";
import type { Settings } from "./settings";
import { ownTags, withoutIgnored } from "./tags";

/** Where a resource is, and the provider's settings. */
export interface Place {
  readonly region: string;
  readonly settings: Settings;
}

/** The state of a resource: what was read back, and the inputs for the rest. */
export function stateOf(row: TypeRow, asked: Properties, found: Properties, place: Place): Properties {
  const all = withoutIgnored(place.settings.ignoreTags, (found.tagsAll ?? {}) as Record<string, string>);
  const state: Properties = {
    ...writeOnly(row, asked),
    ...found,
    ...(row.regional !== false && { region: place.region }),
    ...(row.tagged && { tagsAll: all, tags: ownTags(place.settings, all, asked.tags) }),
    ...(row.autoName && row.fields.namePrefix && { namePrefix: prefixOf(String(found.name)) }),
  };
  const known = Object.entries(state).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    known.map(([key, value]) => {
      const field = row.fields[key];
      // AWS may return a document or a set in another form. If it means the same, the input is kept.
      const kept = field?.kind && key in asked && sameValue(field, asked[key], value) ? asked[key] : value;
      return [key, isDocument(field) ? normalized(field, kept) : kept];
    }),
  );
}

/**
 * The inputs for a state: after a refresh the previous ones with AWS's current values, after an import all except
 * defaults.
 */
export function inputsOf(row: TypeRow, state: Properties, old: Properties | undefined): Properties {
  const inputs: Properties = { __defaults: old?.__defaults ?? [] };
  for (const [key, field] of Object.entries(row.fields)) {
    const value = state[key];
    const wasGiven = old !== undefined && key in old;
    const isNews =
      (!field.computed || (key === "name" && old === undefined)) &&
      !isEmpty(value) &&
      !sameValue(field, value, field.default);
    if (wasGiven ? !isEmpty(value) || sameValue(field, old[key], value) : isNews)
      inputs[key] = wasGiven && sameValue(field, old[key], value) ? old[key] : value;
    else if (old === undefined && field.default !== undefined) inputs[key] = value ?? field.default;
  }
  if (row.regional !== false && (old === undefined || old.region !== undefined)) inputs.region = state.region;
  if (row.tagged && old?.tagsAll !== undefined) inputs.tagsAll = state.tagsAll;
  return inputs;
}

/** The defaults of a type. An import uses them for what AWS does not return. */
export function defaults(row: TypeRow): Properties {
  const entries = Object.entries(row.fields).filter(([, field]) => field.default !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, field.default]));
}

function writeOnly(row: TypeRow, properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => row.fields[key]?.writeOnly));
}
