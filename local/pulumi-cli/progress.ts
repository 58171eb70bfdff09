import { spawn } from "node:child_process";
import { bareEnvironment } from "./environment";

/** Gets one line of progress. */
export type Log = (line: string) => void;

const INTERVAL_MS = 3000;

export interface CommandOptions {
  /** What the command does, for the progress lines. */
  readonly title: string;
  readonly cwd: string;
  /** Variables beside those of the bare environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly log: Log;
}

/**
 * Runs a command, and reports every few seconds that it is still running and what it printed last.
 * @throws Error with the end of its output, if it fails
 */
export async function runWithProgress(command: string, args: string[], options: CommandOptions): Promise<void> {
  const { title, cwd, env, log } = options;
  const started = Date.now();
  const child = spawn(command, args, { cwd, env: { ...bareEnvironment(), ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output += data;
    });
  const ticker = setInterval(() => {
    const lastLine = output.trimEnd().split("\n").at(-1);
    log(`${title}: ${Math.round((Date.now() - started) / 1000)} s${lastLine && `, ${lastLine}`}`);
  }, INTERVAL_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code !== 0) throw new Error(`${title}: exit code ${code}: ${output.trimEnd().slice(-1500)}`);
  } finally {
    clearInterval(ticker);
  }
}
