import type { DiffArguments, Difference } from "../plugin";
import { hasUnknown, type Properties, UNKNOWN } from "../wire";
import { isDocument, normalized, sameValue, withoutDefaults } from "./fields";
import type { Spec, SpecField } from "./spec";

/**
 * The planned resource: its inputs, plus values from its state that AWS chose and the inputs do not set. Source:
 * pulumi-terraform-bridge, pkg/tfshim/sdk-v2/proposed_new.go.
 */
export function proposed(spec: Spec, inputs: Properties, state: Properties = {}): Properties {
  const { __defaults, ...given } = inputs;
  const entries = Object.entries(spec.fields)
    .map(([key, field]) => [key, proposedValue(field, given[key], state[key])])
    .filter(([, value]) => value !== undefined);
  return { ...given, ...Object.fromEntries(entries) };
}

function proposedValue(field: SpecField, given: unknown, before: unknown): unknown {
  if (given === undefined) return field.computed || field.keptWhenMissing ? before : undefined;
  if (isDocument(field)) return normalized(field, given);
  const value = withoutDefaults(given);
  if (!field.computedItems || !Array.isArray(value)) return value;
  // Items of a list are identified only by their position.
  return value.map((item: Properties, index) => {
    const old = (Array.isArray(before) ? before[index] : undefined) as Properties | undefined;
    const kept = (field.computedItems ?? []).filter((key) => !(key in item) && old?.[key] !== undefined);
    return { ...field.itemDefaults, ...item, ...Object.fromEntries(kept.map((key) => [key, old?.[key]])) };
  });
}

/** The outputs in a preview of a new resource. Values that AWS chooses are unknown. */
export function previewed(spec: Spec, inputs: Properties): Properties {
  const planned = proposed(spec, inputs);
  const unknown = Object.entries(spec.fields).map(([key, { computed, computedItems }]) => {
    const value = planned[key];
    if (value === undefined) return [key, computed ? UNKNOWN : undefined];
    if (!computedItems || !Array.isArray(value)) return [key, value];
    const open = Object.fromEntries(computedItems.map((item) => [item, UNKNOWN]));
    return [key, value.map((item: Properties) => ({ ...open, ...item }))];
  });
  return {
    ...planned,
    ...Object.fromEntries(spec.computed.map((output) => [output, UNKNOWN])),
    ...Object.fromEntries(unknown.filter(([, value]) => value !== undefined)),
  };
}

/**
 * The inputs, with the current values of properties whose changes are ignored, even if the inputs do not set them. Only
 * whole properties can be ignored here. Source: pulumi-terraform-bridge, pkg/tfbridge/ignore_changes.go.
 */
export function withIgnored(inputs: Properties, state: Properties, ignoreChanges: readonly string[] = []): Properties {
  return { ...inputs, ...Object.fromEntries(ignoreChanges.map((key) => [key, state[key]])) };
}

/** What differs between the state and what the inputs ask for, in a provider whose Region is `home`. */
export function difference(spec: Spec, { state, inputs, ignoreChanges }: DiffArguments, home: string): Difference {
  const after = proposed(spec, withIgnored(inputs, state, ignoreChanges), state);
  const changed = Object.entries(spec.fields)
    .filter(([key, field]) => hasUnknown(after[key]) || !sameValue(field, state[key], after[key]))
    .map(([key]) => key);
  if (spec.tags && (hasUnknown(after.tagsAll) || !sameValue(undefined, state.tagsAll, after.tagsAll)))
    changed.push("tagsAll");
  const replaces = changed.filter((key) => spec.fields[key]?.replaces);
  const region = after.region ?? home;
  if (spec.regional && state.region !== region) {
    changed.push("region");
    // Resources from version 6 of the provider have no Region in the state. They get it in place. Source:
    // internal/provider/sdkv2 `forceNewIfRegionChanges`.
    if (state.region !== undefined || region !== home) replaces.push("region");
  }
  // Source: pulumi-terraform-bridge, pkg/tfbridge/schema.go `nameRequiresDeleteBeforeReplace`.
  const named = spec.autoNamed && "name" in inputs && !isDefault(inputs, "name");
  return {
    changed,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && (spec.deleteBeforeReplace === true || named),
  };
}

/** Whether the program did not give a property. */
export function isDefault(inputs: Properties, key: string): boolean {
  return Array.isArray(inputs.__defaults) && inputs.__defaults.includes(key);
}
