import type { Operations } from "../../operation";
import * as authorization from "./authorization";
import * as images from "./images";
import * as lifecyclePreview from "./lifecycle/preview";
import * as registryPolicy from "./registry-policy";
import * as repositories from "./repositories";
import * as repositoryPolicies from "./repository-policies";
import * as rules from "./rules";
import * as scanning from "./scanning";
import * as tagging from "./tagging";
import * as templates from "./templates";

/** The operations of Amazon ECR that the emulator knows, by AWS's names. */
export const ecrOperations: Operations = {
  CreatePullThroughCacheRule: rules.CreatePullThroughCacheRule,
  DescribePullThroughCacheRules: rules.DescribePullThroughCacheRules,
  UpdatePullThroughCacheRule: rules.UpdatePullThroughCacheRule,
  DeletePullThroughCacheRule: rules.DeletePullThroughCacheRule,
  ValidatePullThroughCacheRule: rules.ValidatePullThroughCacheRule,
  CreateRepositoryCreationTemplate: templates.CreateRepositoryCreationTemplate,
  DescribeRepositoryCreationTemplates: templates.DescribeRepositoryCreationTemplates,
  UpdateRepositoryCreationTemplate: templates.UpdateRepositoryCreationTemplate,
  DeleteRepositoryCreationTemplate: templates.DeleteRepositoryCreationTemplate,
  PutRegistryScanningConfiguration: scanning.PutRegistryScanningConfiguration,
  GetRegistryScanningConfiguration: scanning.GetRegistryScanningConfiguration,
  BatchGetRepositoryScanningConfiguration: scanning.BatchGetRepositoryScanningConfiguration,
  PutRegistryPolicy: registryPolicy.PutRegistryPolicy,
  GetRegistryPolicy: registryPolicy.GetRegistryPolicy,
  DeleteRegistryPolicy: registryPolicy.DeleteRegistryPolicy,
  DescribeRegistry: registryPolicy.DescribeRegistry,
  CreateRepository: repositories.CreateRepository,
  DescribeRepositories: repositories.DescribeRepositories,
  DeleteRepository: repositories.DeleteRepository,
  PutImageScanningConfiguration: repositories.PutImageScanningConfiguration,
  PutImageTagMutability: repositories.PutImageTagMutability,
  SetRepositoryPolicy: repositoryPolicies.SetRepositoryPolicy,
  GetRepositoryPolicy: repositoryPolicies.GetRepositoryPolicy,
  DeleteRepositoryPolicy: repositoryPolicies.DeleteRepositoryPolicy,
  PutLifecyclePolicy: repositoryPolicies.PutLifecyclePolicy,
  GetLifecyclePolicy: repositoryPolicies.GetLifecyclePolicy,
  DeleteLifecyclePolicy: repositoryPolicies.DeleteLifecyclePolicy,
  StartLifecyclePolicyPreview: lifecyclePreview.StartLifecyclePolicyPreview,
  GetLifecyclePolicyPreview: lifecyclePreview.GetLifecyclePolicyPreview,
  ListImages: images.ListImages,
  DescribeImages: images.DescribeImages,
  BatchGetImage: images.BatchGetImage,
  BatchDeleteImage: images.BatchDeleteImage,
  ListTagsForResource: tagging.ListTagsForResource,
  TagResource: tagging.TagResource,
  UntagResource: tagging.UntagResource,
  GetAuthorizationToken: authorization.GetAuthorizationToken,
};
