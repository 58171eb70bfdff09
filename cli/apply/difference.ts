import { isDeepStrictEqual } from "node:util";
import {
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  type Repository,
} from "@aws-sdk/client-ecr";
import { errorName } from "../aws/errors";
import { isSameJson } from "../json";
import { mutabilityOf, type Settings, type TagMutability, type Tags, tagsOf } from "./desired";

/** What a repository has and what its template says. Of tags only those that differ. */
export type Difference =
  | { readonly setting: "tag mutability"; readonly before: TagMutability; readonly after: TagMutability }
  | { readonly setting: "tags"; readonly before: Tags; readonly after: Tags }
  | {
      readonly setting: "repository policy" | "lifecycle policy";
      /** Undefined if the repository has none. */
      readonly before: string | undefined;
      readonly after: string;
    };

/**
 * What differs between a repository and its template, in the order in which it is changed: the lifecycle policy, which
 * expires images, comes last. Settings that the template does not have do not count.
 */
export async function differencesOf(ecr: ECRClient, repository: Repository, wanted: Settings): Promise<Difference[]> {
  const { repositoryName, repositoryArn: resourceArn } = repository;
  const [lifecycle, policy, tags] = await Promise.all([
    wanted.lifecyclePolicy === undefined
      ? undefined
      : orNothing("LifecyclePolicyNotFoundException", ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))),
    wanted.repositoryPolicy === undefined
      ? undefined
      : orNothing("RepositoryPolicyNotFoundException", ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))),
    Object.keys(wanted.tags).length === 0 ? undefined : ecr.send(new ListTagsForResourceCommand({ resourceArn })),
  ]);
  const differences: Difference[] = [];
  const mutability = mutabilityOf(repository);
  if (wanted.tagMutability && !isDeepStrictEqual(wanted.tagMutability, mutability))
    differences.push({ setting: "tag mutability", before: mutability, after: wanted.tagMutability });
  differences.push(...tagDifferences(tagsOf(tags?.tags), wanted.tags));
  for (const [setting, before, after] of [
    ["repository policy", policy?.policyText, wanted.repositoryPolicy],
    ["lifecycle policy", lifecycle?.lifecyclePolicyText, wanted.lifecyclePolicy],
  ] as const) {
    if (after !== undefined && !isSameJson(before, after)) differences.push({ setting, before, after });
  }
  return differences;
}

function tagDifferences(before: Tags, wanted: Tags): Difference[] {
  const changed = Object.keys(wanted).filter((key) => before[key] !== wanted[key]);
  if (changed.length === 0) return [];
  const only = (tags: Tags) =>
    Object.fromEntries(changed.flatMap((key) => (Object.hasOwn(tags, key) ? [[key, tags[key] ?? ""]] : [])));
  return [{ setting: "tags", before: only(before), after: only(wanted) }];
}

async function orNothing<T>(name: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (errorName(error) === name) return undefined;
    throw error;
  }
}
