import { registryHost, repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import type { Repository } from "../../state/model";
import { invalidEcrToken, page } from "../../validation/pages";
import { boolean, list, required, string, structure } from "../../validation/shape";
import { encryptionFrom } from "./encryption";
import { checkMutability } from "./mutability";
import { findRepository, ownRegistry, registryOf, registryState, repositoryResource } from "./registry";
import {
  encryptionType,
  exclusionFilters,
  imageTagMutability,
  maxResults,
  nextToken,
  registryId,
  repositoryName,
  scanningConfiguration,
  tags,
} from "./shapes";
import { repositoryTags } from "./tagging";

function view(repository: Repository, registry: string, region: string) {
  return {
    repositoryArn: repositoryArn(registry, region, repository.name),
    registryId: registry,
    repositoryName: repository.name,
    repositoryUri: `${registryHost(registry, region)}/${repository.name}`,
    createdAt: new Date(repository.createdAt),
    imageTagMutability: repository.imageTagMutability,
    imageTagMutabilityExclusionFilters:
      repository.exclusionFilters.length > 0 ? repository.exclusionFilters : undefined,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}

export function newRepository(name: string, now: number): Repository {
  return {
    name,
    createdAt: now,
    imageTagMutability: "MUTABLE",
    exclusionFilters: [],
    scanOnPush: false,
    encryption: { encryptionType: "AES256" },
    tags: new Map(),
    images: new Map(),
    imageTags: new Map(),
  };
}

export const CreateRepository = write(
  structure({
    registryId,
    repositoryName: required(repositoryName),
    tags,
    imageTagMutability,
    imageTagMutabilityExclusionFilters: exclusionFilters,
    imageScanningConfiguration: scanningConfiguration,
    encryptionConfiguration: structure({
      encryptionType: required(encryptionType),
      kmsKey: string({ min: 1, max: 2048 }),
    }),
  }),
  (input, context) => {
    const { repositories } = ownRegistry(input, context);
    if (repositories.has(input.repositoryName)) {
      throw new AwsError(
        "RepositoryAlreadyExistsException",
        `The repository with name '${input.repositoryName}' already exists in the registry with id '${context.account}'`,
      );
    }
    const mutability = input.imageTagMutability ?? "MUTABLE";
    checkMutability(mutability, input.imageTagMutabilityExclusionFilters);
    const repository: Repository = {
      ...newRepository(input.repositoryName, context.cloud.clock.now()),
      imageTagMutability: mutability,
      exclusionFilters: input.imageTagMutabilityExclusionFilters ?? [],
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      encryption: encryptionFrom(input.encryptionConfiguration, context),
      tags: repositoryTags(input.tags),
    };
    repositories.set(repository.name, repository);
    return { repository: view(repository, context.account, context.region) };
  },
  repositoryResource,
);

export const DescribeRepositories = read(
  structure({ registryId, repositoryNames: list(repositoryName, { min: 1, max: 100 }), nextToken, maxResults }),
  (input, context) => {
    const registry = registryOf(input, context);
    const describe = (repository: Repository) => view(repository, registry, context.region);
    if (input.repositoryNames) {
      const named = input.repositoryNames.map((repositoryName) =>
        findRepository({ registryId: registry, repositoryName }, context),
      );
      return { repositories: named.map(describe) };
    }
    const all = [...registryState(input, context).repositories.values()];
    const { items, nextToken } = page(all, input.maxResults ?? 100, input.nextToken, invalidEcrToken());
    return { repositories: items.map(describe), nextToken };
  },
  describedResource,
);

/** Another account needs a policy that lets it in: of a repository if it names one, otherwise of the registry. */
function describedResource(input: { registryId?: string; repositoryNames?: string[] }, context: CallContext): string {
  const registry = registryOf(input, context);
  if (registry === context.account) return "*";
  const [name = "*", ...more] = input.repositoryNames ?? [];
  return repositoryArn(registry, context.region, more.length > 0 ? "*" : name);
}

export const DeleteRepository = write(
  structure({ registryId, repositoryName: required(repositoryName), force: boolean() }),
  (input, context) => {
    const { repositories } = ownRegistry(input, context);
    const repository = findRepository(input, context);
    if (repository.images.size > 0 && input.force !== true) {
      throw new AwsError(
        "RepositoryNotEmptyException",
        `The repository with name '${repository.name}' in registry with id '${context.account}' cannot be deleted because it still contains images`,
      );
    }
    repositories.delete(repository.name);
    return { repository: view(repository, context.account, context.region) };
  },
  repositoryResource,
);

const answer = (repository: Repository, input: { registryId?: string }, context: CallContext) => ({
  registryId: registryOf(input, context),
  repositoryName: repository.name,
});

export const PutImageScanningConfiguration = write(
  structure({
    registryId,
    repositoryName: required(repositoryName),
    imageScanningConfiguration: required(scanningConfiguration),
  }),
  (input, context) => {
    const repository = findRepository(input, context);
    repository.scanOnPush = input.imageScanningConfiguration.scanOnPush ?? false;
    return { ...answer(repository, input, context), imageScanningConfiguration: { scanOnPush: repository.scanOnPush } };
  },
  repositoryResource,
);

export const PutImageTagMutability = write(
  structure({
    registryId,
    repositoryName: required(repositoryName),
    imageTagMutability: required(imageTagMutability),
    imageTagMutabilityExclusionFilters: exclusionFilters,
  }),
  (input, context) => {
    const repository = findRepository(input, context);
    checkMutability(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
    repository.imageTagMutability = input.imageTagMutability;
    repository.exclusionFilters = input.imageTagMutabilityExclusionFilters ?? [];
    return {
      ...answer(repository, input, context),
      imageTagMutability: repository.imageTagMutability,
      imageTagMutabilityExclusionFilters: input.imageTagMutabilityExclusionFilters,
    };
  },
  repositoryResource,
);
