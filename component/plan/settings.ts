import type { LifecycleArgs, RegistryArgs, RegistryDefaultsArgs, SecretArgs } from "../args";
import { archives, validateLifecyclePolicy } from "../documents/lifecycle";
import { buildLifecyclePolicy } from "../lifecycle/build";
import type { Issue } from "../problems/issue";
import { MAX_TAGS } from "../schema/aws";
import type { Tags } from "./model";
import { regionalArnIssues } from "./regional-arns";

/** Problems with settings that do not fit together. */
export function settingsIssues(
  settings: RegistryDefaultsArgs,
  path: readonly PropertyKey[],
  regions: readonly string[],
): Issue[] {
  return [
    ...(settings.lifecycle ? lifecycleIssues(settings.lifecycle, [...path, "lifecycle"]) : []),
    ...mutabilityIssues(settings, path),
    ...encryptionIssues(settings, [...path, "encryption"], regions),
    ...accessIssues(settings, path),
    ...(settings.secret ? secretIssues(settings.secret, [...path, "secret"]) : []),
  ];
}

/** Warns of settings that work but deserve a second look. */
export function settingsWarnings({ lifecycle = {} }: RegistryDefaultsArgs, path: readonly PropertyKey[]): Issue[] {
  return [
    ...archiveWarnings(lifecycle, [...path, "lifecycle"]),
    ...(lifecycle.tagged ?? []).flatMap(({ tagPatterns }, index) =>
      tagPatterns.length > 1 ? [manyPatterns([...path, "lifecycle", "tagged", index, "tagPatterns"])] : [],
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

/** Settings that each produce the rule for any image. ECR accepts only one. */
const FOR_ANY_IMAGE = ["keepImages", "expireAfterDays", "archiveUnpulledAfterDays"] as const;

function lifecycleIssues(lifecycle: LifecycleArgs, path: readonly PropertyKey[]): Issue[] {
  const { policy, ...typed } = lifecycle;
  const settings = Object.values(typed).filter((value) => value !== undefined);
  if (policy !== undefined) {
    return settings.length > 0
      ? [{ path: [...path, "policy"], message: "the document cannot be combined with other lifecycle settings" }]
      : validateLifecyclePolicy(policy, [...path, "policy"]);
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
  const document = JSON.stringify(buildLifecyclePolicy(lifecycle));
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

function mutabilityIssues(settings: RegistryDefaultsArgs, path: readonly PropertyKey[]): Issue[] {
  const withExclusion = settings.tagMutability?.endsWith("_WITH_EXCLUSION");
  const filters = settings.tagMutabilityExclusionFilters;
  if (withExclusion && filters === undefined) {
    return [{ path: [...path, "tagMutabilityExclusionFilters"], message: `${settings.tagMutability} needs filters` }];
  }
  if (!withExclusion && filters !== undefined) {
    return [
      {
        path: [...path, "tagMutabilityExclusionFilters"],
        message: "filters need tagMutability IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION",
      },
    ];
  }
  return [];
}

export const KMS_KEY = { one: "kmsKey", many: "kmsKeys", what: "the KMS key" } as const;

function encryptionIssues(
  { encryption = {} }: RegistryDefaultsArgs,
  path: readonly PropertyKey[],
  regions: readonly string[],
): Issue[] {
  const given = (["kmsKey", "kmsKeys"] as const).find((field) => encryption[field] !== undefined);
  if (given === undefined) return [];
  if (encryption.type === "AES256") return [{ path: [...path, given], message: "a KMS key needs the type KMS" }];
  return regionalArnIssues(path, encryption, KMS_KEY, regions);
}

/** Checks tags after merging those of all levels. */
export function mergedTagIssues(settings: RegistryArgs, componentTags: Tags, path: readonly PropertyKey[]): Issue[] {
  const count = (...levels: (Tags | undefined)[]) => Object.keys(Object.assign({}, ...levels)).length;
  const check = (field: readonly string[], number: number) =>
    number > MAX_TAGS
      ? [
          {
            path: [...path, ...field],
            message: `${number} tags, including inherited ones; AWS allows at most ${MAX_TAGS}`,
          },
        ]
      : [];
  return [
    ...check(["resourceTags"], count(settings.resourceTags)),
    ...check(
      ["secret", "tags"],
      count(componentTags, settings.secret?.tags) + (settings.tokenExpires === undefined ? 0 : 1),
    ),
  ];
}

function accessIssues(settings: RegistryDefaultsArgs, path: readonly PropertyKey[]): Issue[] {
  if (settings.access === undefined || settings.repositoryPolicy === undefined) return [];
  return [{ path: [...path, "repositoryPolicy"], message: "give either access or repositoryPolicy" }];
}

function secretIssues({ readers, policy }: SecretArgs, path: readonly PropertyKey[]): Issue[] {
  if (policy === undefined || readers === undefined) return [];
  return [{ path: [...path, "policy"], message: "give either readers or policy" }];
}
