import { spawn } from "node:child_process";

/** Gets one line of progress. */
export type Log = (line: string) => void;

const INTERVAL_MS = 3000;

export interface CommandOptions {
  /** What the command does, for the progress lines. */
  readonly title: string;
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After this time the command and its child processes are killed. */
  readonly timeoutMs: number;
  readonly log: Log;
}

/**
 * Runs a command, and reports every few seconds that it is still running and how much it has printed.
 * @returns its standard output
 * @throws Error with the end of its output, if it fails or takes too long
 */
export async function runWithProgress(command: string, args: string[], options: CommandOptions): Promise<string> {
  const { title, cwd, env, timeoutMs, log } = options;
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {}
  };
  let stdout = "";
  let stderr = "";
  let lastLine = "";
  child.stdout.on("data", (data: Buffer) => {
    stdout += data;
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data;
    lastLine = stderr.trimEnd().split("\n").at(-1) ?? "";
  });
  const ticker = setInterval(() => log(`${title}: ${seconds()}${lastLine && `, ${lastLine}`}`), INTERVAL_MS);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup();
  }, timeoutMs);
  process.once("exit", killGroup);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (timedOut) throw new Error(`${title}: not done after ${seconds()}`);
    if (code !== 0) throw new Error(`${title}: exit code ${code}: ${(stderr || stdout).trimEnd().slice(-1500)}`);
    return stdout;
  } finally {
    clearInterval(ticker);
    clearTimeout(timer);
    process.off("exit", killGroup);
  }
}
