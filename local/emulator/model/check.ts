import { type ServiceModel, type Shape, shapeOf } from "./model";

/** A violated constraint. `at` is the member's path as AWS writes it, e.g. `rules.1.member.scanFrequency`. */
export interface Problem {
  readonly at: string;
  readonly constraint: string;
}

/** The wire type is wrong, such as a number instead of a string. AWS reports this before it checks any constraint. */
export class WrongType extends Error {}

/** How a wire format writes the values that JSON does not have, or that a form only has as text. */
export interface Scalars {
  number(value: unknown): unknown;
  boolean(value: unknown): unknown;
  timestamp(value: unknown): unknown;
  /** A list or map without items. */
  empty(value: unknown): boolean;
}

/**
 * A value of a shape, without the members that the shape does not have: AWS ignores those. The emulator keeps times in
 * milliseconds, and bytes as Base64 text.
 */
export function checked(
  model: ServiceModel,
  name: string,
  value: unknown,
  scalars: Scalars,
  problems: Problem[],
  at = "",
): unknown {
  const shape = shapeOf(model, name);
  const below = (of: string | undefined, item: unknown, path: string) =>
    checked(model, of ?? "", item, scalars, problems, path);
  const bounded = (size: number, what = "length") => checkBounds(size, shape, what, at, problems);
  switch (shape.type) {
    case "string":
      return checkText(text(value, at), shape, at, problems);
    case "blob":
      bounded(Buffer.from(text(value, at), "base64").length);
      return value;
    case "integer":
    case "long": {
      const number = scalars.number(value);
      if (typeof number !== "number" || !Number.isInteger(number)) throw new WrongType(`${at} must be an integer`);
      bounded(number, "value");
      return number;
    }
    case "boolean": {
      const flag = scalars.boolean(value);
      if (typeof flag !== "boolean") throw new WrongType(`${at} must be a boolean`);
      return flag;
    }
    case "timestamp": {
      const time = scalars.timestamp(value);
      if (time === undefined || Number.isNaN(time)) throw new WrongType(`${at} must be a timestamp`);
      return time;
    }
    case "list": {
      const items = scalars.empty(value) ? [] : value;
      if (!Array.isArray(items)) throw new WrongType(`${at} must be a list`);
      bounded(items.length);
      return items.map((item, index) => below(shape.member, item, `${at}.${index + 1}.member`));
    }
    case "map": {
      const entries = scalars.empty(value) ? [] : Object.entries(objectOf(value, at, "map"));
      bounded(entries.length);
      return Object.fromEntries(
        entries.map(([key, item]) => [
          below(shape.key, key, `${at}.key`),
          below(shape.value, item, `${at}.${key}.member`),
        ]),
      );
    }
    default: {
      const given = scalars.empty(value) ? {} : objectOf(value, at || "the request", "structure");
      const members = Object.entries(shape.members ?? {}).flatMap(([member, of]) => {
        const path = at ? `${at}.${member}` : member;
        const item = Object.hasOwn(given, member) ? given[member] : undefined;
        if (item !== undefined && item !== null) {
          if (shape.known?.includes(member) === false)
            problems.push({ at: path, constraint: "The emulator does not know this member" });
          return [[member, below(of, item, path)]];
        }
        if (shape.required?.includes(member)) problems.push({ at: path, constraint: "Member must not be null" });
        return [];
      });
      return Object.fromEntries(members);
    }
  }
}

function text(value: unknown, at: string): string {
  if (typeof value !== "string") throw new WrongType(`${at} must be a string`);
  return value;
}

function objectOf(value: unknown, at: string, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new WrongType(`${at} must be a ${what}`);
}

function checkBounds(size: number, { min, max }: Shape, what: string, at: string, problems: Problem[]): void {
  const broken = (relation: string, bound: number) =>
    problems.push({ at, constraint: `Member must have ${what} ${relation} than or equal to ${bound}` });
  if (min !== undefined && size < min) broken("greater", min);
  if (max !== undefined && size > max) broken("less", max);
}

function checkText(value: string, shape: Shape, at: string, problems: Problem[]): string {
  checkBounds(value.length, shape, "length", at, problems);
  if (shape.enum?.includes(value) === false) {
    problems.push({ at, constraint: `Member must satisfy enum value set: [${shape.enum.join(", ")}]` });
  }
  // The pattern of a value that is too long is not tried, so that hostile input stays cheap.
  const tooLong = shape.max !== undefined && value.length > shape.max;
  if (shape.pattern !== undefined && !tooLong && !matches(shape.pattern, value)) {
    problems.push({ at, constraint: `Member must satisfy regular expression pattern: ${shape.pattern}` });
  }
  return value;
}

const compiled = new Map<string, RegExp>();

/** Whether the whole value matches a pattern, as AWS means patterns. */
export function matches(pattern: string, value: string): boolean {
  const expression = compiled.get(pattern) ?? new RegExp(`^(?:${pattern})$`, pattern.includes("\\p{") ? "u" : "");
  compiled.set(pattern, expression);
  return expression.test(value);
}
