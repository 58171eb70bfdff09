import type { RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import { longestMatch, stripSlash } from "../caches/model";

/** The settings of a template that can be applied to an existing repository. Missing parts are not changed. */
export interface Settings {
  readonly lifecyclePolicy?: string;
  readonly repositoryPolicy?: string;
  readonly tagMutability?: TagMutability;
  readonly tags: { readonly [key: string]: string };
}

export interface TagMutability {
  readonly setting: string;
  readonly filters: readonly string[];
}

/** The settings of the template that would apply to this repository today: the one with the longest matching prefix. */
export function settingsFor(
  repository: string,
  templates: readonly RepositoryCreationTemplate[],
): Settings | undefined {
  const serving = templates.filter(({ appliedFor }) => appliedFor?.includes("PULL_THROUGH_CACHE"));
  const template = longestMatch(serving, ({ prefix }) => stripSlash(prefix ?? ""), repository);
  if (!template) return undefined;
  const { lifecyclePolicy, repositoryPolicy, imageTagMutability, imageTagMutabilityExclusionFilters, resourceTags } =
    template;
  return {
    lifecyclePolicy: lifecyclePolicy || undefined,
    repositoryPolicy: repositoryPolicy || undefined,
    tagMutability: imageTagMutability && {
      setting: imageTagMutability,
      filters: (imageTagMutabilityExclusionFilters ?? []).map(({ filter = "" }) => filter).sort(),
    },
    tags: Object.fromEntries((resourceTags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}
