import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CannotRunError } from "./exit";
import type { Terminal } from "./terminal/terminal";

/** The text of a file, or of standard input for `-`. */
export async function readText(terminal: Terminal, path: string): Promise<string> {
  if (path === "-") return terminal.read();
  try {
    return readFileSync(resolve(terminal.directory, path), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotRunError(`${path} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}.`);
  }
}
