import { hasImages } from "./images/places/read";

/** Pulumi's type tokens of the resources that the policies check, so that @pulumi/aws need not be loaded. */
export const pullThroughCache = "pull-through-cache:index:PullThroughCache";
export const pullThroughCacheRule = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
export const creationTemplate = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
export const scanningConfiguration = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
export const registryPolicy = "aws:ecr/registryPolicy:RegistryPolicy";
export const repository = "aws:ecr/repository:Repository";
export const repositoryPolicy = "aws:ecr/repositoryPolicy:RepositoryPolicy";
export const replicationConfiguration = "aws:ecr/replicationConfiguration:ReplicationConfiguration";
export const lifecyclePolicy = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
export const secret = "aws:secretsmanager/secret:Secret";
export const secretVersion = "aws:secretsmanager/secretVersion:SecretVersion";
export const secretPolicy = "aws:secretsmanager/secretPolicy:SecretPolicy";
export const kmsKeys: readonly string[] = ["aws:kms/key:Key", "aws:kms/alias:Alias", "aws:kms/replicaKey:ReplicaKey"];
export const iamRole = "aws:iam/role:Role";
export const iamPolicy = "aws:iam/policy:Policy";
export const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
export const policyAttachment = "aws:iam/policyAttachment:PolicyAttachment";
export const rolePolicyAttachmentsExclusive = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive";
export const rolePolicyAttachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
export const iamPolicies: readonly string[] = [
  iamPolicy,
  rolePolicy,
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
export const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
export const fargateProfile = "aws:eks/fargateProfile:FargateProfile";
export const accessEntry = "aws:eks/accessEntry:AccessEntry";
export const codeBuildProject = "aws:codebuild/project:Project";
export const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
export const batchJobDefinition = "aws:batch/jobDefinition:JobDefinition";
export const lambdaFunction = "aws:lambda/function:Function";

const judged = new Set([
  pullThroughCache,
  pullThroughCacheRule,
  creationTemplate,
  scanningConfiguration,
  registryPolicy,
  repository,
  repositoryPolicy,
  lifecyclePolicy,
  replicationConfiguration,
  secret,
  secretVersion,
  secretPolicy,
  ...kmsKeys,
  iamRole,
  rolePolicyAttachment,
  rolePolicyAttachmentsExclusive,
  policyAttachment,
  ...iamPolicies,
  nodeGroup,
  fargateProfile,
  accessEntry,
]);

/** Whether any policy looks at resources of the type. */
export function isJudged(type: string): boolean {
  return judged.has(type) || hasImages(type);
}
