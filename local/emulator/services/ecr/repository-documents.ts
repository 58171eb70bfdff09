import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import type { Repository } from "../../state/model";
import { documentNotFound } from "./errors";
import { checkLifecyclePolicy } from "./lifecycle/document";
import { checkRepositoryPolicy } from "./policies";
import { findRepository, registryOf, repositoryResource } from "./registry";

interface RepositoryInput {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/** The two documents of a repository: who may use it, and when its images expire. */
const MISSING = {
  policyText: ["RepositoryPolicyNotFoundException", "Repository policy"],
  lifecyclePolicyText: ["LifecyclePolicyNotFoundException", "Lifecycle policy"],
} as const;

function withDocument(input: RepositoryInput, member: keyof typeof MISSING, context: CallContext): Repository {
  const repository = findRepository(input, context);
  if (repository[member] !== undefined) return repository;
  const [code, what] = MISSING[member];
  throw documentNotFound(code, what, input.repositoryName, registryOf(input, context));
}

/** The answer before the document is gone. */
function removed(input: RepositoryInput, member: keyof typeof MISSING, context: CallContext): object {
  const repository = withDocument(input, member, context);
  const answer = { ...repository };
  repository[member] = undefined;
  return answer;
}

const evaluated = (repository: Repository | object) => ({
  lastEvaluatedAt: (repository as Repository).createdAt,
  ...repository,
});

export const repositoryDocuments: OperationsOf<ECR> = {
  SetRepositoryPolicy: operation((input, context) => {
    const repository = findRepository(input, context);
    checkRepositoryPolicy(input.policyText);
    repository.policyText = input.policyText;
    return repository;
  }, repositoryResource),
  GetRepositoryPolicy: operation((input, context) => withDocument(input, "policyText", context), repositoryResource),
  DeleteRepositoryPolicy: operation((input, context) => removed(input, "policyText", context), repositoryResource),
  PutLifecyclePolicy: operation((input, context) => {
    const repository = findRepository(input, context);
    checkLifecyclePolicy(input.lifecyclePolicyText);
    repository.lifecyclePolicyText = input.lifecyclePolicyText;
    return repository;
  }, repositoryResource),
  GetLifecyclePolicy: operation(
    (input, context) => evaluated(withDocument(input, "lifecyclePolicyText", context)),
    repositoryResource,
  ),
  DeleteLifecyclePolicy: operation(
    (input, context) => evaluated(removed(input, "lifecyclePolicyText", context)),
    repositoryResource,
  ),
};
