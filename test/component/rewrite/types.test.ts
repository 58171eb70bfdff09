import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../../../component/images";
import type { RewriteOptions } from "../../../component/rewrite";
import {
  CACHED,
  expectProps,
  expectUntouched,
  HUB,
  inspect,
  mockPreview,
  NGINX,
  type Props,
  pod,
  podSpec,
  REGISTRY,
  rewrite,
} from "./support";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const EXPRESS = "aws:ecs/expressGatewayService:ExpressGatewayService";
const CODE_BUILD = "aws:codebuild/project:Project";
const LAMBDA = "aws:lambda/function:Function";
const BUILD = "docker-build:index:Image";
const BUILD_ARGS = { buildArgs: ["BASE_IMAGE", "RUN_*"] };
const PLACES = [{ kind: "Agent.example.com", images: ["spec.engine"], podSpecs: ["spec.runner.spec"] }];
const UNKNOWN = pulumi.output(pulumi.unknown);

/** Inputs of a kind, from a Pod's spec. */
const KINDS: { readonly [type: string]: (spec: Props) => Props } = {
  "core/v1:Pod": (spec) => ({ metadata: {}, spec }),
  "core/v1:PodTemplate": (spec) => ({ template: { spec } }),
  "apps/v1beta2:StatefulSet": (spec) => ({ spec: { replicas: 2, template: { spec } } }),
  "extensions/v1beta1:DaemonSet": (spec) => ({ spec: { template: { spec } } }),
  "batch/v1beta1:CronJob": (spec) => ({ spec: { jobTemplate: { spec: { template: { spec } } } } }),
};

function batch(image: string, text: (value: unknown) => unknown): Props {
  const containerProperties = { image, command: ["nginx"] };
  const ecsProperties = { taskProperties: [{ containers: [{ image }, { image: "quay.io/a/b" }] }] };
  const eksProperties = { podProperties: { containers: [{ image }], initContainers: [{ image }] } };
  const nodes = [{ container: containerProperties }, { ecsProperties }, { eksProperties }];
  return {
    containerProperties: text(containerProperties),
    ecsProperties: text(ecsProperties),
    eksProperties,
    nodeProperties: text({ mainNode: 0, nodeRangeProperties: nodes }),
  };
}

const args = (image: string) => ({ BASE_IMAGE: image, RUN_IMAGE: image, VERSION: NGINX });

const APP_RUNNER = ["aws:apprunner/service:Service", "aws-native:apprunner:Service"];

function service(imageIdentifier: string, imageRepositoryType: unknown, accessRoleArn?: unknown): Props {
  const authenticationConfiguration = accessRoleArn === undefined ? undefined : { accessRoleArn };
  return {
    sourceConfiguration: { authenticationConfiguration, imageRepository: { imageIdentifier, imageRepositoryType } },
  };
}

const REWRITTEN: [type: string, make: (image: string) => Props, options?: RewriteOptions][] = [
  [
    TASK,
    (image) => {
      const own = { name: "a", image, cpu: 10, "0": [null, 1.5, "é"] };
      return { family: "f", containerDefinitions: JSON.stringify([own, { image: "ghcr.io/a/b" }]) };
    },
  ],
  ["aws:ecs/daemonTaskDefinition:DaemonTaskDefinition", (image) => ({ containerDefinitions: [{ image }] })],
  ["aws-native:ecs:TaskDefinition", (image) => ({ containerDefinitions: [{ image }] })],
  [EXPRESS, (image) => ({ primaryContainer: { image, repositoryCredentials: null } })],
  ["aws:batch/jobDefinition:JobDefinition", (image) => batch(image, JSON.stringify)],
  ["aws-native:batch:JobDefinition", (image) => batch(image, (value) => value)],
  [CODE_BUILD, (image) => ({ environment: { image, imagePullCredentialsType: "SERVICE_ROLE" } })],
  ...APP_RUNNER.flatMap((type): [string, (image: string) => Props][] => [
    [type, (image) => service(image, "ECR", "arn")],
    // An image of ECR Public becomes a private one.
    [type, (image) => service(image, image === NGINX ? "ECR_PUBLIC" : "ECR", "arn")],
  ]),
  ["docker:index/remoteImage:RemoteImage", (name) => ({ name })],
  ["docker:index/container:Container", (image) => ({ image })],
  ["docker:index/service:Service", (image) => ({ taskSpec: { containerSpec: { image } } })],
  [
    BUILD,
    (image) => {
      const named = { base: { location: `docker-image://${image}` }, src: { location: "./projects/shop/nginx" } };
      return { tags: ["org/app:1"], context: { location: ".", named } };
    },
  ],
  [BUILD, (image) => ({ buildArgs: args(image) }), BUILD_ARGS],
  ["docker:index/image:Image", (image) => ({ build: { args: args(image) } }), BUILD_ARGS],
  [
    "kubernetes:example.com/v1:Agent",
    (image) => ({ spec: { runner: { spec: podSpec(image) }, engine: image } }),
    { places: PLACES },
  ],
];

