import { CannotRunError } from "../exit";

/** Pulumi marks encrypted values with it. Source: Pulumi's SDK, sdk/go/common/resource/sig. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** A resource of `pulumi stack export`. */
export interface StackResource {
  readonly delete?: boolean;
  readonly external?: boolean;
  readonly urn?: string;
  readonly type?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

export type Values = { readonly [name: string]: unknown };

/** What the program declares: not what a replacement has yet to delete, and not what the program only reads. */
export function resourcesOf(text: string): StackResource[] {
  const { deployment } = parseJson(text, "pulumi stack export");
  const all = list(record(deployment).resources).map(record) as StackResource[];
  return all.filter((one) => !one.delete && !one.external);
}

/** The inputs whose values the stack keeps encrypted. */
export function hiddenIn(inputs: Values): string[] {
  return Object.keys(inputs).filter((name) => JSON.stringify(inputs[name])?.includes(SECRET));
}

export function regionOf({ inputs, outputs }: StackResource): string {
  return string(inputs?.region) ?? string(outputs?.region) ?? "";
}

/**
 * @param source The command that prints such a text.
 * @param name Of the file, if it is one.
 */
export function parseJson(text: string, source: string, name = "This"): Values {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CannotRunError(`${name} is not the output of \`${source}\`: it is not JSON.`);
  }
  if (typeof value === "object" && value !== null) return value as Values;
  throw new CannotRunError(`${name} is not the output of \`${source}\`: it is not a JSON object.`);
}

export function record(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A secret is an object here, and counts as unknown. */
export function string(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
