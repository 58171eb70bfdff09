import type { RepositoryCreationTemplate } from "@aws-sdk/client-ecr";

/** The settings of a template that can be applied to an existing repository. Missing parts are not changed. */
export interface Settings {
  readonly lifecyclePolicy?: string;
  readonly repositoryPolicy?: string;
  readonly tagMutability?: TagMutability;
  readonly tags: Tags;
}

export interface TagMutability {
  readonly setting: string;
  readonly filters: readonly string[];
}

export interface Tags {
  readonly [key: string]: string;
}

/** The settings that a template gives to a repository. */
export function settingsOf(template: RepositoryCreationTemplate): Settings {
  const { lifecyclePolicy, repositoryPolicy, imageTagMutability, resourceTags } = template;
  return {
    lifecyclePolicy: lifecyclePolicy || undefined,
    repositoryPolicy: repositoryPolicy || undefined,
    tagMutability: imageTagMutability && mutabilityOf(template),
    tags: tagsOf(resourceTags),
  };
}

/** The tag mutability of a template or a repository. Both have MUTABLE if they name none. */
export function mutabilityOf({
  imageTagMutability: setting = "MUTABLE",
  imageTagMutabilityExclusionFilters: filters = [],
}: Pick<RepositoryCreationTemplate, "imageTagMutability" | "imageTagMutabilityExclusionFilters">): TagMutability {
  return { setting, filters: filters.map(({ filter = "" }) => filter).sort() };
}

export function tagsOf(tags: RepositoryCreationTemplate["resourceTags"] = []): Tags {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}
