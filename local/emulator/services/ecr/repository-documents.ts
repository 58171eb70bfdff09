import type { ECR } from "@aws-sdk/client-ecr";
import { AwsError, found } from "../../errors";
import type { OperationsOf } from "../../operation";
import { parsePolicyAs, REPOSITORY_POLICY } from "../../policy/document";
import type { Repository } from "../../state/model";
import { checkLifecyclePolicy } from "./lifecycle/document";
import { invalidPolicy, onRepository } from "./registry";

export const checkRepositoryPolicy = (text: string) =>
  parsePolicyAs(text, REPOSITORY_POLICY, invalidPolicy("repository"));

/** A document of a repository, or the exception if it has none. */
export function documentOf<T>(repository: Repository, document: T | undefined, code: string, what: string): T {
  const { repositoryName, registryId } = repository;
  const of = `the repository with name '${repositoryName}' in the registry with id '${registryId}'`;
  return found(document, () => new AwsError(code, `${what} does not exist for ${of}`));
}

export const lifecyclePolicyOf = (repository: Repository, given?: string) =>
  documentOf(
    repository,
    given ?? repository.lifecyclePolicyText,
    "LifecyclePolicyNotFoundException",
    "Lifecycle policy",
  );

const withPolicy = (repository: Repository) => ({
  ...repository,
  policyText: documentOf(repository, repository.policyText, "RepositoryPolicyNotFoundException", "Repository policy"),
});
const withLifecyclePolicy = (repository: Repository) => ({
  lastEvaluatedAt: repository.createdAt,
  ...repository,
  lifecyclePolicyText: lifecyclePolicyOf(repository),
});

/** The two documents of a repository: who may use it, and when its images expire. */
export const repositoryDocuments: OperationsOf<ECR> = {
  SetRepositoryPolicy: onRepository((repository, { policyText }) => {
    checkRepositoryPolicy(policyText);
    return Object.assign(repository, { policyText });
  }),
  GetRepositoryPolicy: onRepository(withPolicy),
  DeleteRepositoryPolicy: onRepository((repository) => {
    const deleted = withPolicy(repository);
    repository.policyText = undefined;
    return deleted;
  }),
  PutLifecyclePolicy: onRepository((repository, { lifecyclePolicyText }) => {
    checkLifecyclePolicy(lifecyclePolicyText);
    return Object.assign(repository, { lifecyclePolicyText });
  }),
  GetLifecyclePolicy: onRepository(withLifecyclePolicy),
  DeleteLifecyclePolicy: onRepository((repository) => {
    const deleted = withLifecyclePolicy(repository);
    repository.lifecyclePolicyText = undefined;
    return deleted;
  }),
};
