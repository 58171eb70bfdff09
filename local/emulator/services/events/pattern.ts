import { invalidPattern } from "./errors";

/** A condition on a value of an event. If the event has a list of values, any of them may meet it. */
type Condition =
  | { readonly kind: "equals"; readonly value: Scalar }
  | { readonly kind: "anything-but"; readonly values: readonly Scalar[] }
  | { readonly kind: "prefix"; readonly prefix: string }
  | { readonly kind: "exists"; readonly wanted: boolean };

type Scalar = string | number | boolean | null;

/** An event pattern: for each key another pattern, or conditions of which one must hold. */
export type Pattern = ReadonlyMap<string, Pattern | readonly Condition[]>;

type Json = Record<string, unknown>;

/**
 * Reads an event pattern (Amazon EventBridge User Guide, "Event patterns"). The emulator knows the comparison operators
 * `prefix`, `exists` and `anything-but` with values, and refuses all others.
 */
export function parsePattern(text: string): Pattern {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalidPattern("it is not valid JSON");
  }
  if (!isObject(json)) throw invalidPattern("Filter is not an object");
  return readPattern(json);
}

function readPattern(json: Json): Pattern {
  const entries = Object.entries(json);
  if (entries.length === 0) throw invalidPattern("Empty objects are not allowed");
  return new Map(entries.map(([key, value]) => [key, readMember(key, value)]));
}

function readMember(key: string, value: unknown): Pattern | Condition[] {
  if (key === "$or") throw invalidPattern("the emulator does not know $or");
  if (isObject(value)) return readPattern(value);
  if (!Array.isArray(value)) throw invalidPattern(`"${key}" must be an object or an array`);
  if (value.length === 0) throw invalidPattern("Empty arrays are not allowed");
  return value.map(readCondition);
}

function readCondition(value: unknown): Condition {
  if (isScalar(value)) return { kind: "equals", value };
  const [[operator, operand] = [], ...more] = isObject(value) ? Object.entries(value) : [];
  if (operator === undefined || more.length > 0) throw invalidPattern("a condition is a value or one operator");
  if (operator === "exists" && typeof operand === "boolean") return { kind: "exists", wanted: operand };
  if (operator === "prefix" && typeof operand === "string") return { kind: "prefix", prefix: operand };
  if (operator === "anything-but") return { kind: "anything-but", values: readValues(operand) };
  throw invalidPattern(`Unrecognized match type ${operator}`);
}

function readValues(operand: unknown): Scalar[] {
  const values = Array.isArray(operand) ? operand : [operand];
  const isText = values.every((value) => typeof value === "string");
  const isNumber = values.every((value) => typeof value === "number");
  if (values.length === 0 || (!isText && !isNumber)) {
    throw invalidPattern("Inside anything-but list, values must be all strings or all numbers");
  }
  return values;
}

export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  return [...pattern].every(([key, wanted]) => {
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    if (wanted instanceof Map) return candidates(value).some((each) => matchesPattern(wanted, each));
    const leaves = candidates(value).filter(isScalar);
    return (wanted as readonly Condition[]).some((condition) => holds(condition, leaves));
  });
}

/** The values of one key to compare with. Items of lists count separately, also of nested lists. */
function candidates(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flatMap(candidates) : [value];
}

function holds(condition: Condition, leaves: readonly Scalar[]): boolean {
  switch (condition.kind) {
    case "exists":
      return leaves.length > 0 === condition.wanted;
    case "equals":
      return leaves.includes(condition.value);
    case "prefix":
      return leaves.some((leaf) => typeof leaf === "string" && leaf.startsWith(condition.prefix));
    case "anything-but":
      return leaves.some((leaf) => !condition.values.includes(leaf));
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
