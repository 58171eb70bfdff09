import { repositoryArn } from "../aws";
import type { Cloud } from "../context";
import { assumeAsService } from "../policy/assume-role";
import { isAllowedOn } from "../policy/resource-policies";
import { longestPrefix } from "../services/ecr/prefixes";
import { newRepository } from "../services/ecr/repositories";
import type { Repository, RepositoryCreationTemplate } from "../state/model";
import { noRepository } from "./errors";

interface Place {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** Creates the repository of a first pull, from its template. If ECR cannot, the puller only sees "not found". */
export function createCachedRepository(cloud: Cloud, place: Place): Repository {
  const { account, region, name } = place;
  const { templates, repositories } = cloud.store.region(account, region);
  const applied = [...templates.values()].filter(({ appliedFor }) => appliedFor.includes("PULL_THROUGH_CACHE"));
  const template = longestPrefix(applied, ({ prefix }) => prefix, name);
  const repository = newRepository(name, account, region, cloud.clock.now());
  if (template !== undefined) {
    if (!templateWorks(cloud, place, template)) throw noRepository(name, account);
    repository.imageTagMutability = template.imageTagMutability;
    repository.imageTagMutabilityExclusionFilters = template.imageTagMutabilityExclusionFilters;
    repository.encryptionConfiguration = template.encryptionConfiguration;
    repository.tags = template.resourceTags;
    repository.policyText = template.repositoryPolicy;
    repository.lifecyclePolicyText = template.lifecyclePolicy;
  }
  repositories.set(name, repository);
  return repository;
}

/** Whether the role that creates the repository may do everything that the template needs. */
function templateWorks(cloud: Cloud, place: Place, template: RepositoryCreationTemplate): boolean {
  const usesKms = template.encryptionConfiguration.encryptionType !== "AES256";
  // ECR's own service-linked role may only create repositories.
  if (template.customRoleArn === undefined) return template.resourceTags.length === 0 && !usesKms;
  const { account, region } = place;
  const principal = assumeAsService(cloud, "ecr.amazonaws.com", template.customRoleArn, region);
  if (principal === undefined) return false;
  const may = (action: string, resource: string) =>
    isAllowedOn(cloud, { principal, action, resource, account, region });
  const arn = repositoryArn(account, region, place.name);
  const key = template.encryptionConfiguration.kmsKey ?? `arn:aws:kms:${region}:${account}:key/aws-ecr`;
  return (
    may("ecr:CreateRepository", arn) &&
    (template.resourceTags.length === 0 || may("ecr:TagResource", arn)) &&
    (!usesKms || ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"].every((action) => may(action, key)))
  );
}
