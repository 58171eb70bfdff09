import { repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError, found, type Refusal } from "../../errors";
import { operationsOn } from "../../operation";
import type { RegionState, Repository } from "../../state/model";

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);

/** ECR reports only the first invalid member. */
export const refuse: Refusal = ([first]) =>
  invalidParameter(`Invalid parameter at '${first?.at}' failed to satisfy constraint: '${first?.constraint}'`);

export const validation = (message: string) => new AwsError("ValidationException", message);

export const invalidPolicy = (what: string) => (reason: string) =>
  invalidParameter(
    `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid ${what} policy provided: ${reason}'`,
  );

export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message);

/** For a thing of the registry. */
export const alreadyExists = (code: string, what: string, registryId: string) =>
  new AwsError(code, `The ${what} already exists in the registry with id '${registryId}'`);

export const notFound = (code: string, what: string, registryId: string) =>
  new AwsError(code, `The ${what} does not exist in the registry with id '${registryId}'`);

export const repositoryNotFound = (name: string, registryId: string) =>
  notFound("RepositoryNotFoundException", `repository with name '${name}'`, registryId);

interface RegistryInput {
  registryId?: string;
}
export interface RepositoryInput extends RegistryInput {
  repositoryName: string;
}

/** The registry of a call: the caller's, or the one in `registryId`. */
export function registryOf(input: RegistryInput, context: CallContext): string {
  return input.registryId ?? context.account;
}

/** The settings of a registry belong to its account, so another account's registry id is refused. */
export function ownRegistry(input: RegistryInput, context: CallContext): RegionState {
  if (registryOf(input, context) !== context.account) {
    throw invalidParameter(`Invalid parameter at 'registryId': ${input.registryId} is not the registry of the caller`);
  }
  return context.cloud.store.region(context.account, context.region);
}

export function registryState(input: RegistryInput, context: CallContext): RegionState {
  return context.cloud.store.region(registryOf(input, context), context.region);
}

export function findRepository(input: RepositoryInput, context: CallContext): Repository {
  const repository = registryState(input, context).repositories.get(input.repositoryName);
  return found(repository, () => repositoryNotFound(input.repositoryName, registryOf(input, context)));
}

/** The resource that IAM checks for an operation on one repository. */
export function repositoryResource(input: RepositoryInput, context: CallContext): string {
  return repositoryArn(registryOf(input, context), context.region, input.repositoryName);
}

export const onRepository = operationsOn(findRepository, repositoryResource);

/** Settings of the caller's registry. */
export const onOwnRegistry = operationsOn((input: RegistryInput | object, context) => ownRegistry(input, context));
