import { spawn } from "node:child_process";

/** Runs a program in this terminal. Returns its exit code, as a shell reports it. */
export function run(program: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const child = spawn(program, args, { ...options, stdio: "inherit" });
  // The terminal also sends Ctrl+C to the child, which decides what to do.
  process.on("SIGINT", () => {});
  process.once("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise<number>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}
