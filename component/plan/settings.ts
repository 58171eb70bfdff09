import type { RegistryArgs, RegistryDefaultsArgs, SecretArgs } from "../args";
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
    ...mutabilityIssues(settings, path),
    ...encryptionIssues(settings, [...path, "encryption"], regions),
    ...accessIssues(settings, path),
    ...(settings.secret ? secretIssues(settings.secret, [...path, "secret"]) : []),
  ];
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
