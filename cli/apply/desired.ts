import type { RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import { longestMatch, stripSlash } from "../caches/model";

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

/** The settings of the template that would apply to this repository today: the one with the longest matching prefix. */
export function settingsFor(
  repository: string,
  templates: readonly RepositoryCreationTemplate[],
): Settings | undefined {
  const serving = templates.filter(({ appliedFor }) => appliedFor?.includes("PULL_THROUGH_CACHE"));
  const template = longestMatch(serving, ({ prefix }) => stripSlash(prefix ?? ""), repository);
  if (!template) return undefined;
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
