import { policyJson } from "./document";
import { type Ecr, repositoryArns } from "./ecr";

/** Source: Amazon ECR user guide, "Using Amazon ECR images with Amazon ECS". */
const PULL_ACTIONS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Source: Amazon ECR user guide, "IAM permissions required to sync an upstream registry with an Amazon ECR private registry". */
export const IMPORT_ACTION = "ecr:BatchImportUpstreamImage";
export const CREATE_ACTION = "ecr:CreateRepository";

/**
 * The least privileges for pulling through the cache: log in, import images, create a repository on a first pull, and
 * pull. Without `createRepository` only existing repositories can be pulled from.
 */
export function pullPolicy(ecr: Ecr, prefixes: readonly string[], createRepository: boolean): string {
  return policyJson([
    { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "PullThroughCache",
      Effect: "Allow",
      Action: [...PULL_ACTIONS, IMPORT_ACTION, ...(createRepository ? [CREATE_ACTION] : [])],
      Resource: repositoryArns(ecr, prefixes),
    },
  ]);
}
