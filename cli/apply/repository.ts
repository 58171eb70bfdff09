import { isDeepStrictEqual } from "node:util";
import {
  DescribeRepositoriesCommand,
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  type ImageTagMutability,
  ListTagsForResourceCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  type Repository,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from "@aws-sdk/client-ecr";
import { errorName } from "../aws/errors";
import { type Cache, isUnder } from "../caches/model";
import { isSameJson } from "../json";
import type { Settings } from "./desired";

/** A setting of a repository that differs from its template's. */
export type Difference = "tag mutability" | "tags" | "repository policy" | "lifecycle policy";

/** The repositories of a Region under the caches' prefixes. */
export async function repositoriesOf(ecr: ECRClient, caches: readonly Cache[]): Promise<Repository[]> {
  const found: Repository[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await ecr.send(new DescribeRepositoriesCommand({ nextToken, maxResults: 1000 }));
    found.push(
      ...(answer.repositories ?? []).filter(({ repositoryName = "" }) =>
        caches.some(({ prefix }) => isUnder(prefix, repositoryName)),
      ),
    );
    nextToken = answer.nextToken;
  } while (nextToken);
  return found;
}

/** What differs between a repository and its template. Settings that the template does not have do not count. */
export async function differencesOf(ecr: ECRClient, repository: Repository, wanted: Settings): Promise<Difference[]> {
  const [lifecycle, policy, tags] = await Promise.all([
    wanted.lifecyclePolicy === undefined ? undefined : lifecyclePolicyOf(ecr, repository),
    wanted.repositoryPolicy === undefined ? undefined : repositoryPolicyOf(ecr, repository),
    Object.keys(wanted.tags).length === 0 ? undefined : tagsOf(ecr, repository),
  ]);
  const differences: Difference[] = [];
  if (wanted.tagMutability && !isDeepStrictEqual(wanted.tagMutability, mutabilityOf(repository))) {
    differences.push("tag mutability");
  }
  if (Object.entries(wanted.tags).some(([key, value]) => tags?.[key] !== value)) differences.push("tags");
  if (!isSameJson(wanted.repositoryPolicy, policy)) differences.push("repository policy");
  if (!isSameJson(wanted.lifecyclePolicy, lifecycle)) differences.push("lifecycle policy");
  return differences;
}

/** Makes the changes. Each can be repeated. The lifecycle policy, which expires images, comes last. */
export async function change(
  ecr: ECRClient,
  { repositoryName, repositoryArn }: Repository,
  wanted: Settings,
  differences: readonly Difference[],
): Promise<void> {
  const steps: { readonly [difference in Difference]: () => Promise<unknown> } = {
    "tag mutability": () =>
      ecr.send(
        new PutImageTagMutabilityCommand({
          repositoryName,
          imageTagMutability: wanted.tagMutability?.setting as ImageTagMutability,
          ...(wanted.tagMutability?.filters.length && {
            imageTagMutabilityExclusionFilters: wanted.tagMutability.filters.map((filter) => ({
              filter,
              filterType: "WILDCARD",
            })),
          }),
        }),
      ),
    tags: () => {
      const tags = Object.entries(wanted.tags).map(([Key, Value]) => ({ Key, Value }));
      return ecr.send(new TagResourceCommand({ resourceArn: repositoryArn, tags }));
    },
    "repository policy": () =>
      ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: wanted.repositoryPolicy })),
    "lifecycle policy": () =>
      ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: wanted.lifecyclePolicy })),
  };
  for (const difference of Object.keys(steps) as Difference[]) {
    if (differences.includes(difference)) await steps[difference]();
  }
}

function mutabilityOf({ imageTagMutability, imageTagMutabilityExclusionFilters }: Repository) {
  const filters = (imageTagMutabilityExclusionFilters ?? []).map(({ filter = "" }) => filter).sort();
  return { setting: imageTagMutability, filters };
}

async function lifecyclePolicyOf(ecr: ECRClient, { repositoryName }: Repository): Promise<string | undefined> {
  const answer = await orNothing("LifecyclePolicyNotFoundException", () =>
    ecr.send(new GetLifecyclePolicyCommand({ repositoryName })),
  );
  return answer?.lifecyclePolicyText;
}

async function repositoryPolicyOf(ecr: ECRClient, { repositoryName }: Repository): Promise<string | undefined> {
  const answer = await orNothing("RepositoryPolicyNotFoundException", () =>
    ecr.send(new GetRepositoryPolicyCommand({ repositoryName })),
  );
  return answer?.policyText;
}

async function tagsOf(ecr: ECRClient, { repositoryArn }: Repository): Promise<{ [key: string]: string }> {
  const { tags = [] } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: repositoryArn }));
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

async function orNothing<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (errorName(error) === name) return undefined;
    throw error;
  }
}
