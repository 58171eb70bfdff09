import { runPulumi, stackArguments } from "../pulumi";
import type { Terminal } from "../terminal/terminal";
import type { Found } from "./entry";

const NAMESPACE = "pull-through-cache:credentials";

/** The path of a part of an entry's credentials in the stack's config. */
export function configPath(key: string, part: "username" | "accessToken"): string {
  const entry = /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return `${NAMESPACE}${entry}.${part}`;
}

interface Setting {
  readonly path: string;
  readonly value: string;
}

/**
 * Sets the tokens in the stack's encrypted config. Each is passed on the standard input of `pulumi config set
 * --secret`, never as an argument or in a file. Existing values are not changed.
 *
 * @returns The paths that were set.
 */
export async function setTokens(
  terminal: Terminal,
  stack: string | undefined,
  found: readonly Found[],
): Promise<string[]> {
  const pending = await missingSettings(terminal, stack, found);
  for (const { path, value } of pending) {
    await runPulumi(terminal, ["config", "set", "--secret", "--path", path, ...stackArguments(stack)], value);
  }
  return pending.map(({ path }) => path);
}

async function missingSettings(
  terminal: Terminal,
  stack: string | undefined,
  found: readonly Found[],
): Promise<Setting[]> {
  const output = await runPulumi(terminal, ["config", "--show-secrets", "--json", ...stackArguments(stack)]);
  const config = JSON.parse(output) as { [key: string]: { objectValue?: Credentials; secret?: boolean } };
  const { objectValue: present = {}, secret = false } = config[NAMESPACE] ?? {};
  return found.flatMap(({ key, credentials }) =>
    (["username", "accessToken"] as const).flatMap((part) => {
      const value = credentials?.[part];
      const isThere = secret && String(present[key]?.[part] ?? "") === value;
      return value === undefined || isThere ? [] : [{ path: configPath(key, part), value }];
    }),
  );
}

type Credentials = { readonly [key: string]: { readonly [part: string]: unknown } };
