import type { Properties } from "../wire";
import { KINDS } from "./kinds";
import type { Field, Kind } from "./kinds/kind";
import schema from "./kinds/schema.json";

/** `string`, `number` or `boolean`, a list, a map (`*`), or an object, whose optional properties end in `?`. */
export type Type = string | readonly [Type] | { readonly [name: string]: Type };

interface Declared {
  readonly inputs: Readonly<Record<string, Type>>;
  /** Optional arguments that have a value if none is given: a default, or what AWS chooses. */
  readonly filled: readonly string[];
  readonly outputs: readonly string[];
  readonly secrets: readonly string[];
}

export interface SpecField extends Field {
  /** AWS chooses a value if none is given (Optional and Computed). What was read back then stays. */
  readonly computed: boolean;
}

/** A kind with what Pulumi's schema of its type says. */
export interface Spec extends Omit<Kind, "fields"> {
  readonly token: string;
  readonly fields: Readonly<Record<string, SpecField>>;
  readonly types: Readonly<Record<string, Type>>;
  readonly required: readonly string[];
  /** Outputs that are no inputs, without tagsAll. */
  readonly computed: readonly string[];
  readonly secrets: readonly string[];
  /** Has the per-resource `region`. IAM is global. */
  readonly regional: boolean;
  /** Gets a name if the program gives none. */
  readonly autoNamed: boolean;
}

export function specOf(token: string): Spec | undefined {
  const kind = KINDS[token];
  const declared = (schema.types as unknown as Readonly<Record<string, Declared>>)[token];
  if (!kind || !declared) return undefined;
  const { inputs, filled, outputs, secrets } = declared;
  const fields = Object.entries({ ...kind.fields, ...(kind.tags && { tags: { apart: true } as const }) });
  const isComputed = (name: string, field: Field) => filled.includes(name) && field.default === undefined;
  return {
    ...kind,
    token,
    fields: Object.fromEntries(fields.map(([name, field]) => [name, { ...field, computed: isComputed(name, field) }])),
    types: Object.fromEntries(Object.entries(inputs).map(([name, type]) => [name.replace("?", ""), type])),
    required: Object.keys(inputs).filter((name) => !name.endsWith("?")),
    computed: outputs.filter((output) => output !== "tagsAll"),
    secrets,
    regional: "region?" in inputs,
    autoNamed: "name" in kind.fields && "name?" in inputs,
  };
}

/** Whether a type is an object or a list of objects, in which the bridge notes defaults (`__defaults`). */
export function hasObjects(type: Type | undefined): boolean {
  if (Array.isArray(type)) return hasObjects(type[0]);
  return typeof type === "object" && !("*" in type);
}

/** What a missing value of a type is in the state. */
export function emptyOf(type: Type | undefined): unknown {
  if (type === "string") return "";
  return Array.isArray(type) ? [] : undefined;
}

/** A value whose objects have other properties: `change` gets an object, and the name and type of one in Pulumi. */
export function renamed(
  type: Type | undefined,
  value: unknown,
  change: (object: Properties, property: string, type: Type) => [name: string, value: unknown],
): unknown {
  if (Array.isArray(type) && Array.isArray(value)) return value.map((item) => renamed(type[0], item, change));
  if (typeof value !== "object" || value === null || !hasObjects(type)) return value;
  const entries = Object.entries(type as { readonly [name: string]: Type }).map(([marked, of]) => {
    const [name, item] = change(value as Properties, marked.replace("?", ""), of);
    return [name, renamed(of, item, change)] as const;
  });
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}
