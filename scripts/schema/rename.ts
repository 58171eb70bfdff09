type Json = unknown;

/**
 * Adapts a schema to other languages: Pulumi's code generators add `Args` to the types of inputs themselves, and every
 * number of the component is an integer.
 */
export function inOtherLanguages<T>(schema: T, types: readonly string[]): T {
  const names = new Map(types.map((type) => [type, type.replace(/Args$/, "")]));
  if (new Set(names.values()).size < names.size) throw new Error("two types would have the same name without Args");
  return rewritten(schema, names) as T;
}

function rewritten(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // `optional` is the analyzer's own. The schema uses `required`.
      .filter(([key, inner]) => !(key === "optional" && inner === true))
      .map(([key, inner]) => {
        if (key === "type" && inner === "number") return [key, "integer"];
        if (key === "$ref") return [key, reference(String(inner), names)];
        return [names.get(key) ?? key, rewritten(inner, names)];
      }),
  );
}

function reference(target: string, names: ReadonlyMap<string, string>): string {
  const type = target.replace("#/types/", "");
  return target.startsWith("#/types/") ? `#/types/${names.get(type) ?? type}` : target;
}
