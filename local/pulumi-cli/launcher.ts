import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes an executable that runs a compiled script of this checkout, unless it already has this content. */
export function writeLauncher(path: string, script: string, args: string[] = []): void {
  const words = [process.execPath, script, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const content = `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`;
  try {
    if (readFileSync(path, "utf8") === content) return;
  } catch {}
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o755 });
  renameSync(temporary, path);
}
