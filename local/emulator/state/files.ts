import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const MAP = "$map";

/** Writes to a temporary file and renames it, so that a reader or a killed process never sees half a file. */
export function writeAtomically(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  // The state contains secret values, so only the user may read it.
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
}

export function serialize(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (item instanceof Map ? { [MAP]: [...item] } : item));
}

export function deserialize(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    const isMap = typeof item === "object" && item !== null && MAP in item;
    return isMap ? new Map((item as Record<string, [unknown, unknown][]>)[MAP]) : item;
  });
}

/** One JSON file per name below a directory. */
export class Files {
  constructor(private readonly directory: string) {}

  names(): string[] {
    if (!existsSync(this.directory)) return [];
    return readdirSync(this.directory)
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length));
  }

  read(name: string): unknown {
    return deserialize(readFileSync(this.path(name), "utf8"));
  }

  write(name: string, value: unknown): void {
    writeAtomically(this.path(name), serialize(value));
  }

  clear(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private path(name: string): string {
    return join(this.directory, `${name}.json`);
  }
}
