import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "./progress";

/** The cache that all clones share: `$XDG_CACHE_HOME` or `~/.cache`. */
export function cacheDirectory(...parts: string[]): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-pull-through-cache", ...parts);
}

/** Runs `action` in one process at a time. The others wait, and say which process they wait for. */
export async function withLock<T>(lock: string, log: Log, action: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; !takeLock(lock); waited++) {
    if (waited % 10 === 0)
      log(`waiting for process ${lockOwner(lock) ?? "?"}, which prepares the same thing (${lock})`);
    await sleep(500);
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    return await action();
  } finally {
    process.off("exit", release);
    release();
  }
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (isAlive(lockOwner(lock))) return false;
  // Renaming succeeds only for one process, so two that find a dead owner do not both take over.
  const stale = `${lock}.${process.pid}`;
  try {
    renameSync(lock, stale);
    rmSync(stale, { force: true });
  } catch {}
  return false;
}

function lockOwner(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  // An empty lock file belongs to a process that is about to write its id.
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
