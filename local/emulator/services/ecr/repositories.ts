import type { ECR } from "@aws-sdk/client-ecr";
import { registryHost, repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import type { Repository } from "../../state/model";
import { page } from "../pages";
import { encryptionFrom } from "./encryption";
import { alreadyExists } from "./errors";
import { checkMutability } from "./mutability";
import { findRepository, ownRegistry, registryOf, registryState, repositoryResource } from "./registry";
import { tagsOfRepository } from "./tagging";

export function newRepository(name: string, account: string, region: string, now: number): Repository {
  return {
    repositoryArn: repositoryArn(account, region, name),
    registryId: account,
    repositoryName: name,
    repositoryUri: `${registryHost(account, region)}/${name}`,
    createdAt: now,
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: "AES256" },
    tags: [],
    images: new Map(),
    imageTags: new Map(),
  };
}

export const repositories: OperationsOf<ECR> = {
  CreateRepository: operation((input, context) => {
    const { account, region, cloud } = context;
    const { repositories } = ownRegistry(input, context);
    if (repositories.has(input.repositoryName)) {
      const what = `repository with name '${input.repositoryName}'`;
      throw alreadyExists("RepositoryAlreadyExistsException", what, account);
    }
    const { imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters } = input;
    checkMutability(imageTagMutability, imageTagMutabilityExclusionFilters);
    const repository: Repository = {
      ...newRepository(input.repositoryName, account, region, cloud.clock.now()),
      imageTagMutability,
      imageTagMutabilityExclusionFilters,
      imageScanningConfiguration: { scanOnPush: false, ...input.imageScanningConfiguration },
      encryptionConfiguration: encryptionFrom(input.encryptionConfiguration, context),
      tags: tagsOfRepository(input.tags),
    };
    repositories.set(repository.repositoryName, repository);
    return { repository };
  }, repositoryResource),
  DescribeRepositories: operation((input, context) => {
    const { registryId } = input;
    if (input.repositoryNames) {
      const named = input.repositoryNames.map((repositoryName) =>
        findRepository({ registryId, repositoryName }, context),
      );
      return { repositories: named };
    }
    const all = [...registryState(input, context).repositories.values()];
    const { items, nextToken } = page(all, input.maxResults, input.nextToken);
    return { repositories: items, nextToken };
  }, describedResource),
  DeleteRepository: operation((input, context) => {
    const { repositories } = ownRegistry(input, context);
    const repository = findRepository(input, context);
    if (repository.images.size > 0 && input.force !== true) {
      throw new AwsError(
        "RepositoryNotEmptyException",
        `The repository with name '${input.repositoryName}' in registry with id '${context.account}' cannot be deleted because it still contains images`,
      );
    }
    repositories.delete(input.repositoryName);
    return { repository };
  }, repositoryResource),
  PutImageScanningConfiguration: operation((input, context) => {
    const repository = findRepository(input, context);
    repository.imageScanningConfiguration = { scanOnPush: false, ...input.imageScanningConfiguration };
    return repository;
  }, repositoryResource),
  PutImageTagMutability: operation((input, context) => {
    const repository = findRepository(input, context);
    const { imageTagMutability, imageTagMutabilityExclusionFilters } = input;
    checkMutability(imageTagMutability, imageTagMutabilityExclusionFilters);
    return Object.assign(repository, { imageTagMutability, imageTagMutabilityExclusionFilters });
  }, repositoryResource),
};

/** Another account needs a policy that lets it in: of a repository if it names one, otherwise of the registry. */
function describedResource(input: { registryId?: string; repositoryNames?: string[] }, context: CallContext): string {
  const registry = registryOf(input, context);
  if (registry === context.account) return "*";
  const [name = "*", ...more] = input.repositoryNames ?? [];
  return repositoryArn(registry, context.region, more.length > 0 ? "*" : name);
}
