import type { Validator } from "./fields";

const PREFIX = /^((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*\/?|ROOT)$/;
const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}|aws|aws-managed|third-party|cw\w{10})?:.+$/;

export function text(minimum: number, maximum: number, pattern?: RegExp): Validator {
  return (value) => {
    if (typeof value !== "string") return "expected a string";
    if (value.length < minimum || value.length > maximum) {
      return `expected length to be in the range (${minimum} - ${maximum}), got ${value.length} characters`;
    }
    return pattern && !pattern.test(value) ? `invalid value, must match ${pattern.source}` : undefined;
  };
}

export function number(minimum: number, maximum: number, other?: number): Validator {
  return (value) => {
    if (value === other && other !== undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum) return undefined;
    return `expected ${other === undefined ? "" : `${other} or `}a whole number in the range (${minimum} - ${maximum})`;
  };
}

export function oneOf(...allowed: string[]): Validator {
  return (value) =>
    allowed.includes(value as string) ? undefined : `expected to be one of ${JSON.stringify(allowed)}`;
}

export function list(minimum: number, maximum: number, item: Validator): Validator {
  return (value) => {
    if (!Array.isArray(value)) return "expected a list";
    if (value.length < minimum) return `requires at least ${minimum} item(s), got ${value.length}`;
    if (value.length > maximum) return `allows at most ${maximum} items, got ${value.length}`;
    return value.map(item).find((reason) => reason !== undefined);
  };
}

/** Validates an object: its required properties must be there, and unknown ones are refused. */
export function object(properties: Readonly<Record<string, Validator>>, required: readonly string[] = []): Validator {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "expected an object";
    const missing = required.find((key) => !(key in value));
    if (missing !== undefined) return `missing required argument \`${missing}\``;
    for (const [key, item] of Object.entries(value)) {
      const validate = properties[key];
      if (key === "__defaults") continue;
      if (!validate) return `unexpected argument \`${key}\``;
      const reason = validate(item);
      if (reason !== undefined) return `\`${key}\`: ${reason}`;
    }
    return undefined;
  };
}

export const anything: Validator = () => undefined;

export const bool: Validator = (value) => (typeof value === "boolean" ? undefined : "expected true or false");

export const registryPrefix: Validator = (value) =>
  text(2, 30)(value) ??
  (PREFIX.test(value as string)
    ? undefined
    : "must only include alphanumeric, underscore, period, hyphen, or slash characters, or be `ROOT`");

export const arn: Validator = (value) =>
  typeof value === "string" && (value === "" || ARN.test(value))
    ? undefined
    : "is an invalid ARN: expected `arn:partition:service:region:account:resource`";

export const json: Validator = (value) => {
  try {
    JSON.parse(value as string);
    return undefined;
  } catch {
    return "contains an invalid JSON policy";
  }
};

export const tags: Validator = (value) =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === "string")
    ? undefined
    : "expected a map of strings";

/** A tag filter with at most two wildcards. */
export const exclusionFilter: Validator = (value) =>
  text(1, 128, /^[0-9a-zA-Z._*-]+$/)(value) ??
  ((value as string).split("*").length > 3 ? "may contain at most 2 wildcards (*)" : undefined);
