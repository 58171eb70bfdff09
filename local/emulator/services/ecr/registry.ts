import { repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
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

/** The repository that an ARN in a tagging call names. */
export function repositoryByArn({ resourceArn }: { resourceArn: string }, context: CallContext): Repository {
  const prefix = repositoryArn(context.account, context.region, "");
  if (!resourceArn.startsWith(prefix)) {
    throw invalidParameter(`Invalid parameter at 'resourceArn': ${resourceArn} is no repository here`);
  }
  return findRepository({ repositoryName: resourceArn.slice(prefix.length) }, context);
}
