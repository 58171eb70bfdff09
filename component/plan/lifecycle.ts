import type { LifecycleArgs } from "../args";
import { archives, validateLifecyclePolicy } from "../documents/lifecycle";
import { buildLifecyclePolicy, DEFAULT_LIFECYCLE } from "../lifecycle/build";
import type { Issue } from "../problems/issue";

/** The policy document of a lifecycle. Problems with it are added to `issues`. */
export function planLifecycle(
  lifecycle: LifecycleArgs | undefined,
  path: readonly PropertyKey[],
  issues: Issue[],
): string {
  const document = lifecycle?.policy ?? JSON.stringify(buildLifecyclePolicy(lifecycle ?? DEFAULT_LIFECYCLE));
  if (lifecycle) issues.push(...lifecycleIssues(lifecycle, document, path));
  return document;
}

/** Settings that each produce the rule for any image. ECR accepts only one. */
const FOR_ANY_IMAGE = ["keepImages", "expireAfterDays", "archiveUnpulledAfterDays"] as const;

function lifecycleIssues(lifecycle: LifecycleArgs, document: string, path: readonly PropertyKey[]): Issue[] {
  const { policy, ...typed } = lifecycle;
  const settings = Object.values(typed).filter((value) => value !== undefined);
  if (policy !== undefined) {
    return settings.length > 0
      ? [{ path: [...path, "policy"], message: "the document cannot be combined with other lifecycle settings" }]
      : validateLifecyclePolicy(document, [...path, "policy"]);
  }
  const issues: Issue[] = [];
  if (settings.length === 0) {
    issues.push({ path, message: "expires nothing: give keepImages or expireAfterDays" });
  }
  const forAny = FOR_ANY_IMAGE.filter((setting) => lifecycle[setting] !== undefined);
  if (forAny.length > 1) {
    issues.push({ path, message: `ECR allows one rule for any image: give either ${forAny.join(" or ")}` });
  }
  if (lifecycle.deleteArchivedAfterDays !== undefined && lifecycle.archiveUnpulledAfterDays === undefined) {
    issues.push({
      path: [...path, "deleteArchivedAfterDays"],
      message: "nothing is archived: give archiveUnpulledAfterDays too",
    });
  }
  for (const [index, tagged] of (lifecycle.tagged ?? []).entries()) {
    if ((tagged.keepImages === undefined) === (tagged.expireAfterDays === undefined)) {
      issues.push({ path: [...path, "tagged", index], message: "give either keepImages or expireAfterDays" });
    }
  }
  if (issues.length > 0) return issues;
  return validateLifecyclePolicy(document, []).map(({ path: inDocument, message }) => ({
    path: ownPath(path, inDocument),
    message,
  }));
}

/** The built document has a rule for each tagged entry first, in their order. */
function ownPath(path: readonly PropertyKey[], inDocument: readonly PropertyKey[]): readonly PropertyKey[] {
  const [, index] = inDocument;
  return typeof index === "number" ? [...path, "tagged", index, "tagPatterns"] : [...path, "tagged"];
}

/** Warns of settings that work but deserve a second look. */
export function lifecycleWarnings(lifecycle: LifecycleArgs, path: readonly PropertyKey[]): Issue[] {
  return [
    ...archiveWarnings(lifecycle, path),
    ...(lifecycle.tagged ?? []).flatMap(({ tagPatterns }, index) =>
      tagPatterns.length > 1 ? [manyPatterns([...path, "tagged", index, "tagPatterns"])] : [],
    ),
  ];
}

function archiveWarnings(lifecycle: LifecycleArgs, path: readonly PropertyKey[]): Issue[] {
  const isTyped = lifecycle.archiveUnpulledAfterDays !== undefined;
  if (!isTyped && (lifecycle.policy === undefined || !archives(lifecycle.policy))) return [];
  const message =
    "moves images to archive storage: a pull of an archived image fails as not found until somebody restores it, which takes up to 20 minutes";
  return [{ path: [...path, isTyped ? "archiveUnpulledAfterDays" : "policy"], message }];
}

/** Source: Amazon ECR user guide, "Lifecycle policy properties": `tagPatternList`. */
function manyPatterns(path: readonly PropertyKey[]): Issue {
  return {
    path,
    message:
      "an image is selected only if it has a tag for each of these patterns. For images with any of them, write an entry of tagged for each pattern",
  };
}
