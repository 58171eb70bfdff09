import { createHash } from "node:crypto";

/** Characters that names in IAM cannot have. Source: API model of AWS IAM, `roleNameType` and `policyNameType`. */
const OTHER_CHARACTERS = /[^\w+=,.@-]/g;
const HASH = 8;

/** Source: API model of AWS IAM. */
export const ROLE_NAME_MAX = 64;
export const POLICY_NAME_MAX = 128;

/**
 * A name in IAM that is the same in every update, so that an update finds what an interrupted one created. A name that
 * is too long, or has characters that IAM refuses, is shortened and ends with a hash.
 */
export function fixedName(parts: readonly string[], maxLength: number): string {
  const text = parts.join("-");
  const clean = text.replace(OTHER_CHARACTERS, "-");
  if (clean === text && text.length <= maxLength) return text;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, HASH);
  return `${clean.slice(0, maxLength - HASH - 1)}-${hash}`;
}
