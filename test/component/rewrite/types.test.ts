import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../../../component/images";
import {
  AFTER,
  BEFORE,
  expectProps,
  expectUntouched,
  HUB,
  inspect,
  mockPreview,
  type Props,
  REGISTRY,
  rewrite,
} from "./support";

describe("imageTransform of each type", () => {
  before(mockPreview);

  describe("Kubernetes", () => {
    const template = (spec: Props) => ({ metadata: { name: "web" }, spec: { replicas: 2, template: { spec } } });
    const kinds: [string, string[], (spec: Props) => Props][] = [
      ["Pod", ["core/v1"], (spec) => ({ metadata: {}, spec })],
      ["PodTemplate", ["core/v1"], (spec) => ({ template: { spec } })],
      ["ReplicationController", ["core/v1"], template],
      ["Deployment", ["apps/v1", "apps/v1beta1", "extensions/v1beta1"], template],
      ["DaemonSet", ["apps/v1", "extensions/v1beta1"], template],
      ["StatefulSet", ["apps/v1", "apps/v1beta2"], template],
      ["ReplicaSet", ["apps/v1"], template],
      ["Job", ["batch/v1"], template],
      [
        "CronJob",
        ["batch/v1", "batch/v1beta1"],
        (spec) => ({ spec: { jobTemplate: { spec: { template: { spec } } } } }),
      ],
    ];
    for (const [kind, versions, make] of kinds) {
      for (const version of versions) {
        it(`${version} ${kind}`, () => expectProps(`kubernetes:${version}:${kind}`, make(BEFORE), make(AFTER)));
      }
      it(`${kind}Patch`, () => expectProps(`kubernetes:${versions[0]}:${kind}Patch`, make(BEFORE), make(AFTER)));
      it(`${kind}List`, () =>
        expectProps(
          `kubernetes:${versions[0]}:${kind}List`,
          { items: [make(BEFORE), {}] },
          { items: [make(AFTER), {}] },
        ));
    }

    for (const type of [
      "kubernetes:core/v1:Service",
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:batch.volcano.sh/v1alpha1:Job",
      "kubernetes:helm.sh/v3:Release",
      "kubernetes:yaml/v2:ConfigGroup",
      "random:index/randomPet:RandomPet",
      "Pod",
    ]) {
      it(`not ${type}`, () =>
        expectUntouched(type, { spec: { ...BEFORE, template: { spec: BEFORE } }, template: { spec: BEFORE } }));
    }

    it("does not change the placeholder of Istio", async () => {
      const { warnings } = await expectUntouched("kubernetes:core/v1:Pod", {
        spec: { containers: [{ image: "auto" }, { image: "" }, {}] },
      });
      assert.deepEqual(warnings, []);
    });
  });

  describe("ECS", () => {
    const TASK = "aws:ecs/taskDefinition:TaskDefinition";
    const containers = (image: string) => [
      { name: "a", image, cpu: 10, "0": [null, 1.5, "é"] },
      { image: "ghcr.io/a/b" },
    ];

    it("container definitions as JSON", () =>
      expectProps(
        TASK,
        { family: "f", containerDefinitions: JSON.stringify(containers("nginx:1"), null, 2) },
        { family: "f", containerDefinitions: JSON.stringify(containers(`${HUB}/library/nginx:1`)) },
      ));

    it("the same text when nothing changes", async () => {
      await expectUntouched(TASK, { containerDefinitions: '[ {"image" : "ghcr.io/a/b"} ]' });
    });

    for (const text of ["[", "", "null", "7", '{"image":"nginx"}', '[null, 1, "nginx", {"image": 5}]']) {
      it(`leaves ${JSON.stringify(text)}`, () => expectUntouched(TASK, { containerDefinitions: text }));
    }

    it("secret definitions stay secret", async () => {
      const { props } = await rewrite(TASK, { containerDefinitions: pulumi.secret('[{"image":"nginx"}]') });
      const expected = { value: `[{"image":"${HUB}/library/nginx"}]`, secret: true };
      assert.deepEqual(await inspect(props?.containerDefinitions), expected);
    });

    it("unknown definitions stay unknown", async () => {
      const { infos } = await expectUntouched(TASK, { containerDefinitions: pulumi.output(pulumi.unknown) });
      assert.match(infos[0] ?? "", /0 of 0 .*1 not known before the update/);
    });

    it("does not change a container with its own credentials, and says why", async () => {
      const credentials = { repositoryCredentials: { credentialsParameter: "arn" } };
      const { warnings, infos } = await expectUntouched(TASK, {
        containerDefinitions: JSON.stringify([
          { image: "nginx", ...credentials },
          { image: "quay.io/a/b", ...credentials },
          { image: 7, ...credentials },
        ]),
      });
      assert.deepEqual(infos, [
        "0 of 2 container images are pulled through the cache; 1 without a rule, 1 left with a warning.",
      ]);
      assert.deepEqual(warnings, [
        `${TASK} "web" containerDefinitions[0].image: "nginx" is left as it is: its repositoryCredentials would be used for Amazon ECR too; remove them to pull it from the cache.`,
      ]);
    });

    it("the other resources of ECS", async () => {
      const image = (value: string) => [{ image: value }];
      for (const [type, make] of [
        ["aws:ecs/daemonTaskDefinition:DaemonTaskDefinition", (value) => ({ containerDefinitions: image(value) })],
        ["aws:ecs/expressGatewayService:ExpressGatewayService", (value) => ({ primaryContainer: { image: value } })],
        ["aws-native:ecs:TaskDefinition", (value) => ({ containerDefinitions: image(value) })],
      ] as [string, (value: string) => Props][]) {
        await expectProps(type, make("nginx"), make(`${HUB}/library/nginx`));
        const withCredentials = JSON.parse(JSON.stringify(make("nginx")).replace("}", ',"repositoryCredentials":{}}'));
        const { warnings } = await expectUntouched(type, withCredentials);
        assert.match(warnings.join("\n"), /^[^\n]* "nginx" is left as it is: its repositoryCredentials would be used/);
      }
    });

    it("images beside credentials that are null, and no warning while the rules are unknown", async () => {
      const of = (image: string, repositoryCredentials: unknown) => ({
        primaryContainer: { image, repositoryCredentials },
      });
      const type = "aws:ecs/expressGatewayService:ExpressGatewayService";
      await expectProps(type, of("nginx", null), of(`${HUB}/library/nginx`, null));
      const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<CacheRule[]>;
      const { props, warnings, infos } = await rewrite(type, of("nginx", {}), {}, unknown);
      assert.deepEqual([props, warnings, infos], [undefined, [], []]);
    });
  });

  it("Batch", async () => {
    const make = (image: string, text: (value: unknown) => unknown) => {
      const containerProperties = { image, command: ["nginx"] };
      const ecsProperties = { taskProperties: [{ containers: [{ image }, { image: "quay.io/a/b" }] }] };
      const eksProperties = { podProperties: { containers: [{ image }], initContainers: [{ image }] } };
      const nodeProperties = {
        mainNode: 0,
        nodeRangeProperties: [{ container: containerProperties }, { ecsProperties }, { eksProperties }],
      };
      return {
        containerProperties: text(containerProperties),
        ecsProperties: text(ecsProperties),
        eksProperties,
        nodeProperties: text(nodeProperties),
      };
    };
    for (const [type, text] of [
      ["aws:batch/jobDefinition:JobDefinition", JSON.stringify],
      ["aws-native:batch:JobDefinition", (value: unknown) => value],
    ] as const) {
      await expectProps(type, make("org/job:1", text), make(`${HUB}/org/job:1`, text));
    }
  });

  it("Batch does not change a container with its own credentials", async () => {
    const repositoryCredentials = { credentialsParameter: "arn" };
    const container = { image: "nginx", repositoryCredentials };
    const ecsProperties = { taskProperties: [{ containers: [container] }] };
    const { warnings } = await expectUntouched("aws-native:batch:JobDefinition", {
      containerProperties: container,
      ecsProperties,
      nodeProperties: { nodeRangeProperties: [{ container }, { ecsProperties }] },
    });
    assert.deepEqual(
      warnings.map((warning) => /" (\S+): "nginx" is left as it is: its repositoryCredentials /.exec(warning)?.[1]),
      [
        "containerProperties.image",
        "ecsProperties.taskProperties[0].containers[0].image",
        "nodeProperties.nodeRangeProperties[0].container.image",
        "nodeProperties.nodeRangeProperties[1].ecsProperties.taskProperties[0].containers[0].image",
      ],
    );
  });

  for (const TYPE of ["aws:apprunner/service:Service", "aws-native:apprunner:Service"]) {
    describe(`App Runner, ${TYPE}`, () => {
      const service = (imageIdentifier: string, imageRepositoryType: unknown, accessRoleArn?: unknown) => ({
        sourceConfiguration: {
          ...(accessRoleArn !== undefined && { authenticationConfiguration: { accessRoleArn } }),
          imageRepository: { imageIdentifier, imageRepositoryType },
        },
      });
      const PUBLIC = "public.ecr.aws/org/app:1";

      it("an image of ECR Public becomes a private one where there is a role", () =>
        expectProps(TYPE, service(PUBLIC, "ECR_PUBLIC", "arn"), service(`${REGISTRY}/public/org/app:1`, "ECR", "arn")));

      it("stays without a role, with a warning", async () => {
        const warning = `${TYPE} "web" sourceConfiguration.imageRepository.imageIdentifier: "${PUBLIC}" is left as it is: App Runner needs sourceConfiguration.authenticationConfiguration.accessRoleArn to pull from a private registry.`;
        for (const role of [undefined, null]) {
          const { warnings, infos } = await expectUntouched(TYPE, service(PUBLIC, "ECR_PUBLIC", role));
          assert.deepEqual(warnings, [warning]);
          assert.deepEqual(infos, ["0 of 1 container images are pulled through the cache; 1 left with a warning."]);
        }
      });

      it("a private image of another registry with a rule", async () => {
        const upstream = "444455556666.dkr.ecr.eu-west-1.amazonaws.com";
        const rules = [{ upstream, url: `${REGISTRY}/platform` }];
        const { props } = await rewrite(TYPE, service(`${upstream}/a/b:1`, "ECR", "arn"), {}, rules);
        assert.deepEqual(props, service(`${REGISTRY}/platform/a/b:1`, "ECR", "arn"));
      });

      it("stays while the type is unknown, or when no rule applies", async () => {
        const unknown = pulumi.output(pulumi.unknown);
        assert.deepEqual((await expectUntouched(TYPE, service(PUBLIC, unknown, "arn"))).warnings, [
          `${TYPE} "web" sourceConfiguration.imageRepository.imageIdentifier: "${PUBLIC}" is left as it is: its imageRepositoryType is neither ECR nor ECR_PUBLIC, or not known.`,
        ]);
        const own = service(`${REGISTRY}/own:1`, "ECR", "arn");
        assert.deepEqual((await expectUntouched(TYPE, own)).warnings, []);
        await expectUntouched(TYPE, { sourceConfiguration: { codeRepository: {} } });
      });
    });
  }

  describe("Docker", () => {
    const target = `${HUB}/library/nginx:1`;
    it("images of the docker provider", async () => {
      await expectProps("docker:index/remoteImage:RemoteImage", { name: "nginx:1" }, { name: target });
      await expectProps("docker:index/container:Container", { image: "nginx:1" }, { image: target });
      const service = (image: string) => ({ taskSpec: { containerSpec: { image } } });
      await expectProps("docker:index/service:Service", service("nginx:1"), service(target));
    });

    it("neither the name of a build nor an image identifier", async () => {
      const { warnings, infos } = await expectUntouched("docker:index/remoteImage:RemoteImage", {
        name: "app:1",
        build: { context: "." },
      });
      assert.deepEqual([warnings, infos], [[], []]);
      await expectUntouched("docker:index/container:Container", { image: `sha256:${"a".repeat(64)}` });
      await expectUntouched("docker:index/image:Image", { imageName: "org/app:1", build: { context: "nginx" } });
    });

    it("docker-image contexts", () => {
      const context = (location: string) => ({
        location: ".",
        named: { base: { location }, src: { location: "./projects/shop/nginx" } },
      });
      return expectProps(
        "docker-build:index:Image",
        { tags: ["org/app:1"], context: context("docker-image://nginx:1") },
        { tags: ["org/app:1"], context: context(`docker-image://${target}`) },
      );
    });

    it("build arguments that the options name", async () => {
      const args = (base: string) => ({ BASE_IMAGE: base, RUN_IMAGE: base, VERSION: "nginx:1" });
      const options = { buildArgs: ["BASE_IMAGE", "RUN_*"] };
      await expectProps(
        "docker-build:index:Image",
        { buildArgs: args("nginx:1") },
        { buildArgs: args(target) },
        options,
      );
      const image = (base: string) => ({ build: { args: args(base) } });
      await expectProps("docker:index/image:Image", image("nginx:1"), image(target), options);
      await expectUntouched("docker-build:index:Image", { buildArgs: args("nginx:1") });
    });
  });

  describe("Lambda", () => {
    const TYPE = "aws:lambda/function:Function";
    for (const imageUri of [`${HUB}/library/nginx:1`, "public.ecr.aws/lambda/nodejs:22"]) {
      it(`warns of ${imageUri}`, async () => {
        const { warnings, infos } = await expectUntouched(TYPE, { packageType: "Image", imageUri });
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? "", /Lambda cannot pull through a cache/);
        assert.ok(warnings[0]?.includes(imageUri));
        assert.deepEqual(infos, ["0 of 1 container images are pulled through the cache; 1 left with a warning."]);
      });
    }
    it("warns of a function of AWS Native", async () => {
      const code = { imageUri: `${HUB}/library/nginx:1` };
      const { warnings } = await expectUntouched("aws-native:lambda:Function", { code });
      assert.match(warnings.join(), /^aws-native:lambda:Function "web" code\.imageUri: .*Lambda cannot pull/);
    });
    it("warns also if the URL of the rule ends in a slash", async () => {
      const rules = [{ upstream: "registry-1.docker.io", url: `${HUB}/` }];
      const { warnings } = await rewrite(TYPE, { imageUri: `${HUB}/library/nginx:1` }, {}, rules);
      assert.match(warnings.join(), /Lambda cannot pull through a cache/);
    });
    it("shows 120 characters of an image at most", async () => {
      const shownOf = async (length: number) => {
        const { warnings } = await expectUntouched(TYPE, { imageUri: `${HUB}/`.padEnd(length, "a") });
        return /: "(\S+)" is left/.exec(warnings.join())?.[1];
      };
      assert.equal(await shownOf(120), `${HUB}/`.padEnd(120, "a"));
      assert.equal(await shownOf(121), `${`${HUB}/`.padEnd(120, "a")}…`);
    });
    it("does not show a secret image", async () => {
      const { warnings } = await expectUntouched(TYPE, { imageUri: pulumi.secret(`${HUB}/hidden:1`) });
      assert.match(
        warnings.join("\n"),
        /^aws:lambda\/function:Function "web" imageUri: the image is left as it is: [^\n"]*$/,
      );
      assert.ok(!warnings[0]?.includes("hidden"));
    });
    it("is silent about other functions", async () => {
      for (const props of [{ handler: "a.b" }, { imageUri: `${REGISTRY}/own:1` }]) {
        assert.deepEqual((await expectUntouched(TYPE, props)).warnings, []);
      }
    });
  });

  describe("other services of AWS", () => {
    const image = "public.ecr.aws/org/app:1";
    const kept: [type: string, props: Props, reason: RegExp][] = [
      ["aws:sagemaker/model:Model", { primaryContainer: { image } }, /not document that SageMaker can pull/],
      [
        "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime",
        { agentRuntimeArtifact: { containerConfiguration: { containerUri: image } } },
        /not document that AgentCore can pull/,
      ],
      [
        "aws:imagebuilder/containerRecipe:ContainerRecipe",
        { parentImage: image },
        /not document that EC2 Image Builder/,
      ],
      [
        "aws:codebuild/project:Project",
        { environment: { image } },
        /only with .*imagePullCredentialsType SERVICE_ROLE/,
      ],
      [
        "aws:codebuild/project:Project",
        { environment: { image, imagePullCredentialsType: "SERVICE_ROLE", registryCredential: { credential: "arn" } } },
        /registryCredential is for another registry/,
      ],
    ];
    for (const [type, props, reason] of kept) {
      it(`says why it leaves an image of ${type}`, async () => {
        assert.match((await expectUntouched(type, props)).warnings.join(), reason);
      });
    }

    it("rewrites the image of a CodeBuild project that pulls with its role, and not one that AWS provides", async () => {
      const project = (of: string) => ({ environment: { image: of, imagePullCredentialsType: "SERVICE_ROLE" } });
      const type = "aws:codebuild/project:Project";
      await expectProps(type, project(image), project(`${REGISTRY}/public/org/app:1`));
      assert.deepEqual((await expectUntouched(type, project("aws/codebuild/standard:7.0"))).warnings, []);
    });
  });

  describe("custom resources", () => {
    const pod = (image: string) => ({ spec: { template: { spec: { containers: [{ image }] } } } });
    const nginx = `${HUB}/library/nginx:1`;
    const kinds: [type: string, make: (image: string) => Props][] = [
      ["argoproj.io/v1alpha1:Rollout", pod],
      ["serving.knative.dev/v1:Service", pod],
      ["keda.sh/v1alpha1:ScaledJob", (image) => ({ spec: { jobTargetRef: pod(image).spec } })],
      ["postgresql.cnpg.io/v1:Cluster", (imageName) => ({ spec: { imageName } })],
      ["monitoring.coreos.com/v1:Prometheus", (image) => ({ spec: { image, containers: [{ image }] } })],
      ["tekton.dev/v1:Task", (image) => ({ spec: { steps: [{ image }, { image: "$(params.image)" }] } })],
      ["kafka.strimzi.io/v1:Kafka", (image) => ({ spec: { kafka: { image } } })],
    ];
    for (const [type, make] of kinds) {
      it(type, () => expectProps(`kubernetes:${type}`, make("nginx:1"), make(nginx)));
    }

    it("with the tag in a field of its own", () => {
      const single = (repository: string) => ({ spec: { image: { repository, tag: "v1" } } });
      return expectProps(
        "kubernetes:operator.victoriametrics.com/v1beta1:VMSingle",
        single("victoriametrics/victoria-metrics"),
        single(`${HUB}/victoriametrics/victoria-metrics`),
      );
    });

    it("of the user, named in the options", async () => {
      const type = "kubernetes:example.com/v1:Agent";
      const agent = (image: string) => ({ spec: { runner: pod(image).spec.template, engine: image } });
      await expectProps(type, agent("nginx:1"), agent(nginx), {
        places: [{ kind: "Agent.example.com", images: ["spec.engine"], podSpecs: ["spec.runner.spec"] }],
      });
      const { infos } = await expectUntouched(type, agent("nginx:1"));
      assert.deepEqual(infos, [
        `0 of 0 container images are pulled through the cache. Not looked at, though there seem to be images: ${type}. Name their fields in rewriteImages.places.`,
      ]);
    });

    it("names every kind that it does not look at, and no other", async () => {
      const texts: [type: string, props: Props][] = [
        ["kubernetes:helm.sh/v3:Release", { chart: "ingress-nginx" }],
        [
          "kubernetes:core/v1:ConfigMap",
          { data: { "pod.yaml": "spec:\n  containers:\n  - image: apache/airflow:2.10" } },
        ],
        ["aws:cloudformation/stack:Stack", { templateBody: JSON.stringify({ Image: "nginx:1" }) }],
        ["aws:ec2/instance:Instance", { userData: "docker run public.ecr.aws/org/app:1" }],
      ];
      for (const [type, props] of texts) {
        assert.match(
          (await expectUntouched(type, props)).infos.join(),
          new RegExp(`there seem to be images: ${type}\\.`),
        );
      }
      const others = [
        {
          data: { url: "https://public.ecr.aws/org/app:1", image: "ghcr.io/org/app:1", imageTagMutability: "MUTABLE" },
        },
      ];
      for (const props of others) assert.deepEqual((await expectUntouched("a:b:C", props)).infos, []);
    });
  });
});
