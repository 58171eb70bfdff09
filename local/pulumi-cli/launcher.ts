import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes an executable that runs a program with arguments before its own, unless it already has this content. */
export function writeLauncher(path: string, ...command: readonly string[]): void {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const content = `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`;
  try {
    if (readFileSync(path, "utf8") === content) return;
  } catch {}
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o755 });
  renameSync(temporary, path);
}
