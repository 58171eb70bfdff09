import { repositoryArn } from "../aws";
import type { Cloud } from "../context";
import { assumeAsService } from "../policy/assume-role";
import { isAllowed } from "../policy/authorize";
import { resourcePolicies } from "../policy/resource-policies";
import { longestPrefix } from "../services/ecr/prefixes";
import { newRepository } from "../services/ecr/repositories";
import type { Repository, RepositoryCreationTemplate } from "../state/model";
import { noRepository } from "./errors";

export interface RepositoryPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** The template for a new cached repository. */
export function templateFor(
  cloud: Cloud,
  { account, region, name }: RepositoryPlace,
): RepositoryCreationTemplate | undefined {
  const { templates } = cloud.store.region(account, region);
  const applied = [...templates.values()].filter(({ appliedFor }) => appliedFor.includes("PULL_THROUGH_CACHE"));
  return longestPrefix(applied, ({ prefix }) => prefix, name);
}

/** Creates the repository of a first pull. If ECR cannot, the puller only sees "not found". */
export function createCachedRepository(cloud: Cloud, place: RepositoryPlace): Repository {
  const template = templateFor(cloud, place);
  const repository = newRepository(place.name, place.account, place.region, cloud.clock.now());
  if (template !== undefined) {
    if (!templateWorks(cloud, place, template)) throw noRepository(place.name, place.account);
    repository.imageTagMutability = template.imageTagMutability;
    repository.imageTagMutabilityExclusionFilters = template.imageTagMutabilityExclusionFilters;
    repository.encryptionConfiguration = template.encryptionConfiguration;
    repository.tags = template.resourceTags;
    repository.policyText = template.repositoryPolicy;
    repository.lifecyclePolicyText = template.lifecyclePolicy;
  }
  cloud.store.region(place.account, place.region).repositories.set(place.name, repository);
  return repository;
}

/** Whether the role that creates the repository may do everything that the template needs. */
function templateWorks(cloud: Cloud, place: RepositoryPlace, template: RepositoryCreationTemplate): boolean {
  const usesKms = template.encryptionConfiguration.encryptionType !== "AES256";
  // ECR's own service-linked role may only create repositories.
  if (template.customRoleArn === undefined) return template.resourceTags.length === 0 && !usesKms;
  const { account, region } = place;
  const role = assumeAsService(cloud, "ecr.amazonaws.com", template.customRoleArn, region);
  if (role === undefined) return false;
  const may = (action: string, resource: string) =>
    isAllowed(cloud, { principal: role, action, resource, account, region }, resourcePolicies(cloud, resource, action));
  const arn = repositoryArn(account, region, place.name);
  const key = template.encryptionConfiguration.kmsKey ?? `arn:aws:kms:${region}:${account}:key/aws-ecr`;
  return (
    may("ecr:CreateRepository", arn) &&
    (template.resourceTags.length === 0 || may("ecr:TagResource", arn)) &&
    (!usesKms || ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"].every((action) => may(action, key)))
  );
}
