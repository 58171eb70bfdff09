import type { CheckArguments, Refusal } from "../plugin";
import { hasUnknown, type Properties } from "../wire";
import { isEmpty, type TypeRow } from "./fields";
import { autoName } from "./naming";

/** Fills in defaults and names, and refuses what the real provider refuses before it calls AWS. */
export function checkInputs(
  row: TypeRow,
  { name, old, inputs: given, seed }: CheckArguments,
): { inputs: Properties; refusals: Refusal[] } {
  const inputs = withTextPolicies(row, given);
  const defaults: string[] = [];
  for (const [key, field] of Object.entries(row.fields)) {
    if (key in inputs || field.default === undefined) continue;
    inputs[key] = field.default;
    defaults.push(key);
  }
  if (row.autoName && !("name" in inputs)) {
    inputs.name = oldDefaultName(old, inputs) ?? autoName(inputs.namePrefix, name, row.autoName.maxLength, seed);
    defaults.push("name");
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
    // Never the value itself: it may be a secret.
    for (const validate of field.validate ?? []) {
      const reason = validate(value);
      if (reason !== undefined) found.push({ property, reason: `"${property}" ${reason}` });
    }
  }
  for (const property of Object.keys(inputs)) {
    if (property === "__defaults" || property in row.fields || (property === "region" && row.regional !== false))
      continue;
    found.push({ property, reason: `Invalid or unknown key: an argument named "${property}" is not expected here.` });
  }
  return found;
}

// A generated name stays as long as what it was generated from.
function oldDefaultName(old: Properties, inputs: Properties): unknown {
  const wasDefault = Array.isArray(old.__defaults) && old.__defaults.includes("name");
  return wasDefault && old.namePrefix === inputs.namePrefix ? old.name : undefined;
}

// Policy documents may be given as objects.
function withTextPolicies(row: TypeRow, inputs: Properties): Properties {
  const entries = Object.entries(inputs)
    .filter(([key]) => key !== "__defaults")
    .map(([key, value]) => [
      key,
      row.fields[key]?.kind === "json" && typeof value === "object" ? JSON.stringify(value) : value,
    ]);
  return Object.fromEntries(entries);
}
