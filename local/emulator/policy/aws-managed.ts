/** Managed policies of AWS that pullers of images use, as AWS publishes them in its managed policy reference. */
const PULL_ONLY = [
  "ecr:GetAuthorizationToken",
  "ecr:BatchGetImage",
  "ecr:GetDownloadUrlForLayer",
  "ecr:BatchImportUpstreamImage",
];

const READ_ONLY = [
  "ecr:GetAuthorizationToken",
  "ecr:BatchCheckLayerAvailability",
  "ecr:GetDownloadUrlForLayer",
  "ecr:GetRepositoryPolicy",
  "ecr:DescribeRepositories",
  "ecr:ListImages",
  "ecr:DescribeImages",
  "ecr:BatchGetImage",
  "ecr:GetLifecyclePolicy",
  "ecr:GetLifecyclePolicyPreview",
  "ecr:ListTagsForResource",
  "ecr:DescribeImageScanFindings",
];

const ECS_TASK_EXECUTION = [
  "ecr:GetAuthorizationToken",
  "ecr:BatchCheckLayerAvailability",
  "ecr:GetDownloadUrlForLayer",
  "ecr:BatchGetImage",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
];

const ACTIONS_BY_ARN: Readonly<Record<string, readonly string[]>> = {
  "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly": PULL_ONLY,
  "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly": READ_ONLY,
  "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy": ECS_TASK_EXECUTION,
  "arn:aws:iam::aws:policy/AdministratorAccess": ["*"],
};

export function managedPolicyDocument(arn: string): string | undefined {
  const actions = Object.hasOwn(ACTIONS_BY_ARN, arn) ? ACTIONS_BY_ARN[arn] : undefined;
  if (actions === undefined) return undefined;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
  });
}
