/**
 * A violated constraint of AWS's service model. `at` is the member's path as AWS writes it, e.g.
 * `rules.1.member.scanFrequency`.
 */
export interface Problem {
  readonly at: string;
  readonly value: unknown;
  readonly constraint: string;
}

/**
 * Collects the problems of one input. The query protocol sends everything as text, so numbers and booleans are read
 * from text.
 */
export interface Reader {
  readonly wire: "json" | "query";
  readonly problems: Problem[];
}

/** The wire type is wrong, such as a number instead of a string. AWS reports this before it checks any constraint. */
export class WrongType extends Error {}

export interface Shape<T> {
  readonly required?: boolean;
  read(value: unknown, at: string, reader: Reader): T;
}
export interface RequiredShape<T> extends Shape<T> {
  readonly required: true;
}

export type Value<S> = S extends Shape<infer T> ? T : never;
type Members = Record<string, Shape<unknown>>;
type RequiredKeys<M> = { [K in keyof M]: M[K] extends RequiredShape<unknown> ? K : never }[keyof M];
export type StructureValue<M extends Members> = { [K in RequiredKeys<M>]: Value<M[K]> } & {
  [K in Exclude<keyof M, RequiredKeys<M>>]?: Value<M[K]>;
};

export function required<T>(shape: Shape<T>): RequiredShape<T> {
  return { required: true, read: (value, at, reader) => shape.read(value, at, reader) };
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

function checkBounds(size: number, bounds: Bounds, what: string, value: unknown, at: string, reader: Reader): void {
  const broken = (relation: string, bound: number) =>
    reader.problems.push({ at, value, constraint: `Member must have ${what} ${relation} than or equal to ${bound}` });
  if (bounds.min !== undefined && size < bounds.min) broken("greater", bounds.min);
  if (bounds.max !== undefined && size > bounds.max) broken("less", bounds.max);
}

function text(value: unknown, at: string): string {
  if (typeof value !== "string") throw new WrongType(`${at} must be a string`);
  return value;
}

/** `pattern` must match the whole value, as in AWS's models, and must not backtrack. */
export function string(constraints: Bounds & { readonly pattern?: RegExp } = {}): Shape<string> {
  return {
    read(value, at, reader) {
      const read = text(value, at);
      checkBounds(read.length, constraints, "length", read, at, reader);
      // A value that is too long is already refused. Its pattern is not tried, so that hostile input stays cheap.
      const tooLong = constraints.max !== undefined && read.length > constraints.max;
      if (constraints.pattern && !tooLong && !constraints.pattern.test(read)) {
        const constraint = `Member must satisfy regular expression pattern: ${constraints.pattern.source}`;
        reader.problems.push({ at, value: read, constraint });
      }
      return read;
    },
  };
}

export function enumeration<const T extends string>(values: readonly T[]): Shape<T> {
  return {
    read(value, at, reader) {
      const read = text(value, at);
      if (!(values as readonly string[]).includes(read)) {
        const constraint = `Member must satisfy enum value set: [${values.join(", ")}]`;
        reader.problems.push({ at, value: read, constraint });
      }
      return read as T;
    },
  };
}

export function integer(bounds: Bounds = {}): Shape<number> {
  return {
    read(value, at, reader) {
      const read = reader.wire === "query" && typeof value === "string" && value !== "" ? Number(value) : value;
      if (typeof read !== "number" || !Number.isInteger(read)) throw new WrongType(`${at} must be an integer`);
      checkBounds(read, bounds, "value", read, at, reader);
      return read;
    },
  };
}

export function boolean(): Shape<boolean> {
  return {
    read(value, at, reader) {
      const read = reader.wire === "query" && (value === "true" || value === "false") ? value === "true" : value;
      if (typeof read !== "boolean") throw new WrongType(`${at} must be a boolean`);
      return read;
    },
  };
}

/** Bytes, which the JSON protocol sends as Base64 text. */
export function blob(bounds: Bounds = {}): Shape<Buffer> {
  return {
    read(value, at, reader) {
      const read = Buffer.from(text(value, at), "base64");
      checkBounds(read.length, bounds, "length", "(bytes)", at, reader);
      return read;
    },
  };
}

export function list<T>(member: Shape<T>, bounds: Bounds = {}): Shape<T[]> {
  return {
    read(value, at, reader) {
      // The query protocol sends an empty list as an empty text.
      const items = reader.wire === "query" && value === "" ? [] : value;
      if (!Array.isArray(items)) throw new WrongType(`${at} must be a list`);
      checkBounds(items.length, bounds, "length", items, at, reader);
      return items.map((item, index) => member.read(item, `${at}.${index + 1}.member`, reader));
    },
  };
}

/** A map with keys and values of one shape each. */
export function map<T>(key: Shape<string>, member: Shape<T>, bounds: Bounds = {}): Shape<Record<string, T>> {
  return {
    read(value, at, reader) {
      if (reader.wire === "query" && value === "") return {};
      if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new WrongType(`${at} must be a map`);
      const entries = Object.entries(value);
      checkBounds(entries.length, bounds, "length", value, at, reader);
      return Object.fromEntries(
        entries.map(([name, item]) => [
          key.read(name, `${at}.key`, reader),
          member.read(item, `${at}.${name}.member`, reader),
        ]),
      );
    },
  };
}

/** A time in milliseconds. The JSON protocols send seconds since the epoch. */
export function timestamp(): Shape<number> {
  return {
    read(value, at) {
      if (typeof value !== "number" || !Number.isFinite(value)) throw new WrongType(`${at} must be a timestamp`);
      return value * 1000;
    },
  };
}

/** Members that the shape does not name are ignored, as AWS ignores them. */
export function structure<M extends Members>(members: M): Shape<StructureValue<M>> {
  const entries = Object.entries(members);
  return {
    read(value, at, reader) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new WrongType(`${at || "the request"} must be a structure`);
      }
      const given = value as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const [name, shape] of entries) {
        const path = at ? `${at}.${name}` : name;
        const item = Object.hasOwn(given, name) ? given[name] : undefined;
        if (item !== undefined && item !== null) result[name] = shape.read(item, path, reader);
        else if (shape.required) reader.problems.push({ at: path, value: null, constraint: "Member must not be null" });
      }
      return result as StructureValue<M>;
    },
  };
}
