import type { Properties } from "../wire";
import { isEmpty, sorted } from "./fields";
import type { Field } from "./kinds/kind";
import { emptyOf, renamed, type Spec } from "./spec";

/** A property's name in the API of its service. */
export function apiName({ service, fields, outputs }: Spec, property: string): string {
  return fields[property]?.api ?? outputs?.[property] ?? cased(service, property);
}

export function cased(service: string, property: string): string {
  return service === "ecr" ? property : capitalized(property);
}

export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What a request has of a resource's properties, without empty ones. */
export function toApi(spec: Spec, properties: Properties): Properties {
  const sent = Object.entries(spec.fields)
    .filter(([, { apart, writeOnly }]) => !apart && !writeOnly)
    .map(([property, field]) => [apiName(spec, property), sentValue(spec, property, field, properties[property])]);
  const tags = spec.tags && "tagsAll" in properties && [cased(spec.service, "tags"), tagList(properties.tagsAll)];
  return Object.fromEntries([...sent, ...(tags ? [tags] : [])].filter(([, value]) => value !== undefined));
}

function sentValue({ service, types }: Spec, property: string, field: Field, value: unknown): unknown {
  if (field.form === "tags") return value === undefined ? undefined : tagList(value);
  if (isEmpty(value) && value !== false) return undefined;
  const named = renamed(types[property], value, (object, name) => [cased(service, name), object[name]]);
  if (field.form === "set") return sorted(named);
  return field.form === "one" ? { ...field.itemDefaults, ...(named as Properties[])[0] } : named;
}

/** The properties that an answer has, with the types' empty values for what is missing. */
export function fromApi(spec: Spec, answer: Properties): Properties {
  const shown = Object.keys(spec.fields).filter((property) => !spec.fields[property]?.writeOnly && property !== "tags");
  const entries = [...shown, ...spec.computed].map((property) => {
    const value = answer[apiName(spec, property)];
    return [property, value === undefined ? emptyOf(spec.types[property]) : stateValue(spec, property, value)];
  });
  return Object.fromEntries(entries);
}

function stateValue({ service, fields, types }: Spec, property: string, value: unknown): unknown {
  const field = fields[property];
  if (field?.form === "tags") return fromTagList(value);
  const list = field?.form === "one" ? [value] : value;
  const named = renamed(types[property], list, (object, name, type) => [
    name,
    object[cased(service, name)] ?? object[name] ?? emptyOf(type),
  ]);
  return field?.form === "set" ? sorted(named) : named;
}

export function tagList(tags: unknown): { Key: string; Value: string }[] {
  return Object.entries((tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
}

export function fromTagList(tags: unknown): Record<string, string> {
  const own = ((tags ?? []) as { Key: string; Value: string }[]).filter(({ Key }) => !Key.startsWith("aws:"));
  return Object.fromEntries(own.map(({ Key, Value }) => [Key, Value]));
}
