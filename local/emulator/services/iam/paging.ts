import { page } from "../../validation/pages";
import { invalidMarker } from "./errors";

interface Paging {
  Marker?: string;
  MaxItems?: number;
}

/** One page in IAM's format: the items under the operation's own name. */
export function iamPage<T, V>(name: string, all: readonly T[], input: Paging, view: (item: T) => V) {
  const { items, nextToken } = page(all, input.MaxItems ?? 100, input.Marker, invalidMarker());
  return { [name]: items.map(view), IsTruncated: nextToken !== undefined, Marker: nextToken };
}
