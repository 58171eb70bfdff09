import { AwsError } from "../../errors";
import { page } from "../pages";
import type { TagRules } from "../tags";
import { invalidInput, limitExceeded } from "./errors";

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
