import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import type { Repository } from "../../state/model";
import { boolean, required, structure } from "../../validation/shape";
import { checkLifecyclePolicy } from "./lifecycle/document";
import { checkRepositoryPolicy } from "./policies";
import { findRepository, registryOf, repositoryResource } from "./registry";
import { lifecyclePolicyText, policyText, registryId, repositoryName } from "./shapes";

/** The two documents of a repository: who may use it, and when its images expire. */
const repositoryInput = structure({ registryId, repositoryName: required(repositoryName) });

const missing = (code: string, what: string, name: string, registryId: string) =>
  new AwsError(
    code,
    `${what} does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
  );

function policyView(repository: Repository, input: { registryId?: string }, context: CallContext) {
  const registryId = registryOf(input, context);
  if (repository.policy === undefined) {
    throw missing("RepositoryPolicyNotFoundException", "Repository policy", repository.name, registryId);
  }
  return {
    registryId,
    repositoryName: repository.name,
    policyText: repository.policy,
  };
}

function lifecycleView(repository: Repository, input: { registryId?: string }, context: CallContext) {
  const registryId = registryOf(input, context);
  if (repository.lifecyclePolicy === undefined) {
    throw missing("LifecyclePolicyNotFoundException", "Lifecycle policy", repository.name, registryId);
  }
  return {
    registryId,
    repositoryName: repository.name,
    lifecyclePolicyText: repository.lifecyclePolicy,
    lastEvaluatedAt: new Date(repository.lifecycleEvaluatedAt ?? repository.createdAt),
  };
}

export const SetRepositoryPolicy = write(
  structure({
    registryId,
    repositoryName: required(repositoryName),
    policyText: required(policyText),
    force: boolean(),
  }),
  (input, context) => {
    const repository = findRepository(input, context);
    checkRepositoryPolicy(input.policyText);
    repository.policy = input.policyText;
    return policyView(repository, input, context);
  },
  repositoryResource,
);

export const GetRepositoryPolicy = read(
  repositoryInput,
  (input, context) => policyView(findRepository(input, context), input, context),
  repositoryResource,
);

export const DeleteRepositoryPolicy = write(
  repositoryInput,
  (input, context) => {
    const repository = findRepository(input, context);
    const deleted = policyView(repository, input, context);
    repository.policy = undefined;
    return deleted;
  },
  repositoryResource,
);

export const PutLifecyclePolicy = write(
  structure({
    registryId,
    repositoryName: required(repositoryName),
    lifecyclePolicyText: required(lifecyclePolicyText),
  }),
  (input, context) => {
    const repository = findRepository(input, context);
    checkLifecyclePolicy(input.lifecyclePolicyText);
    repository.lifecyclePolicy = input.lifecyclePolicyText;
    const { lastEvaluatedAt: _, ...put } = lifecycleView(repository, input, context);
    return put;
  },
  repositoryResource,
);

export const GetLifecyclePolicy = read(
  repositoryInput,
  (input, context) => lifecycleView(findRepository(input, context), input, context),
  repositoryResource,
);

export const DeleteLifecyclePolicy = write(
  repositoryInput,
  (input, context) => {
    const repository = findRepository(input, context);
    const deleted = lifecycleView(repository, input, context);
    repository.lifecyclePolicy = undefined;
    return deleted;
  },
  repositoryResource,
);
