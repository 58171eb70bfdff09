import { repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import type { RegionState, Repository } from "../../state/model";
import { invalidParameter, repositoryNotFound } from "./errors";

interface RegistryInput {
  registryId?: string;
}
interface RepositoryInput extends RegistryInput {
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
  if (repository === undefined) throw repositoryNotFound(input.repositoryName, registryOf(input, context));
  return repository;
}

/** The resource that IAM checks for an operation on one repository. */
export function repositoryResource(input: RepositoryInput, context: CallContext): string {
  return repositoryArn(registryOf(input, context), context.region, input.repositoryName);
}

export function registryArnResource(input: { resourceArn: string }): string {
  return input.resourceArn;
}

/** The repository that an ARN in a tagging call names. */
export function repositoryByArn(arn: string, context: CallContext): Repository {
  const prefix = repositoryArn(context.account, context.region, "");
  if (!arn.startsWith(prefix)) {
    throw new AwsError("InvalidParameterException", `Invalid parameter at 'resourceArn': ${arn} is no repository here`);
  }
  return findRepository({ repositoryName: arn.slice(prefix.length) }, context);
}
