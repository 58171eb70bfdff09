import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./files";

export function sha256(content: Buffer | string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** Layers and image configurations by their digest, in memory or one file each. */
export class BlobStore {
  private readonly memory = new Map<string, Buffer>();

  constructor(private readonly directory?: string) {}

  has(digest: string): boolean {
    return this.memory.has(digest) || (this.directory !== undefined && existsSync(this.path(digest)));
  }

  get(digest: string): Buffer | undefined {
    const held = this.memory.get(digest);
    if (held !== undefined || !this.has(digest)) return held;
    return readFileSync(this.path(digest));
  }

  put(digest: string, content: Buffer): void {
    if (this.has(digest)) return;
    if (this.directory === undefined) this.memory.set(digest, content);
    else writeAtomically(this.path(digest), content);
  }

  clear(): void {
    this.memory.clear();
    if (this.directory !== undefined) rmSync(this.directory, { recursive: true, force: true });
  }

  private path(digest: string): string {
    return join(this.directory ?? "", digest.replace(":", "-"));
  }
}
