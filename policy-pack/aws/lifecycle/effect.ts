import { globMatches } from "../../kit/glob";
import { haveCommonMatch } from "../../kit/wildcards";
import type { Lifecycle, LifecycleRule } from "./document";

/** Why ECR accepts the document but no rule ever expires an image. `undefined` if one can, or if ECR refuses it. */
export function whyNoneExpires({ rules, problems }: Lifecycle): string | undefined {
  if (problems.length > 0) return undefined;
  const first = rules.find(({ action }) => action === "expire");
  if (first === undefined) return "no rule expires images; archiving alone deletes nothing";
  return expiringRules({ rules, problems }).length === 0 ? whyIdle(first, rules) : undefined;
}

/** Whether ECR accepts the document and can expire an image by it. */
export function canExpire(lifecycle: Lifecycle): boolean {
  return lifecycle.problems.length === 0 && whyNoneExpires(lifecycle) === undefined;
}

/** The rules that can expire an image. */
export function expiringRules({ rules }: Lifecycle): readonly LifecycleRule[] {
  return rules.filter((rule) => rule.action === "expire" && whyIdle(rule, rules) === undefined);
}

function whyIdle(rule: LifecycleRule, rules: readonly LifecycleRule[]): string | undefined {
  const it = `the rule with rulePriority ${rule.priority}`;
  if (!canSelect(rule)) return `${it} wants tags on one image that no single tag can match`;
  if (isShielded(rule, rules)) return `rules of higher priority select everything that ${it} does`;
  const archives = rules.some((one) => one.action === "transition" && canSelect(one) && !isShielded(one, rules));
  return rule.storageClass === "archive" && !archives ? `${it} expires archived images, and none archives` : undefined;
}

/**
 * ECR needs all listed tags on one image. A cached image has the tag by which it was pulled, so one tag must match them
 * all.
 */
function canSelect(rule: LifecycleRule): boolean {
  return rule.tagStatus !== "tagged" || haveCommonMatch(rule.patterns);
}

/**
 * Whether rules of higher priority select everything that this rule does. If an image's tags match a rule, no rule of
 * lower priority affects the image. AWS: "Lifecycle policy evaluation rules".
 */
function isShielded(rule: LifecycleRule, rules: readonly LifecycleRule[]): boolean {
  const above = shieldsOf(rule, rules);
  const untagged = above.some(({ tagStatus }) => tagStatus !== "tagged");
  const tagged = above.some((shield) => selectsAll(shield, rule.patterns));
  if (rule.tagStatus === "untagged") return untagged;
  return rule.tagStatus === "tagged" ? tagged : tagged && untagged;
}

function shieldsOf(rule: LifecycleRule, rules: readonly LifecycleRule[]): LifecycleRule[] {
  return rules.filter((one) => one.priority < rule.priority && one.storageClass === rule.storageClass);
}

/** Whether the rule selects every tagged image that matches the patterns. */
function selectsAll({ tagStatus, patterns }: LifecycleRule, narrow: readonly string[]): boolean {
  if (tagStatus === "untagged") return false;
  const tags = narrow.length === 0 ? ["*"] : narrow;
  return patterns.every((wide) => tags.some((tag) => globMatches(wide, tag)));
}

/**
 * The rule that decides about untagged images: the first that selects them, because what it does not expire, no rule of
 * lower priority may. Source as above.
 */
export function ruleForUntagged({ rules }: Lifecycle): LifecycleRule | undefined {
  return rules.find(({ tagStatus, storageClass }) => tagStatus !== "tagged" && storageClass === "standard");
}

/** Which images no rule ever expires, although some rule expires others. */
export function keptForever(lifecycle: Lifecycle, isBound: Bound): string | undefined {
  if (boundsOfTagged(lifecycle, isBound) === undefined) return "images with some tags";
  return ruleForUntagged(lifecycle) === undefined ? "untagged images: every image whose tag moved upstream" : undefined;
}

/** Whether a rule keeps a repository small. */
export type Bound = (rule: LifecycleRule) => boolean;

/**
 * The rules that together select every tagged image: one for all tags, and those of higher priority, which take images
 * away from it. `undefined` if an image can escape them all, or if one of them is no bound.
 */
export function boundsOfTagged({ rules }: Lifecycle, isBound: Bound): readonly LifecycleRule[] | undefined {
  const standard = rules.filter((rule) => rule.storageClass === "standard" && canSelect(rule));
  const general = standard.find((rule) => selectsAll(rule, []));
  if (general === undefined) return undefined;
  const deciding = [...shieldsOf(general, standard).filter(({ tagStatus }) => tagStatus === "tagged"), general];
  const archive = rules.find((rule) => rule.storageClass === "archive" && selectsAll(rule, []));
  const holds = (rule: LifecycleRule) =>
    rule.action === "expire" ? isBound(rule) : archive !== undefined && isBound(archive);
  return deciding.every(holds) ? deciding : undefined;
}
