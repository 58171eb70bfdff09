import { spawn } from "node:child_process";
import { CannotRunError } from "../exit";
import type { Terminal } from "../terminal/terminal";
import type { Found } from "./entry";

const NAMESPACE = "pull-through-cache:credentials";

/** The path of a part of an entry's credentials in the stack's config. */
export function configPath(key: string, part: "username" | "accessToken"): string {
  const entry = /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return `${NAMESPACE}${entry}.${part}`;
}

/** A value to set, and where. */
interface Setting {
  readonly path: string;
  readonly value: string;
}

/**
 * Puts the tokens into the stack's encrypted config. Each travels on the standard input of `pulumi config set --secret`:
 * never as an argument, never through a file. Values that are there already are left alone.
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
    await pulumi(terminal, ["config", "set", "--secret", "--path", path, ...stackArguments(stack)], value);
  }
  return pending.map(({ path }) => path);
}

async function missingSettings(
  terminal: Terminal,
  stack: string | undefined,
  found: readonly Found[],
): Promise<Setting[]> {
  const output = await pulumi(terminal, ["config", "--show-secrets", "--json", ...stackArguments(stack)]);
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

function stackArguments(stack: string | undefined): string[] {
  return [...(stack === undefined ? [] : ["--stack", stack]), "--non-interactive"];
}

/** Runs the Pulumi CLI. What it printed goes into no message, since it may hold a secret. */
async function pulumi(terminal: Terminal, args: readonly string[], input = ""): Promise<string> {
  const command = `pulumi ${args.slice(0, 2).join(" ")}`;
  const child = spawn("pulumi", args, { cwd: terminal.directory, env: terminal.env, stdio: ["pipe", "pipe", "pipe"] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => output.push(part));
  child.stderr.on("data", (part: Buffer) => errors.push(part));
  // A CLI that has ended early closes its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", () =>
      reject(new CannotRunError("The Pulumi CLI (`pulumi`) is not on the PATH: install it, or leave out --write.")),
    );
    child.once("close", resolve);
  });
  if (code === 0) return Buffer.concat(output).toString("utf8");
  const reason = input === "" ? firstLine(Buffer.concat(errors).toString("utf8")) : "";
  throw new CannotRunError(
    `\`${command}\` failed${reason && `: ${reason}`}. Run it in the folder of the Pulumi project, with a stack selected or given by --stack.`,
  );
}

function firstLine(text: string): string {
  return (
    text
      .trim()
      .split("\n", 1)[0]
      ?.replace(/^error: /, "") ?? ""
  );
}
