import type { CheckArguments, Refusal } from "../plugin";
import { hasUnknown, type Properties } from "../wire";
import { isDocument, isEmpty, type TypeRow } from "./fields";
import { autoName } from "./naming";
import type { Place } from "./state";
import { tagsAll } from "./tags";

/**
 * Fills in the Region, all tags, defaults and names, and refuses what the real provider refuses before calling AWS.
 * Policy packs see these inputs. Source: pulumi-aws, provider/region.go and provider/tags.go.
 * @throws Error when there can be no automatic name
 */
export function checkInputs(
  token: string,
  row: TypeRow,
  { name, old, inputs: given, seed, autonaming }: CheckArguments,
  place: Place,
): { inputs: Properties; refusals: Refusal[] } {
  const inputs = withTextPolicies(row, given);
  if (row.regional !== false) inputs.region ??= place.region;
  if (row.tagged) inputs.tagsAll = tagsAll(place.settings, inputs.tags);
  const defaults: string[] = [];
  for (const [key, field] of Object.entries(row.fields)) {
    if (key in inputs || field.default === undefined) continue;
    inputs[key] = field.default;
    defaults.push(key);
  }
  // A name with a prefix is created together with the resource. It is not an input.
  if (row.autoName && !("name" in inputs) && !("namePrefix" in inputs)) {
    inputs.name = oldDefaultName(old) ?? autoName(token, name, row.autoName.maxLength, seed, autonaming);
    defaults.push("name");
  }
  for (const [key, field] of Object.entries(row.fields)) {
    if (field.objects && key in inputs) inputs[key] = withNoDefaults(inputs[key]);
  }
  inputs.__defaults = defaults;
  return { inputs, refusals: refusals(row, inputs, defaults) };
}

function refusals(row: TypeRow, inputs: Properties, defaults: string[]): Refusal[] {
  const found: Refusal[] = [];
  const given = (key: string) => key in inputs && !defaults.includes(key);
  for (const [property, field] of Object.entries(row.fields)) {
    if (!(property in inputs)) {
      if (field.required)
        found.push({
          property,
          reason: `Missing required argument: The argument "${property}" is required, but no definition was found.`,
        });
      if (field.orElse && !field.orElse.some(given))
        found.push({
          property,
          reason: `Missing required argument: one of ${[property, ...field.orElse].join(", ")} must be specified`,
        });
      continue;
    }
    const conflict = field.conflictsWith?.find((other) => given(property) && given(other));
    if (conflict !== undefined)
      found.push({
        property,
        reason: `Conflicting configuration arguments: "${property}" conflicts with ${conflict}.`,
      });
    const value = inputs[property];
    if (hasUnknown(value) || (isEmpty(value) && !field.required && value !== false)) continue;
    // The message never contains the value, which may be a secret.
    for (const validate of field.validate ?? []) {
      const reason = validate(value);
      if (reason !== undefined) found.push({ property, reason: `"${property}" ${reason}` });
    }
  }
  for (const property of Object.keys(inputs)) {
    if (property === "__defaults" || property in row.fields) continue;
    if ((property === "region" && row.regional !== false) || (property === "tagsAll" && row.tagged)) continue;
    found.push({ property, reason: `Invalid or unknown key: an argument named "${property}" is not expected here.` });
  }
  return found;
}

// The bridge lists in every object which of its properties are defaults. Here there are none.
function withNoDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNoDefaults);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withNoDefaults(item)]);
  return { ...Object.fromEntries(entries), __defaults: [] };
}

function oldDefaultName(old: Properties): unknown {
  return Array.isArray(old.__defaults) && old.__defaults.includes("name") ? old.name : undefined;
}

// Policy documents may be objects.
function withTextPolicies(row: TypeRow, inputs: Properties): Properties {
  const entries = Object.entries(inputs)
    .filter(([key]) => key !== "__defaults")
    .map(([key, value]) => [
      key,
      isDocument(row.fields[key]) && typeof value === "object" ? JSON.stringify(value) : value,
    ]);
  return Object.fromEntries(entries);
}
