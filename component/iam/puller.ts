import { policyJson, type Statement } from "./document";
import { type CacheNames, type Ecr, listedArns, repositoryArns } from "./ecr";

/** Source: Amazon ECR user guide, "Using Amazon ECR images with Amazon ECS". */
const PULL_ACTIONS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Source: Amazon ECR user guide, "IAM permissions required to sync an upstream registry with an Amazon ECR private registry". */
export const IMPORT_ACTION = "ecr:BatchImportUpstreamImage";
const CREATE_ACTION = "ecr:CreateRepository";

/** The actions for pulling from an existing repository, including new tags. */
export const REPOSITORY_ACTIONS = [...PULL_ACTIONS, IMPORT_ACTION];

/**
 * The least privileges for pulling through the cache: log in, import images, create a repository on a first pull, and
 * pull. Without `createRepository` only existing repositories can be pulled from.
 */
export function pullPolicy(ecr: Ecr, caches: readonly CacheNames[], createRepository: boolean): string {
  return policyJson([
    { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    ...pullPermissions(ecr, caches, createRepository).map(({ part, ...what }) => ({
      Sid: `PullThroughCache${part}`,
      Effect: "Allow" as const,
      ...what,
    })),
  ]);
}

/** Actions and repositories, as parts of statements. `part` distinguishes their Sids. */
type Permission = { readonly part: string } & Required<Pick<Statement, "Action" | "Resource">>;

/** If caches list repositories, only those may enter. Images that are already cached can still be pulled. */
export function pullPermissions(ecr: Ecr, caches: readonly CacheNames[], createRepository: boolean): Permission[] {
  const firstPull = [IMPORT_ACTION, ...(createRepository ? [CREATE_ACTION] : [])];
  const open = prefixesOf(caches.filter(({ repositories }) => repositories === undefined));
  const listing = caches.filter(({ repositories }) => repositories !== undefined);
  return [
    { part: "", Action: [...PULL_ACTIONS, ...firstPull], Resource: repositoryArns(ecr, open) },
    { part: "Cached", Action: PULL_ACTIONS, Resource: repositoryArns(ecr, prefixesOf(listing)) },
    { part: "FirstPull", Action: firstPull, Resource: listedArns(ecr, listing) },
  ].filter(({ Resource }) => Resource.length > 0);
}

function prefixesOf(caches: readonly CacheNames[]): string[] {
  return caches.map(({ prefix }) => prefix);
}
