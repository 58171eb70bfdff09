import { DAY } from "../../../clock";
import { matchesWildcard } from "../../../policy/wildcard";
import type { Image, Repository } from "../../../state/model";
import { parentsOf, removeImage, tagsOf } from "../images";
import { checkLifecyclePolicy, type LifecycleRule } from "./document";

/** Applies a repository's lifecycle policy now. Returns the digests of the images that expire or are archived. */
export function applyLifecyclePolicy(repository: Repository, now: number): string[] {
  if (repository.lifecyclePolicyText === undefined) return [];
  repository.lastEvaluatedAt = now;
  return dueImages(repository, repository.lifecyclePolicyText, now).map(({ image, rule }) => {
    if (rule.action.type === "expire") removeImage(repository, image.digest);
    else image.archivedAt = now;
    return image.digest;
  });
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

function selects({ selection }: LifecycleRule, image: Image, tags: readonly string[]): boolean {
  const { storageClass, tagStatus, tagPatternList = [], tagPrefixList = [] } = selection;
  if ((storageClass === "archive") !== (image.archivedAt !== undefined)) return false;
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return tags.length === 0;
  const patterns = tagPatternList.map((pattern) => (tag: string) => matchesWildcard(pattern, tag));
  const prefixes = tagPrefixList.map((prefix) => (tag: string) => tag.startsWith(prefix));
  return [...patterns, ...prefixes].every((matches) => tags.some(matches));
}

function due({ selection: rule }: LifecycleRule, selected: readonly Image[], now: number): Image[] {
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
