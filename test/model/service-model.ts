import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

/** AWS's own constraints, as scripts/update-api-model.ts takes them from botocore. */
export interface ModelShape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Names of shapes. */
  readonly members?: { readonly [name: string]: string };
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}

export interface ServiceModel {
  /** Its folder in botocore: the service and the API's version. */
  readonly model: string;
  /** Name of the input's shape, by operation. */
  readonly operations: { readonly [name: string]: string };
  readonly shapes: { readonly [name: string]: ModelShape };
}

interface Constraints {
  readonly source: { readonly version: string };
  readonly services: { readonly [name: string]: ServiceModel };
}

export const CONSTRAINTS = JSON.parse(readFileSync(join(__dirname, "aws-constraints.json"), "utf8")) as Constraints;

// AWS's patterns backtrack forever in JavaScript's usual engine; V8 has a linear one for those without \p.
setFlagsFromString("--enable-experimental-regexp-engine");
const compiled = new Map<string, RegExp>();

/** Whether the whole value matches the pattern, as AWS means patterns. */
export function matches(pattern: string, value: string): boolean {
  const known = compiled.get(pattern);
  const expression = known ?? new RegExp(`^(?:${pattern})$`, pattern.includes("\\p{") ? "u" : linearOrUsual(pattern));
  if (!known) compiled.set(pattern, expression);
  return expression.test(value);
}

/** The linear engine has no counts (`{1,128}`) and no lookahead, so the usual engine runs such patterns. */
function linearOrUsual(pattern: string): string {
  return /\{\d+(?:,\d+)?\}|\(\?[=!]/.test(pattern) ? "" : "l";
}

export function shapeOf(service: string, name: string): ModelShape {
  const shape = CONSTRAINTS.services[service]?.shapes[name];
  if (!shape) throw new Error(`the model of ${service} has no shape ${name}`);
  return shape;
}

/** Whether AWS's model accepts a value, of an operation's input or of any shape. */
export function accepts(service: string, name: string, value: unknown): boolean {
  const shape = shapeOf(service, name);
  const within = (size: number) => size >= (shape.min ?? 0) && size <= (shape.max ?? Number.POSITIVE_INFINITY);
  switch (shape.type) {
    case "string":
      if (typeof value !== "string" || !within(value.length)) return false;
      return (shape.enum?.includes(value) ?? true) && (shape.pattern === undefined || matches(shape.pattern, value));
    case "integer":
    case "long":
      return Number.isInteger(value) && (shape.min === undefined || within(value as number));
    case "boolean":
      return typeof value === "boolean";
    case "blob":
      return typeof value === "string" && within(Buffer.from(value, "base64").length);
    case "timestamp":
      return typeof value === "number";
    case "map": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
      const entries = Object.entries(value);
      return (
        within(entries.length) &&
        entries.every(
          ([key, item]) => accepts(service, shape.key ?? "", key) && accepts(service, shape.value ?? "", item),
        )
      );
    }
    case "list":
      return (
        Array.isArray(value) &&
        within(value.length) &&
        value.every((item) => accepts(service, shape.member ?? "", item))
      );
    case "structure": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
      const given = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
      const keys = given.map(([key]) => key);
      if (shape.required?.some((key) => !keys.includes(key))) return false;
      return given.every(([key, item]) => {
        const member = shape.members?.[key];
        return member === undefined || accepts(service, member, item);
      });
    }
    default:
      throw new Error(`the model of ${service} has a ${shape.type} at ${name}`);
  }
}
