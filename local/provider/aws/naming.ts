import { createHash, randomBytes } from "node:crypto";

const RANDOM_CHARACTERS = 7;

/** `<name>-<7 hex characters>`, or the given prefix and more of them; the same for the same seed. */
export function autoName(prefix: unknown, logicalName: string, maxLength: number, seed: Uint8Array): string {
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest("hex") : randomBytes(32).toString("hex");
  if (typeof prefix === "string") return `${prefix}${random.slice(0, 26)}`.slice(0, maxLength);
  return `${logicalName.slice(0, maxLength - RANDOM_CHARACTERS - 1)}-${random.slice(0, RANDOM_CHARACTERS)}`;
}