const image = NGINX;
const repositoryCredentials = { credentialsParameter: "arn" };
const theirs = / "nginx:1" is left as it is: its repositoryCredentials would be used for Amazon ECR too; remove them /;
const lambda =
  /: ".*" is left as it is: AWS Lambda cannot pull through a cache; push the image to a repository of your own\.$/;
const noRole =
  /: App Runner needs sourceConfiguration\.authenticationConfiguration\.accessRoleArn to pull from a private registry\.$/;
const own = { image, repositoryCredentials };
const ofTask = { taskProperties: [{ containers: [own] }] };
const unfit = [
  "[",
  "",
  "null",
  "7",
  '{"image":"nginx"}',
  '[null, 1, "nginx", {"image": 5}]',
  '[ {"image" : "quay.io/a"} ]',
];
const spec = podSpec(NGINX);
const everywhere = { spec: { ...spec, template: { spec } }, template: { spec } };

/** What keeps its images, and how often a warning says why. */
const KEPT: [type: string, props: Props, warning?: RegExp, times?: number][] = [
  ...["core/v1:Service", "core/v1:ConfigMap", "batch.volcano.sh/v1alpha1:Job", "helm.sh/v3:Release"].map(
    (kind): [string, Props] => [`kubernetes:${kind}`, everywhere],
  ),
  ["kubernetes:yaml/v2:ConfigGroup", everywhere],
  ["Pod", everywhere],
  // The placeholder of Istio.
  ["kubernetes:core/v1:Pod", { spec: { containers: [{ image: "auto" }, { image: "" }, {}] } }],
  ...unfit.map((containerDefinitions): [string, Props] => [TASK, { containerDefinitions }]),
  ["aws-native:ecs:TaskDefinition", { containerDefinitions: [own] }, theirs],
  [EXPRESS, { primaryContainer: own }, theirs],
  [
    "aws-native:batch:JobDefinition",
    {
      containerProperties: own,
      ecsProperties: ofTask,
      nodeProperties: { nodeRangeProperties: [{ container: own }, { ecsProperties: ofTask }] },
    },
    theirs,
    4,
  ],
  ...APP_RUNNER.flatMap((type): [string, Props, RegExp?][] => [
    [type, service(NGINX, "ECR_PUBLIC"), noRole],
    [type, service(NGINX, "ECR_PUBLIC", null), noRole],
    [type, service(NGINX, UNKNOWN, "arn"), /: its imageRepositoryType is neither ECR nor ECR_PUBLIC, or not known\.$/],
    [type, service(`${REGISTRY}/own:1`, "ECR", "arn")],
    [type, { sourceConfiguration: { codeRepository: {} } }],
  ]),
  // The name of a build's result, and an image identifier.
  ["docker:index/remoteImage:RemoteImage", { name: "app:1", build: { context: "." } }],
  ["docker:index/container:Container", { image: `sha256:${"a".repeat(64)}` }],
  ["docker:index/image:Image", { imageName: "org/app:1", build: { context: "nginx" } }],
  [BUILD, { buildArgs: args(NGINX) }],
  [LAMBDA, { packageType: "Image", imageUri: CACHED }, lambda],
  [LAMBDA, { packageType: "Image", imageUri: "public.ecr.aws/lambda/nodejs:22" }, lambda],
  ["aws-native:lambda:Function", { code: { imageUri: CACHED } }, lambda],
  [LAMBDA, { handler: "a.b" }],
  [LAMBDA, { imageUri: `${REGISTRY}/own:1` }],
  [LAMBDA, { imageUri: pulumi.secret(`${HUB}/hidden:1`) }, /imageUri: the image is left as it is: AWS Lambda [^"]*$/],
  ["aws:sagemaker/model:Model", { primaryContainer: { image } }, /not document that SageMaker can pull/],
  [
    "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime",
    { agentRuntimeArtifact: { containerConfiguration: { containerUri: image } } },
    /not document that AgentCore can pull/,
  ],
  ["aws:imagebuilder/containerRecipe:ContainerRecipe", { parentImage: image }, /not document that EC2 Image Builder/],
  [CODE_BUILD, { environment: { image } }, /only with environment\.imagePullCredentialsType SERVICE_ROLE/],
  [
    CODE_BUILD,
    { environment: { image, imagePullCredentialsType: "SERVICE_ROLE", registryCredential: { credential: "arn" } } },
    /registryCredential is for another registry/,
  ],
  [CODE_BUILD, { environment: { image: "aws/codebuild/standard:7.0", imagePullCredentialsType: "SERVICE_ROLE" } }],
];

describe("imageTransform of each type", () => {
  before(mockPreview);

  // Tests of the tool compare every kind of Kubernetes.
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`rewrites ${kind}, also patches and lists`, async () => {
      const type = `kubernetes:${kind}`;
      const [given, cached] = [make(podSpec(NGINX)), make(podSpec(CACHED))];
      await expectProps(type, given, cached);
      await expectProps(`${type}Patch`, given, cached);
      await expectProps(`${type}List`, { items: [given, {}] }, { items: [cached, {}] });
    });
  }

  for (const [type, make, options] of REWRITTEN)
    it(`rewrites ${type}`, () => expectProps(type, make(NGINX), make(CACHED), options));

  for (const [type, props, warning, times = 1] of KEPT) {
    it(`keeps images of ${type}${warning ? `, and says why: ${warning}` : ""}`, async () => {
      const { warnings } = await expectUntouched(type, props);
      assert.equal(warnings.length, warning ? times : 0, warnings.join("\n"));
      for (const line of warnings) assert.match(line, warning ?? /$^/);
    });
  }

  it("keeps definitions of ECS secret, or unknown", async () => {
    const { props } = await rewrite(TASK, { containerDefinitions: pulumi.secret(`[{"image":"${NGINX}"}]`) });
    const expected = { value: `[{"image":"${CACHED}"}]`, secret: true };
    assert.deepEqual(await inspect(props?.containerDefinitions), expected);
    const { infos } = await expectUntouched(TASK, { containerDefinitions: UNKNOWN });
    assert.match(infos[0] ?? "", /0 of 0 .*1 not known before the update/);
  });

  it("does not change a container with its own credentials, and says where", async () => {
    const containers = [image, "quay.io/a/b", 7].map((of) => ({ image: of, repositoryCredentials }));
    const { warnings, infos } = await expectUntouched(TASK, { containerDefinitions: JSON.stringify(containers) });
    assert.deepEqual(infos, [
      "0 of 2 container images are pulled through the cache; 1 without a rule, 1 left with a warning.",
    ]);
    assert.deepEqual(warnings, [
      `${TASK} "web" containerDefinitions[0].image: "nginx:1" is left as it is: its repositoryCredentials would be used for Amazon ECR too; remove them to pull it from the cache.`,
    ]);
    const rules = UNKNOWN as unknown as pulumi.Output<CacheRule[]>;
    const later = await rewrite(EXPRESS, { primaryContainer: own }, {}, rules);
    assert.deepEqual(later, { props: undefined, infos: [], warnings: [] });
  });

  it("keeps what is known of a kind to which places are added", async () => {
    const options = { places: [{ kind: LAMBDA, images: ["sidecar.image"] }] };
    const { warnings } = await expectUntouched(LAMBDA, { imageUri: CACHED, sidecar: { image: NGINX } }, options);
    assert.equal(warnings.filter((line) => lambda.test(line)).length, 2);
  });

  it("warns of a function if the URL of the rule ends in a slash, and counts it", async () => {
    const rules = [{ upstream: "registry-1.docker.io", url: `${HUB}/` }];
    const { warnings, infos } = await rewrite(LAMBDA, { imageUri: CACHED }, {}, rules);
    assert.match(warnings.join(), lambda);
    assert.deepEqual(infos, ["0 of 1 container images are pulled through the cache; 1 left with a warning."]);
  });

  const UNREAD: [type: string, props: Props, isNamed: boolean][] = [
    ["kubernetes:example.com/v1:Agent", pod(NGINX), true],
    ["kubernetes:helm.sh/v3:Release", { chart: "ingress-nginx" }, true],
    ["kubernetes:core/v1:ConfigMap", { data: { "pod.yaml": "containers:\n- image: apache/airflow:2.10" } }, true],
    ["aws:cloudformation/stack:Stack", { templateBody: JSON.stringify({ Image: NGINX }) }, true],
    ["aws:ec2/instance:Instance", { userData: "docker run public.ecr.aws/org/app:1" }, true],
    [
      "a:b:C",
      {
        url: "https://public.ecr.aws/org/app:1",
        image: "ghcr.io/org/app:1",
        imageTagMutability: "MUTABLE",
        tags: null,
      },
      false,
    ],
  ];
  for (const [type, props, isNamed] of UNREAD) {
    it(`${isNamed ? "names" : "does not name"} ${type} as a kind that it does not look at`, async () => {
      const line = `0 of 0 container images are pulled through the cache. Not looked at, though there seem to be images: ${type}. Name their fields in rewriteImages.places.`;
      assert.deepEqual((await expectUntouched(type, props)).infos, isNamed ? [line] : []);
    });
  }
});
