import type { EncryptionType, TagMutability } from "../../../component/values";
import { ACCOUNT, REGION } from "../cloud";
import { spoilt } from "../values";
import type { Argument } from "./argument";
import { template } from "./calls";
import { registry } from "./component-args";
import { counts, named, tagPatternSamples, texts } from "./samples";
import { tagMaps, tagsOf } from "./tags";

const KMS_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123abcd-0123-0123-0123-0123456789ab`;

/** Arguments of a repository creation template. */
export const TEMPLATES: readonly Argument[] = [
  {
    path: "registries.cache.description",
    args: (description: string) => registry({ description }),
    calls: (description: string) => [template({ description })],
    values: () => texts("ecr", "RepositoryTemplateDescription"),
  },
  {
    path: "registries.cache.tagMutability",
    args: (tagMutability: TagMutability) =>
      registry({
        tagMutability,
        ...(tagMutability.endsWith("_WITH_EXCLUSION") && { tagMutabilityExclusionFilters: ["v*"] }),
      }),
    calls: (imageTagMutability: string) => [
      template({
        imageTagMutability,
        ...(imageTagMutability.endsWith("_WITH_EXCLUSION") && {
          imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "v*" }],
        }),
      }),
    ],
    values: () => texts("ecr", "ImageTagMutability"),
  },
  {
    path: "registries.cache.tagMutabilityExclusionFilters",
    args: (tagMutabilityExclusionFilters: string[]) =>
      registry({ tagMutability: "IMMUTABLE_WITH_EXCLUSION", tagMutabilityExclusionFilters }),
    calls: (filters: string[]) => [
      template({
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: "WILDCARD", filter })),
      }),
    ],
    values: () => [...tagPatternSamples().map((filter) => [filter]), ...counts(5).map(named)],
  },
  {
    path: "registries.cache.encryption.type",
    args: (type: EncryptionType) => registry({ encryption: { type } }),
    calls: (encryptionType: string) => [template({ encryptionConfiguration: { encryptionType } })],
    values: () => texts("ecr", "EncryptionType"),
  },
  {
    path: "registries.cache.encryption.kmsKey",
    args: (kmsKey: string) => registry({ encryption: { type: "KMS", kmsKey } }),
    calls: (kmsKey: string) => [template({ encryptionConfiguration: { encryptionType: "KMS", kmsKey } })],
    values: () => [...texts("ecr", "KmsKeyForRepositoryCreationTemplate"), ...spoilt(KMS_KEY)],
    shapesOnly: true,
  },
  {
    path: "registries.cache.resourceTags",
    args: (resourceTags: { [key: string]: string }) => registry({ resourceTags }),
    calls: (tags: { [key: string]: string }) => [template({ resourceTags: tagsOf(tags) })],
    values: () => [...tagMaps(5), { Team: "a", team: "b" }],
  },
];
