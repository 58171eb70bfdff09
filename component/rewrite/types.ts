import {
  BUILD_ARGUMENT,
  DOCKER_IMAGE_URL,
  EACH,
  type Exception,
  JSON_TEXT,
  type ObjectPlace,
  type Path,
  places,
} from "./places";

/*
 * Which resource types have container images, and where. Sources: Kubernetes API reference (PodSpec); AWS API
 * references of ECS (ContainerDefinition), Batch (RegisterJobDefinition) and App Runner; schemas of Pulumi's docker and
 * docker-build providers.
 */

/** Where the inputs of a type hold images, or `undefined` if none of them can be cached. */
export function placesOf(type: string): ObjectPlace | undefined {
  return TYPES.get(type) ?? (type.startsWith(KUBERNETES) ? kubernetesPlaces(type) : undefined);
}

const KUBERNETES = "kubernetes:";
const KUBERNETES_GROUPS = new Set(["core", "apps", "batch", "extensions"]);

const POD_IMAGES: readonly Path[] = [
  ["containers", EACH, "image"],
  ["initContainers", EACH, "image"],
  ["ephemeralContainers", EACH, "image"],
  ["volumes", EACH, "image", "reference"],
];

const POD_SPECS: Record<string, Path> = {
  Pod: ["spec"],
  PodTemplate: ["template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
  ...Object.fromEntries(
    ["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job"].map((kind) => [
      kind,
      ["spec", "template", "spec"],
    ]),
  ),
};

const KUBERNETES_KINDS = new Map<string, ObjectPlace>(
  Object.entries(POD_SPECS).flatMap(([kind, path]): [string, ObjectPlace][] => {
    const images = places(...POD_IMAGES.map((image) => [...path, ...image]));
    const items = places(...POD_IMAGES.map((image) => ["items", EACH, ...path, ...image]));
    return [
      [kind, images],
      [`${kind}Patch`, images],
      [`${kind}List`, items],
    ];
  }),
);

/**
 * Tokens are `kubernetes:<group>/<version>:<kind>`. Any version matches. Other groups have kinds with the same names.
 */
function kubernetesPlaces(type: string): ObjectPlace | undefined {
  const kind = KUBERNETES_KINDS.get(type.slice(type.lastIndexOf(":") + 1));
  const group = type.slice(KUBERNETES.length, type.indexOf("/", KUBERNETES.length));
  return kind && KUBERNETES_GROUPS.has(group) ? kind : undefined;
}

const OTHER_CREDENTIALS: Exception = {
  property: "repositoryCredentials",
  warning: "its repositoryCredentials would be used for Amazon ECR too; remove them to pull it from the cache",
};
const ECS_CONTAINERS: Path = [EACH, "image", OTHER_CREDENTIALS];
const BATCH_TASKS: Path = ["taskProperties", EACH, "containers", ...ECS_CONTAINERS];
const BATCH_CONTAINER: Path = ["image", OTHER_CREDENTIALS];
const BATCH_PODS: readonly Path[] = [
  ["podProperties", "containers", EACH, "image"],
  ["podProperties", "initContainers", EACH, "image"],
];
const BATCH_NODES: readonly Path[] = [
  ["container", ...BATCH_CONTAINER],
  ["ecsProperties", ...BATCH_TASKS],
  ...BATCH_PODS.map((path): Path => ["eksProperties", ...path]),
].map((path): Path => ["nodeRangeProperties", EACH, ...path]);

const APP_RUNNER_IMAGE: Path = ["sourceConfiguration", "imageRepository", "imageIdentifier"];

const TYPES = new Map<string, ObjectPlace>([
  ["aws:ecs/taskDefinition:TaskDefinition", places(["containerDefinitions", JSON_TEXT, ...ECS_CONTAINERS])],
  ["aws:ecs/daemonTaskDefinition:DaemonTaskDefinition", places(["containerDefinitions", ...ECS_CONTAINERS])],
  ["aws:ecs/expressGatewayService:ExpressGatewayService", places(["primaryContainer", "image", OTHER_CREDENTIALS])],
  ["aws-native:ecs:TaskDefinition", places(["containerDefinitions", ...ECS_CONTAINERS])],
  [
    "aws:batch/jobDefinition:JobDefinition",
    places(
      ["containerProperties", JSON_TEXT, ...BATCH_CONTAINER],
      ["ecsProperties", JSON_TEXT, ...BATCH_TASKS],
      ...BATCH_PODS.map((path): Path => ["eksProperties", ...path]),
      ...BATCH_NODES.map((path): Path => ["nodeProperties", JSON_TEXT, ...path]),
    ),
  ],
  [
    "aws-native:batch:JobDefinition",
    places(
      ["containerProperties", ...BATCH_CONTAINER],
      ["ecsProperties", ...BATCH_TASKS],
      ...BATCH_PODS.map((path): Path => ["eksProperties", ...path]),
      ...BATCH_NODES.map((path): Path => ["nodeProperties", ...path]),
    ),
  ],
  ["aws:apprunner/service:Service", places(APP_RUNNER_IMAGE)],
  ["aws-native:apprunner:Service", places(APP_RUNNER_IMAGE)],
  // With a build, this is the name of the result.
  ["docker:index/remoteImage:RemoteImage", places(["name", { property: "build" }])],
  ["docker:index/container:Container", places(["image"])],
  ["docker:index/service:Service", places(["taskSpec", "containerSpec", "image"])],
  ["docker:index/image:Image", places(["build", "args", BUILD_ARGUMENT])],
  [
    "docker-build:index:Image",
    places(["buildArgs", BUILD_ARGUMENT], ["context", "named", EACH, "location", DOCKER_IMAGE_URL]),
  ],
]);

/** Where Lambda functions have their image. Lambda cannot pull through a cache. */
export const LAMBDA_IMAGES = new Map<string, ObjectPlace>([
  ["aws:lambda/function:Function", places(["imageUri"])],
  ["aws-native:lambda:Function", places(["code", "imageUri"])],
]);
