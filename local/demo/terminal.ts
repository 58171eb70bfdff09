import { spawn } from "node:child_process";

/** Prints a step's heading. */
export function step(title: string): void {
  console.log(`\n== ${title}`);
}

/** Prints a line that explains the output. */
export function say(text: string): void {
  console.log(`   ${text}`);
}

export interface CommandOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** What is run, if it is not what a user would type. */
  readonly actual?: string;
  /** What is typed when the command asks for it. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether to show the command's output while it runs. Default: false. */
  readonly isShown?: boolean;
  /** The expected exit code. Default: 0. */
  readonly exitCode?: number;
}

/** Shows and runs a command. Throws with its output if the exit code is not the expected one. */
export async function runCommand(shown: string, options: CommandOptions): Promise<void> {
  const { cwd, signal, actual = shown, input = "", env, isShown = false, exitCode = 0 } = options;
  console.log(`$ ${shown}`);
  const child = spawn("/bin/sh", ["-c", `exec ${actual}`], { cwd, signal, env: { ...process.env, ...env } });
  child.stdin.end(input);
  let output = "";
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    from.on("data", (chunk: Buffer) => {
      output += chunk;
      if (isShown) to.write(chunk);
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    let failure: Error | undefined;
    child.once("error", (error) => {
      failure = error;
    });
    // An interrupted command writes until it ends.
    child.once("close", (status) => (failure ? reject(failure) : resolve(status)));
  });
  if (code !== exitCode) throw new Error(`"${shown}" ended with exit code ${code}.${isShown ? "" : `\n${output}`}`);
}
