import type { ECR } from "@aws-sdk/client-ecr";
import { registryHost, repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import type { Repository } from "../../state/model";
import { page } from "../pages";
import {
  alreadyExists,
  findRepository,
  onRepository,
  ownRegistry,
  registryOf,
  registryState,
  repositoryResource,
} from "./registry";
import { checkMutability, encryptionFrom } from "./repository-settings";
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
    const { registryId, repositoryNames, maxResults } = input;
    if (repositoryNames) {
      const named = repositoryNames.map((repositoryName) => findRepository({ registryId, repositoryName }, context));
      return { repositories: named };
    }
    const all = [...registryState(input, context).repositories.values()];
    const { items, nextToken } = page(all, maxResults, input.nextToken);
    return { repositories: items, nextToken };
  }, describedResource),
  DeleteRepository: onRepository((repository, { repositoryName, registryId, force }, context) => {
    const { repositories } = ownRegistry({ registryId }, context);
    if (repository.images.size > 0 && force !== true) {
      const message = `The repository with name '${repositoryName}' cannot be deleted because it still contains images`;
      throw new AwsError("RepositoryNotEmptyException", message);
    }
    repositories.delete(repositoryName);
    return { repository };
  }),
  PutImageScanningConfiguration: onRepository((repository, { imageScanningConfiguration }) => {
    repository.imageScanningConfiguration = { scanOnPush: false, ...imageScanningConfiguration };
    return repository;
  }),
  PutImageTagMutability: onRepository((repository, input) => {
    const { imageTagMutability, imageTagMutabilityExclusionFilters } = input;
    checkMutability(imageTagMutability, imageTagMutabilityExclusionFilters);
    return Object.assign(repository, { imageTagMutability, imageTagMutabilityExclusionFilters });
  }),
};

/** Another account needs a policy that lets it in: of a repository if it names one, otherwise of the registry. */
function describedResource(input: { registryId?: string; repositoryNames?: string[] }, context: CallContext): string {
  const registry = registryOf(input, context);
  if (registry === context.account) return "*";
  const [name = "*", ...more] = input.repositoryNames ?? [];
  return repositoryArn(registry, context.region, more.length > 0 ? "*" : name);
}
