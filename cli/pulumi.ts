import { spawn } from "node:child_process";
import { CannotRunError } from "./exit";
import type { Terminal } from "./terminal/terminal";

/**
 * Runs the Pulumi CLI in the folder of the project and returns its standard output. With an input, errors do not quote
 * the CLI's output, because it may contain a secret.
 */
export async function runPulumi(terminal: Terminal, args: readonly string[], input = ""): Promise<string> {
  const command = `pulumi ${args.slice(0, 2).join(" ")}`;
  const child = spawn("pulumi", [...args, "--non-interactive"], {
    cwd: terminal.directory,
    env: terminal.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => output.push(part));
  child.stderr.on("data", (part: Buffer) => errors.push(part));
  // A CLI that ends early closes its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", () => reject(new CannotRunError("The Pulumi CLI (`pulumi`) is not on the PATH: install it.")));
    child.once("close", resolve);
  });
  if (code === 0) return Buffer.concat(output).toString("utf8");
  const reason = input === "" ? firstLine(Buffer.concat(errors).toString("utf8")) : "";
  throw new CannotRunError(
    `\`${command}\` failed${reason && `: ${reason}`}. Run this in the folder of the Pulumi project, with a stack selected or given by --stack.`,
  );
}

/** The arguments that choose a stack. Without a name it is the selected one. */
export function stackArguments(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}

function firstLine(text: string): string {
  return (
    text
      .trim()
      .split("\n", 1)[0]
      ?.replace(/^error: /, "") ?? ""
  );
}
