import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CannotRunError } from "../exit";

/** A file to write, by its name in the output directory. */
export interface OutputFile {
  readonly name: string;
  readonly content: string;
}

/** Whether a file exists, and has the right content. */
export type FileState = "missing" | "same" | "other";

export function fileState(directory: string, { name, content }: OutputFile): FileState {
  const path = join(directory, name);
  try {
    return readFileSync(path, "utf8") === content ? "same" : "other";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return "missing";
    throw new CannotRunError(`${path} cannot be read (${code}).`);
  }
}

/** Only their owner can read them, because they name accounts, roles and secrets. */
const OWNER_ONLY = 0o600;

export function writeFiles(directory: string, files: readonly OutputFile[]): void {
  try {
    mkdirSync(directory, { recursive: true });
    for (const { name, content } of files) {
      const path = join(directory, name);
      writeFileSync(path, content, { mode: OWNER_ONLY });
      // The mode of writeFileSync applies only to new files.
      chmodSync(path, OWNER_ONLY);
    }
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new CannotRunError(`${path} cannot be written (${code}).`);
  }
}
