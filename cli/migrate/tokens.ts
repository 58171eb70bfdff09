import { CannotRunError } from "../exit";
import { runPulumi, stackArguments } from "../pulumi";
import type { Terminal } from "../terminal/terminal";
import type { Found } from "./entry";

const NAMESPACE = "pull-through-cache:credentials";

/** The path of a part of an entry's credentials in the stack's config. */
export function configPath(key: string, part: "username" | "accessToken"): string {
  const entry = /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return `${NAMESPACE}${entry}.${part}`;
}

/** A value to set in the stack's encrypted config, and the paths that it sets. */
export interface Setting {
  readonly paths: readonly string[];
  readonly args: readonly string[];
  readonly value: string;
}

/**
 * What is to be set so that the stack's config has the tokens. Values that are there already are left out, and tokens
 * of other entries stay.
 */
export async function missingTokens(
  terminal: Terminal,
  stack: string | undefined,
  found: readonly Found[],
): Promise<Setting[]> {
  const output = await runPulumi(terminal, ["config", "--show-secrets", "--json", ...stackArguments(stack)]);
  const config = JSON.parse(output) as { [key: string]: ConfigValue };
  const { value, objectValue, secret = false } = config[NAMESPACE] ?? {};
  // With --path, Pulumi would replace a value that is one JSON text with all entries.
  const whole = objectValue === undefined && value !== undefined ? parsed(value) : undefined;
  const present = objectValue ?? whole ?? {};
  const missing = found.flatMap(({ key, credentials }) =>
    (["username", "accessToken"] as const).flatMap((part) => {
      const wanted = credentials?.[part];
      const isThere = secret && String(present[key]?.[part] ?? "") === wanted;
      return wanted === undefined || isThere ? [] : [{ key, part, value: wanted, path: configPath(key, part) }];
    }),
  );
  if (missing.length === 0) return [];
  if (whole === undefined)
    return missing.map(({ path, value: text }) => ({ paths: [path], args: ["--path", path], value: text }));
  const merged: { [key: string]: Credentials[string] } = { ...whole };
  for (const { key, part, value: text } of missing) merged[key] = { ...merged[key], [part]: text };
  return [{ paths: missing.map(({ path }) => path), args: [NAMESPACE], value: JSON.stringify(merged) }];
}

/**
 * Sets the tokens. Each is passed on the standard input of `pulumi config set --secret`, never as an argument or in a
 * file.
 */
export async function setTokens(terminal: Terminal, stack: string | undefined, settings: readonly Setting[]) {
  for (const { args, value } of settings) {
    await runPulumi(terminal, ["config", "set", "--secret", ...args, ...stackArguments(stack)], value);
  }
}

function parsed(text: string): Credentials {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Credentials;
  } catch {
    // Refused below: the parser's message would quote the value.
  }
  throw new CannotRunError(
    `${NAMESPACE} in the stack's config is a text and not a map of credentials, and would be lost: remove it first.`,
  );
}

interface ConfigValue {
  readonly value?: string;
  readonly objectValue?: Credentials;
  readonly secret?: boolean;
}

type Credentials = { readonly [key: string]: { readonly [part: string]: unknown } };
