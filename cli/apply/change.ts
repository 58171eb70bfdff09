import {
  type ECRClient,
  type ImageTagMutability,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  type Repository,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from "@aws-sdk/client-ecr";
import { failureOf } from "../aws/calls";
import type { TagMutability, Tags } from "./desired";
import type { Difference } from "./difference";

/** What was changed in a repository, and what stopped the rest. */
export interface Changed {
  readonly changed: readonly Difference["setting"][];
  readonly problem?: string;
}

/** Makes the changes one after the other. Each can be repeated. */
export async function change(
  ecr: ECRClient,
  repository: Repository,
  differences: readonly Difference[],
): Promise<Changed> {
  const changed: Difference["setting"][] = [];
  for (const difference of differences) {
    try {
      await write(ecr, repository, difference);
      changed.push(difference.setting);
    } catch (error) {
      return { changed, problem: `${difference.setting}: ${failureOf(error)}` };
    }
  }
  return { changed };
}

function write(ecr: ECRClient, { repositoryName, repositoryArn }: Repository, { setting, after }: Difference) {
  switch (setting) {
    case "tag mutability":
      return ecr.send(new PutImageTagMutabilityCommand({ repositoryName, ...mutabilityInput(after) }));
    case "tags":
      return ecr.send(new TagResourceCommand({ resourceArn: repositoryArn, tags: tagList(after) }));
    case "repository policy":
      return ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: after }));
    case "lifecycle policy":
      return ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: after }));
  }
}

/** ECR refuses an empty list of filters. */
export function mutabilityInput({ setting, filters }: TagMutability) {
  const exclusions = filters.map((filter) => ({ filter, filterType: "WILDCARD" as const }));
  return {
    imageTagMutability: setting as ImageTagMutability,
    ...(exclusions.length > 0 && { imageTagMutabilityExclusionFilters: exclusions }),
  };
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
