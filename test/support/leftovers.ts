import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a temporary folder that the next run removes if this process is killed. */
export function temporaryFolder(use: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `${use}-${process.pid}-`));
}

/** Removes what killed tests have left. */
export async function removeLeftovers(directory = tmpdir()): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, owner] = /^(?:engine-test|local-aws)-(\d+)-/.exec(name) ?? [];
    if (owner !== undefined && !isRunning(Number(owner))) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
