import type { AnyResource } from "../../kit/policy";
import { items, read, type Unknown, unknown } from "../../kit/values";

/** Whether a repository creation template acts on repositories that a pull through cache creates. */
export function isForCache(template: AnyResource): boolean | Unknown {
  const appliedFor = items(read(template.props, "appliedFors"));
  if (appliedFor === unknown) return unknown;
  if (appliedFor.includes("PULL_THROUGH_CACHE")) return true;
  return appliedFor.includes(unknown) ? unknown : false;
}
