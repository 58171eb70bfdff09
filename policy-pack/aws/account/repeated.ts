import type { StackResource } from "../../kit/policy";
import { type Unknown, unknown } from "../../kit/values";

/** A resource, and the first of those before it that is the same. Unknown if only the deployment will show it. */
export interface Repeated {
  readonly resource: StackResource;
  readonly first: StackResource | Unknown | undefined;
}

/** Compares each resource with those before it by URN: the engine lists them in any order, the answer is always the same. */
export function repeated(
  resources: readonly StackResource[],
  isSame: (one: StackResource, other: StackResource) => boolean | Unknown,
): Repeated[] {
  const sorted = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return sorted.map((resource, index) => {
    const answers = sorted.slice(0, index).map((other) => ({ other, same: isSame(resource, other) }));
    const first = answers.find(({ same }) => same === true)?.other;
    return { resource, first: first ?? (answers.some(({ same }) => same === unknown) ? unknown : undefined) };
  });
}
