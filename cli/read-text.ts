import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CannotRunError } from "./exit";
import type { Terminal } from "./terminal/terminal";

const MEBIBYTE = 1024 * 1024;
const LARGEST = 100 * MEBIBYTE;

/** The text of a file, or of standard input for `-`. */
export async function readText(terminal: Terminal, path: string): Promise<string> {
  const name = nameOf(path);
  const bytes = path === "-" ? await terminal.read() : readBytes(resolve(terminal.directory, path), path);
  if (bytes.length > LARGEST) throw new CannotRunError(`${name} is larger than ${LARGEST / MEBIBYTE} MiB.`);
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new CannotRunError(`${name} is not text: write it in UTF-8.`);
  }
}

/** For people. */
export function nameOf(path: string): string {
  return path === "-" ? "Standard input" : path;
}

/** Windows PowerShell writes UTF-16 with a byte order mark when it redirects output. The decoder drops the marks. */
function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function readBytes(file: string, path: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotRunError(`${path} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}.`);
  }
}
