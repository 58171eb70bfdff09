import { createHash } from "node:crypto";

/** The name of a manifest or blob. */
export function sha256(content: Buffer | string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
