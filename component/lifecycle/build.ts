import type { LifecycleArgs, TaggedLifecycleArgs } from "../args";
import type { LifecyclePolicy, LifecycleRule, LifecycleSelection } from "./document";

/**
 * The default lifecycle of cached repositories. A cache must not grow forever, and an expired tag comes back with the
 * next pull. 50 leaves room for multi-architecture images, which count several times.
 *
 * Untagged images do not expire by age. ECR counts the days from the push, not from the moment the tag moved, and an
 * Amazon ECS service starts later tasks by the digest that its deployment resolved. Within a day of a tag moving, the
 * service could no longer scale out. Sources: Amazon ECR User Guide, "Lifecycle policy properties"
 * (`sinceImagePushed`); Amazon ECS Developer Guide, "Container image resolution" (`versionConsistency`).
 */
export const DEFAULT_LIFECYCLE: LifecycleArgs = { keepImages: 50 };

/**
 * Builds the policy document from the typed settings. Rules for tagged images come first, then untagged images, and the
 * rule for any image last, as ECR requires.
 */
export function buildLifecyclePolicy(settings: LifecycleArgs): LifecyclePolicy {
  const rules: Omit<LifecycleRule, "rulePriority">[] = [
    ...(settings.tagged ?? []).map(taggedRule),
    ...(settings.expireUntaggedAfterDays === undefined ? [] : [untaggedRule(settings.expireUntaggedAfterDays)]),
    ...anyRule(settings),
    ...archiveRules(settings),
  ];
  return { rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule })) };
}

const expire = { type: "expire" } as const;

function taggedRule(settings: TaggedLifecycleArgs): Omit<LifecycleRule, "rulePriority"> {
  const tags = settings.tagPatterns.join(" and ");
  return {
    description: `${describe(settings)} tagged ${tags}`,
    selection: { tagStatus: "tagged", tagPatternList: [...settings.tagPatterns], ...count(settings) },
    action: expire,
  };
}

function untaggedRule(days: number): Omit<LifecycleRule, "rulePriority"> {
  return {
    description: `Expire untagged images after ${plural(days, "day")}`,
    selection: { tagStatus: "untagged", ...count({ expireAfterDays: days }) },
    action: expire,
  };
}

function anyRule(settings: LifecycleArgs): Omit<LifecycleRule, "rulePriority">[] {
  if (settings.keepImages === undefined && settings.expireAfterDays === undefined) return [];
  return [{ description: describe(settings), selection: { tagStatus: "any", ...count(settings) }, action: expire }];
}

/** ECR can archive by the last pull, but not delete; it can delete by the time in the archive. */
function archiveRules(settings: LifecycleArgs): Omit<LifecycleRule, "rulePriority">[] {
  const { archiveUnpulledAfterDays: unpulled, deleteArchivedAfterDays: kept } = settings;
  const any = { tagStatus: "any", countUnit: "days" } as const;
  return [
    ...(unpulled === undefined
      ? []
      : [
          {
            description: `Archive images that were not pulled for ${plural(unpulled, "day")}`,
            selection: { ...any, countType: "sinceImagePulled", countNumber: unpulled },
            action: { type: "transition", targetStorageClass: "archive" },
          },
        ]),
    ...(kept === undefined
      ? []
      : [
          {
            description: `Delete archived images after ${plural(kept, "day")}`,
            selection: { ...any, storageClass: "archive", countType: "sinceImageTransitioned", countNumber: kept },
            action: expire,
          },
        ]),
  ];
}

/** One of the two is given. */
interface Count {
  readonly keepImages?: number;
  readonly expireAfterDays?: number;
}

function count({
  keepImages,
  expireAfterDays,
}: Count): Pick<LifecycleSelection, "countType" | "countUnit" | "countNumber"> {
  return keepImages === undefined
    ? { countType: "sinceImagePushed", countUnit: "days", countNumber: expireAfterDays as number }
    : { countType: "imageCountMoreThan", countNumber: keepImages };
}

function describe({ keepImages, expireAfterDays }: Count): string {
  return keepImages === undefined
    ? `Expire images after ${plural(expireAfterDays as number, "day")}`
    : `Keep the newest ${plural(keepImages, "image")}`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
