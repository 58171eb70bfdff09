import { checked, type Problem, WrongType } from "../../emulator/model/check";
import { modelOf, operationModel, shapeOf } from "../../emulator/model/model";
import type { CheckArguments } from "../plugin";
import { hasUnknown, mapped, type Properties } from "../wire";
import { isDocument, isEmpty, parsed } from "./fields";
import { capitalized, toApi } from "./forms";
import { autoName } from "./naming";
import { isDefault } from "./proposed";
import { hasObjects, type Spec, type Type } from "./spec";
import type { Place } from "./state";
import { tagsAll } from "./tags";

/**
 * Fills in the Region, all tags, defaults and names, and refuses what AWS's model refuses, before AWS is called. Policy packs
 * see these inputs. Source: pulumi-aws, provider/region.go and provider/tags.go.
 * @throws Error when there can be no automatic name
 */
export function checkInputs(
  spec: Spec,
  { name, old, inputs: given, seed }: CheckArguments,
  place: Place,
): { inputs: Properties; refusals: string[] } {
  const { __defaults, ...inputs } = given;
  if (spec.regional) inputs.region ??= place.region;
  if (spec.tags) inputs.tagsAll = tagsAll(place.settings, inputs.tags);
  const defaults: string[] = [];
  for (const [key, field] of Object.entries(spec.fields)) {
    const value = inputs[key];
    if (value === undefined && field.default !== undefined) {
      inputs[key] = field.default;
      defaults.push(key);
    }
    // Policy documents may be objects.
    if (isDocument(field) && typeof value === "object") inputs[key] = JSON.stringify(value);
    // The bridge lists in every object which of its properties are defaults. Here there are none.
    if (value !== undefined && hasObjects(spec.types[key]))
      inputs[key] = mapped(value, (entries) => [...entries, ["__defaults", []]]);
  }
  // A name with a prefix is created together with the resource. It is not an input.
  if (spec.autoNamed && !("name" in inputs) && !("namePrefix" in inputs)) {
    inputs.name = isDefault(old, "name") ? old.name : autoName(spec.token, name, spec.nameLength ?? 255, seed);
    defaults.push("name");
  }
  const all = { ...inputs, __defaults: defaults };
  return { inputs: all, refusals: refusals(spec, name, all) };
}

/** Like the bridge, with all problems at once, and each with the path of its argument. */
function refusals(spec: Spec, name: string, inputs: Properties): string[] {
  const at = (property: string, problem: string) => `${problem}. Examine values at '${name}.${property}'.`;
  const missing = spec.required.filter((property) => !(property in inputs));
  const known = ["__defaults", ...(spec.regional ? ["region"] : []), ...(spec.tags ? ["tagsAll"] : [])];
  const unknown = Object.keys(inputs).filter((key) => !(key in spec.fields) && !known.includes(key));
  const given = Object.keys(spec.fields).filter((key) => key in inputs && !hasUnknown(inputs[key]));
  return [
    ...missing.map((property) =>
      at(property, `Missing required argument: "${property}" is required, but no definition was found`),
    ),
    ...unknown.map((property) =>
      at(property, `Invalid or unknown key: an argument named "${property}" is not expected here`),
    ),
    ...("name" in inputs && "namePrefix" in inputs
      ? [at("name", 'Conflicting configuration arguments: "name" conflicts with namePrefix')]
      : []),
    ...given.flatMap((property) =>
      problemsOf(spec, property, inputs[property]).map((problem) => at(property, problem)),
    ),
  ];
}

/** The problems of a value, which is not in their texts, because it may be secret. */
function problemsOf(spec: Spec, property: string, value: unknown): string[] {
  if (!hasType(spec.types[property], value)) return [`"${property}" has the wrong type`];
  if (isEmpty(value))
    return spec.required.includes(property) && typeof value !== "boolean" ? [`"${property}" must not be empty`] : [];
  if (isDocument(spec.fields[property]) && parsed(value) === undefined)
    return [`"${property}" contains an invalid JSON document`];
  const model = modelOf(spec.service);
  const { members = {} } = shapeOf(model, operationModel(model, capitalized(spec.creates)).input ?? "");
  const problems: Problem[] = [];
  try {
    for (const [member, sent] of Object.entries(toApi(spec, { [property]: value }))) {
      if (members[member] !== undefined) checked(model, members[member], sent, AS_IN_JSON, problems, property);
    }
  } catch (error) {
    if (!(error instanceof WrongType)) throw error;
    return [error.message];
  }
  return problems.map((problem) => `${problem.at}: ${problem.constraint}`);
}

const AS_IN_JSON = {
  number: (value: unknown) => value,
  boolean: (value: unknown) => value,
  timestamp: (value: unknown) => value,
  empty: () => false,
};

function hasType(type: Type | undefined, value: unknown): boolean {
  if (typeof type === "string") return typeof value === type;
  if (Array.isArray(type)) return Array.isArray(value) && value.every((item) => hasType(type[0], item));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const of = type as { readonly [name: string]: Type };
  return Object.entries(value).every(
    ([key, item]) => key === "__defaults" || hasType(of["*"] ?? of[key] ?? of[`${key}?`], item),
  );
}
