import { type Places, same } from "./place";

const repositoryCredentials = { credentials: "repositoryCredentials" };

/** With and without JSON in texts: the classic provider of AWS, and the one that follows the API. */
function batch(json: string): string[] {
  const pods = ["podProperties.containers[].image", "podProperties.initContainers[].image"].map(
    (path) => `eksProperties.${path}`,
  );
  const tasks = "taskProperties[].containers[].image";
  return [
    `containerProperties${json}.image`,
    `ecsProperties${json}.${tasks}`,
    ...pods,
    ...["container.image", `ecsProperties.${tasks}`, ...pods].map(
      (path) => `nodeProperties${json}.nodeRangeProperties[].${path}`,
    ),
  ];
}

/** Resource types of other providers. Sources: AWS's API references, the schemas of Pulumi's docker providers. */
export const resourcePlaces: Places = {
  "aws:ecs/taskDefinition:TaskDefinition": {
    images: ["containerDefinitions(json)[].image"],
    ...repositoryCredentials,
  },
  ...same(
    ["aws:ecs/daemonTaskDefinition:DaemonTaskDefinition", "aws-native:ecs:TaskDefinition"],
    ["containerDefinitions[].image"],
    repositoryCredentials,
  ),
  "aws:ecs/expressGatewayService:ExpressGatewayService": {
    images: ["primaryContainer.image"],
    ...repositoryCredentials,
  },
  "aws:batch/jobDefinition:JobDefinition": { images: batch("(json)"), ...repositoryCredentials },
  "aws-native:batch:JobDefinition": { images: batch(""), ...repositoryCredentials },
  ...same(
    ["aws:apprunner/service:Service", "aws-native:apprunner:Service"],
    ["sourceConfiguration.imageRepository.imageIdentifier"],
  ),
  ...same(["aws:codebuild/project:Project", "aws-native:codebuild:Project"], ["environment.image"], {
    credentials: "registryCredential",
  }),
  ...same(["aws:lambda/function:Function", "aws-native:lambda:Function"], ["imageUri", "code.imageUri"], {
    stays: true,
  }),
  ...same(
    ["aws:sagemaker/model:Model", "aws-native:sagemaker:Model"],
    ["primaryContainer.image", "containers[].image", "inferenceSpecification.containers[].image"],
    { stays: true },
  ),
  ...same(
    ["aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime", "aws-native:bedrockagentcore:Runtime"],
    ["agentRuntimeArtifact.containerConfiguration.containerUri"],
    { stays: true },
  ),
  ...same(
    [
      "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
      "aws-native:lightsail:Container",
    ],
    ["containers[].image", "containerServiceDeployment.containers[].image"],
    { stays: true },
  ),
  ...same(
    ["aws:imagebuilder/containerRecipe:ContainerRecipe", "aws-native:imagebuilder:ContainerRecipe"],
    ["parentImage"],
    { stays: true },
  ),
  ...same(["aws-native:omics:Workflow"], ["containerRegistryMap.imageMappings[].sourceImage"], { stays: true }),
  "docker:index/remoteImage:RemoteImage": { images: ["name"], unless: "build" },
  "docker:index/container:Container": { images: ["image"] },
  "docker:index/service:Service": { images: ["taskSpec.containerSpec.image"] },
  "docker-build:index:Image": { images: ["context.named[].location(docker-image)"] },
};
