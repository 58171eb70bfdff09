import type { Exception, KnownPlace } from "./place";

/*
 * Types of Pulumi's providers that are not Kubernetes kinds. The same image is in the API's own documents, such as the task
 * definition that `aws ecs describe-task-definition` prints.
 */

const OTHER_CREDENTIALS: Exception = {
  property: "repositoryCredentials",
  warning: "its repositoryCredentials would be used for Amazon ECR too; remove them to pull it from the cache",
};
const REGISTRY_CREDENTIAL: Exception = {
  property: "registryCredential",
  warning: "its registryCredential is for another registry; remove it to pull the image from the cache",
};

const ECS = "ECS API reference, ContainerDefinition";
const BATCH = "Batch API reference, RegisterJobDefinition";
const DOCKER = "schemas of Pulumi's docker and docker-build providers";

/** With and without JSON in strings: the classic provider of AWS, and those that follow the API. */
function batch(json: string): string[] {
  const pods = ["podProperties.containers[].image", "podProperties.initContainers[].image"];
  const tasks = "taskProperties[].containers[].image";
  const nodes = ["container.image", `ecsProperties.${tasks}`, ...pods.map((path) => `eksProperties.${path}`)];
  return [
    `containerProperties${json}.image`,
    `ecsProperties${json}.${tasks}`,
    ...pods.map((path) => `eksProperties.${path}`),
    ...nodes.map((path) => `nodeProperties${json}.nodeRangeProperties[].${path}`),
  ];
}

/** The same place under the names of both AWS providers. */
function both(classic: string, native: string, place: Omit<KnownPlace, "kind">): KnownPlace[] {
  return [classic, native].map((kind) => ({ kind, ...place }));
}

/** Services for which AWS documents no pull through a cache. */
const notDocumented = (service: string) => `AWS does not document that ${service} can pull through a cache`;

export const RESOURCE_PLACES: readonly KnownPlace[] = [
  {
    ...{ kind: "aws:ecs/taskDefinition:TaskDefinition", images: ["containerDefinitions(json)[].image"] },
    ...{ unless: OTHER_CREDENTIALS, source: ECS },
  },
  ...["aws:ecs/daemonTaskDefinition:DaemonTaskDefinition", "aws-native:ecs:TaskDefinition"].map((kind) => ({
    ...{ kind, images: ["containerDefinitions[].image"], unless: OTHER_CREDENTIALS, source: ECS },
  })),
  {
    ...{ kind: "aws:ecs/expressGatewayService:ExpressGatewayService", images: ["primaryContainer.image"] },
    ...{ unless: OTHER_CREDENTIALS, source: ECS },
  },
  {
    ...{ kind: "aws:batch/jobDefinition:JobDefinition", images: batch("(json)") },
    ...{ unless: OTHER_CREDENTIALS, source: BATCH },
  },
  {
    ...{ kind: "aws-native:batch:JobDefinition", images: batch("") },
    ...{ unless: OTHER_CREDENTIALS, source: BATCH },
  },
  ...both("aws:apprunner/service:Service", "aws-native:apprunner:Service", {
    images: ["sourceConfiguration.imageRepository.imageIdentifier"],
    source: "App Runner API reference, ImageRepository",
  }),
  ...both("aws:codebuild/project:Project", "aws-native:codebuild:Project", {
    images: ["environment.image"],
    unless: REGISTRY_CREDENTIAL,
    source: "CodeBuild API reference, ProjectEnvironment",
  }),
  ...both("aws:lambda/function:Function", "aws-native:lambda:Function", {
    images: ["imageUri", "code.imageUri"],
    source: "Amazon ECR User Guide, pull through cache",
    stays: "AWS Lambda cannot pull through a cache; push the image to a repository of your own",
  }),
  ...both("aws:sagemaker/model:Model", "aws-native:sagemaker:Model", {
    images: ["primaryContainer.image", "containers[].image", "inferenceSpecification.containers[].image"],
    source: "SageMaker API reference, ContainerDefinition",
    stays: notDocumented("SageMaker"),
  }),
  ...both("aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime", "aws-native:bedrockagentcore:Runtime", {
    images: ["agentRuntimeArtifact.containerConfiguration.containerUri"],
    source: "Bedrock AgentCore API reference, ContainerConfiguration",
    stays: notDocumented("AgentCore"),
  }),
  ...both(
    "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
    "aws-native:lightsail:Container",
    {
      images: ["containers[].image", "containerServiceDeployment.containers[].image"],
      source: "Lightsail API reference, Container",
      stays: notDocumented("Lightsail"),
    },
  ),
  ...both("aws:imagebuilder/containerRecipe:ContainerRecipe", "aws-native:imagebuilder:ContainerRecipe", {
    images: ["parentImage"],
    source: "EC2 Image Builder API reference, CreateContainerRecipe",
    stays: notDocumented("EC2 Image Builder"),
  }),
  {
    kind: "aws-native:omics:Workflow",
    images: ["containerRegistryMap.imageMappings[].sourceImage"],
    source: "HealthOmics API reference, ImageMapping",
    stays: "HealthOmics maps images to caches itself, with containerRegistryMap.registryMappings",
  },
  // With a build, this is the name of the result.
  { kind: "docker:index/remoteImage:RemoteImage", images: ["name"], unless: { property: "build" }, source: DOCKER },
  { kind: "docker:index/container:Container", images: ["image"], source: DOCKER },
  { kind: "docker:index/service:Service", images: ["taskSpec.containerSpec.image"], source: DOCKER },
  { kind: "docker:index/image:Image", images: ["build.args(build)"], source: DOCKER },
  {
    kind: "docker-build:index:Image",
    images: ["buildArgs(build)", "context.named[].location(docker-image)"],
    source: DOCKER,
  },
];

/** Documents that say what they are by their fields, with the field that says it. */
export const DOCUMENT_PLACES: readonly (KnownPlace & { readonly field: string })[] = [
  {
    ...{ kind: "ECS task definition", field: "containerDefinitions", images: ["containerDefinitions[].image"] },
    ...{ unless: OTHER_CREDENTIALS, source: ECS },
  },
  {
    ...{
      kind: "ECS task definition",
      field: "taskDefinition",
      images: ["taskDefinition.containerDefinitions[].image"],
    },
    ...{ unless: OTHER_CREDENTIALS, source: ECS },
  },
  { kind: "Compose file", field: "services", images: ["services[].image"], source: "Compose specification" },
];
