import { own } from "../../kit/values";

const pull = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const push = ["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"];

/** What AWS's own policies allow of ECR, on every repository. Source: AWS managed policy reference. */
const actions: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ["ecr:*"],
  PowerUserAccess: ["ecr:*"],
  AmazonEC2ContainerRegistryFullAccess: ["ecr:*"],
  AmazonEC2ContainerRegistryPowerUser: [...pull, ...push],
  AmazonEC2ContainerRegistryPullOnly: [...pull, "ecr:BatchImportUpstreamImage"],
  AmazonEC2ContainerRegistryReadOnly: pull,
  AmazonEC2ContainerServiceforEC2Role: pull,
  AmazonECSTaskExecutionRolePolicy: pull,
  AmazonEKSFargatePodExecutionRolePolicy: pull,
  AmazonEBSCSIDriverPolicy: [],
  AmazonEKS_CNI_Policy: [],
  AmazonEKSWorkerNodeMinimalPolicy: [],
  AmazonEKSWorkerNodePolicy: [],
  AmazonS3FullAccess: [],
  AmazonS3ReadOnlyAccess: [],
  AmazonSSMManagedInstanceCore: [],
  AmazonSSMReadOnlyAccess: [],
  AWSXRayDaemonWriteAccess: [],
  CloudWatchAgentServerPolicy: [],
  CloudWatchLogsFullAccess: [],
  SecretsManagerReadWrite: [],
};

/** The ECR part of AWS's policy with this ARN. `undefined` if it is not known. */
export function managedPolicy(arn: string): string | undefined {
  const name = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  const allowed = name === undefined ? undefined : own(actions, name);
  return (
    allowed && JSON.stringify({ Statement: allowed.map((Action) => ({ Effect: "Allow", Action, Resource: "*" })) })
  );
}
