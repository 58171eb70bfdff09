import type { StackResource } from "../../kit/policy";
import { type Unknown, unknown } from "../../kit/values";

/** A resource, and the first of those before it that is the same. Unknown if only the deployment will show it. */
export interface Repeated {
  readonly resource: StackResource;
  readonly first: StackResource | Unknown | undefined;
}

/**
 * Compares each resource with those before it by URN: the engine lists them in any order, the answer is always the same.
 * What is compared is read once for each resource, because there are many pairs.
 */
export function repeated<T>(
  resources: readonly StackResource[],
  readFrom: (resource: StackResource) => T,
  isSame: (one: T, other: T) => boolean | Unknown,
): Repeated[] {
  const sorted = [...resources]
    .sort((a, b) => (a.urn < b.urn ? -1 : 1))
    .map((resource) => ({ resource, identity: readFrom(resource) }));
  return sorted.map(({ resource, identity }, index) => {
    let first: Unknown | undefined;
    for (const other of sorted.slice(0, index)) {
      const same = isSame(identity, other.identity);
      if (same === true) return { resource, first: other.resource };
      if (same === unknown) first = unknown;
    }
    return { resource, first };
  });
}
