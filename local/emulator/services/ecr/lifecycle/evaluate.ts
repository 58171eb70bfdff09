import { DAY } from "../../../clock";
import { matchesWildcard } from "../../../policy/wildcard";
import type { Image, Repository } from "../../../state/model";
import { parentsOf, removeImage, tagsOf } from "../images";
import { checkLifecyclePolicy, type LifecycleRule } from "./document";

export interface LifecycleAction {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly rulePriority: number;
  readonly action: "expire" | "transition";
}

/** Applies a repository's lifecycle policy now. */
export function applyLifecyclePolicy(repository: Repository, now: number): LifecycleAction[] {
  if (repository.lifecyclePolicyText === undefined) return [];
  repository.lastEvaluatedAt = now;
  return dueImages(repository, repository.lifecyclePolicyText, now).map(({ image, rule }) =>
    act(repository, image, rule, now),
  );
}

/**
 * What a policy would do to a repository now: all rules are evaluated for all images, then the lowest priority number
 * wins. If a rule names an image's tags, no later rule affects the image ("How the lifecycle policy works").
 */
export function dueImages(
  repository: Repository,
  policy: string,
  now: number,
): { image: Image; rule: LifecycleRule }[] {
  const rules = checkLifecyclePolicy(policy);
  const images = [...repository.images.values()];
  const claimed = new Set<Image>();
  const chosen: { image: Image; rule: LifecycleRule }[] = [];
  for (const rule of rules) {
    const selected = images.filter((image) => selects(rule, image, tagsOf(repository, image.digest)));
    for (const image of due(rule, selected, now)) if (!claimed.has(image)) chosen.push({ image, rule });
    for (const image of selected) claimed.add(image);
  }
  // An image in a manifest list is kept. The next evaluation after the list is gone considers it again.
  return chosen.filter(({ image }) => parentsOf(repository, image.digest).length === 0);
}

function selects(rule: LifecycleRule, image: Image, tags: readonly string[]): boolean {
  if ((rule.storageClass === "archive") !== (image.archivedAt !== undefined)) return false;
  if (rule.tagStatus === "any") return true;
  if (rule.tagStatus === "untagged") return tags.length === 0;
  const patterns = rule.tagPatterns.map((pattern) => (tag: string) => matchesWildcard(pattern, tag));
  const prefixes = rule.tagPrefixes.map((prefix) => (tag: string) => tag.startsWith(prefix));
  return [...patterns, ...prefixes].every((matches) => tags.some(matches));
}

function due(rule: LifecycleRule, selected: readonly Image[], now: number): Image[] {
  if (rule.countType === "imageCountMoreThan") {
    const newestFirst = [...selected].sort((left, right) => right.pushedAt - left.pushedAt);
    return newestFirst.slice(rule.countNumber);
  }
  const since = (image: Image) => {
    if (rule.countType === "sinceImageTransitioned") return image.archivedAt ?? now;
    // An image that was never pulled counts from when it was pushed.
    return rule.countType === "sinceImagePulled" ? (image.lastPulledAt ?? image.pushedAt) : image.pushedAt;
  };
  return selected.filter((image) => now - since(image) > rule.countNumber * DAY);
}

function act(repository: Repository, image: Image, rule: LifecycleRule, now: number): LifecycleAction {
  const tags = tagsOf(repository, image.digest);
  if (rule.action === "expire") removeImage(repository, image.digest);
  else image.archivedAt = now;
  return {
    repository: repository.repositoryName,
    digest: image.digest,
    tags,
    rulePriority: rule.priority,
    action: rule.action,
  };
}
