import { randomInt } from "node:crypto";
import { AwsError } from "../../errors";
import { page } from "../pages";
import type { TagRules } from "../tags";

export const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", message);
export const alreadyExists = (message: string) => new AwsError("EntityAlreadyExists", message);
export const deleteConflict = (message: string) => new AwsError("DeleteConflict", message);
export const limitExceeded = (message: string) => new AwsError("LimitExceeded", message);
export const malformedPolicy = (message: string) => new AwsError("MalformedPolicyDocument", message);
export const invalidInput = (message: string) => new AwsError("InvalidInput", message);
export const unmodifiable = (message: string) => new AwsError("UnmodifiableEntity", message);

/** IAM sends policy documents URL-encoded. */
export const encodeDocument = (text: string) => encodeURIComponent(text);

/** Refuses a document over its quota, for which IAM does not count white space. */
export function checkSize(quota: string, most: number, ...documents: readonly string[]): void {
  if (documents.join("").replace(/\s/g, "").length > most)
    throw limitExceeded(`Cannot exceed quota for ${quota}: ${most}`);
}

export const TAGS: TagRules = { invalid: invalidInput, tooMany: limitExceeded, ignoresCase: true };

const invalidMarker = () => new AwsError("ValidationError", "Invalid Marker.");

/** One page in IAM's format: the items under the operation's own name. */
export function iamPage<T>(name: string, all: readonly T[], input: { Marker?: string; MaxItems?: number }) {
  const { items, nextToken } = page(all, input.MaxItems, input.Marker, invalidMarker);
  return { [name]: items, IsTruncated: nextToken !== undefined, Marker: nextToken };
}

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * An identifier like AWS's: four letters for the kind (AROA for a role, ANPA a policy, ASIA a session), then random
 * ones.
 */
export function newIdentifier(kind: "AROA" | "ANPA" | "ASIA"): string {
  return kind + Array.from({ length: 16 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join("");
}
