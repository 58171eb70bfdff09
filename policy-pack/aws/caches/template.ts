import type { AnyResource } from "../../kit/policy";
import { items, read, text, type Unknown, unknown } from "../../kit/values";

/** A template by its prefix. Other resources have none. */
export function prefixLabel({ props }: AnyResource): string | undefined {
  const prefix = text(read(props, "prefix"));
  return typeof prefix === "string" ? `Prefix "${prefix}"` : undefined;
}

/** Whether a repository creation template acts on repositories that a pull through cache creates. */
export function isForCache(template: AnyResource): boolean | Unknown {
  const appliedFor = items(read(template.props, "appliedFors"));
  if (appliedFor === unknown) return unknown;
  if (appliedFor.includes("PULL_THROUGH_CACHE")) return true;
  return appliedFor.includes(unknown) ? unknown : false;
}
