import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

const children = new Set<ChildProcess>();

/** A part of the program's own Pulumi SDK, so that the program and its runner share one SDK. */
export function resolveSdkModule(module: string, directory: string): string {
  try {
    return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/${module}`);
  } catch {
    throw new Error(`the Pulumi SDK is not installed in ${directory}: run \`npm install\` there`);
  }
}

/** Starts Node.js. The process ends with this one. */
export function startNode(args: string[], options: Parameters<typeof spawn>[2]): ChildProcess {
  const child = spawn(process.execPath, args, options);
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

/** The exit code of a process, or 1 if a signal ended it. */
export function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Interrupts every process that was started here. */
export function stopChildren(): void {
  for (const child of children) child.kill("SIGINT");
}

/** Ends this process when the CLI that started it is gone, because a killed CLI does not stop it. */
export function exitWithParent(): void {
  const parent = process.ppid;
  process.once("exit", () => {
    for (const child of children) child.kill("SIGKILL");
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 500).unref();
}
