import { spawn } from "node:child_process";

/** Prints a step's heading. */
export function step(title: string): void {
  console.log(`\n== ${title}`);
}

/** Prints a line that explains the output. */
export function say(text: string): void {
  console.log(`   ${text}`);
}

/** A command to run, and how to show it. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What a user would type. Default: the program and its arguments. */
  readonly shown?: string;
  /** Whether to show the command's output while it runs. Default: false. */
  readonly isShown?: boolean;
  /** The expected exit code. Default: 0. */
  readonly exitCode?: number;
  readonly signal: AbortSignal;
}

/** Runs a command and returns its output. Throws with the output if the exit code is not the expected one. */
export async function runCommand(command: Command): Promise<string> {
  const { program, args, cwd, env, signal, isShown = false, exitCode = 0 } = command;
  const shown = command.shown ?? [program, ...args].join(" ");
  console.log(`$ ${shown}`);
  const child = spawn(program, args, { cwd, env, signal, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    if (isShown) process.stdout.write(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
    if (isShown) process.stderr.write(chunk);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    let failure: Error | undefined;
    child.once("error", (error) => {
      failure = error;
    });
    // An interrupted command writes until it ends.
    child.once("close", (status) => (failure ? reject(failure) : resolve(status)));
  });
  if (code === exitCode) return output;
  throw new Error(`"${shown}" ended with exit code ${code}.${isShown ? "" : `\n${output}${errors}`}`);
}
