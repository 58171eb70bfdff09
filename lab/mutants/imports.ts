import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** Absolute paths of the files that a file imports in any way, and its own. */
export class Imports {
  readonly #direct = new Map<string, string[]>();

  /** Everything that a file needs, itself included. */
  all(file: string): Set<string> {
    const found = new Set<string>();
    const open = [file];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...this.#of(next));
    }
    return found;
  }

  #of(file: string): string[] {
    const known = this.#direct.get(file) ?? this.#read(file);
    this.#direct.set(file, known);
    return known;
  }

  #read(file: string): string[] {
    if (!file.endsWith(".ts")) return [];
    const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"));
    return importedFiles.flatMap(({ fileName }) => {
      if (!fileName.startsWith(".")) return [];
      const target = path.resolve(path.dirname(file), fileName);
      return [`${target}.ts`, path.join(target, "index.ts"), target]
        .filter((candidate) => existsSync(candidate) && statSync(candidate).isFile())
        .slice(0, 1);
    });
  }
}
