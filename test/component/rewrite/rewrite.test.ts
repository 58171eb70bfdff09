import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../../../component/images";
import type { RewriteOptions } from "../../../component/rewrite";
import { RewriteReport } from "../../../component/rewrite/report";
import { createTransform, imageTransform } from "../../../component/rewrite/transform";

const REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const HUB = `${REGISTRY}/dockerhub`;
const RULES: CacheRule[] = [
  { upstream: "registry-1.docker.io", url: HUB },
  { upstream: "public.ecr.aws", url: `${REGISTRY}/public` },
];

type Props = Record<string, unknown>;

interface Outcome {
  props: Props | undefined;
  infos: string[];
  warnings: string[];
}

async function rewrite(
  type: string,
  props: Props,
  options: RewriteOptions = {},
  rules: pulumi.Input<CacheRule[]> = RULES,
): Promise<Outcome> {
  const infos: string[] = [];
  const warnings: string[] = [];
  const log = { info: (line: string) => void infos.push(line), warn: (line: string) => void warnings.push(line) };
  const report = new RewriteReport(log, options.dryRun ?? false);
  const transform = createTransform(rules, options, report);
  const result = await transform({ custom: true, type, name: "web", props, opts: {} });
  report.print();
  return { props: result?.props, infos, warnings };
}

/** Rewrites and expects these inputs and no warning. */
async function expectProps(type: string, before: Props, after: Props, options?: RewriteOptions): Promise<void> {
  const { props, warnings } = await rewrite(type, before, options);
  assert.deepEqual(props, after);
  assert.deepEqual(warnings, []);
}

async function expectUntouched(type: string, before: Props, options?: RewriteOptions): Promise<Outcome> {
  const outcome = await rewrite(type, before, options);
  assert.equal(outcome.props, undefined);
  return outcome;
}

/** The value of an Output, whether it is secret, and `unknown: true` when it has no value yet. */
async function inspect(output: unknown): Promise<{ value?: unknown; secret: boolean; unknown?: true }> {
  assert.ok(pulumi.Output.isInstance(output), "expected an Output");
  const secret = await pulumi.isSecret(output);
  const { plain } = await pulumi.runtime.serializeProperties("inspect", { plain: output });
  const value = pulumi.runtime.isRpcSecret(plain) ? pulumi.runtime.unwrapRpcSecret(plain) : plain;
  return value === pulumi.runtime.unknownValue ? { secret, unknown: true } : { value, secret };
}

function podSpec(map: (image: string) => string): Props {
  return {
    nodeSelector: { disk: "ssd" },
    containers: [
      { name: "a", image: map("nginx:1.25") },
      { name: "b", image: "ghcr.io/org/app:1" },
    ],
    initContainers: [{ name: "c", image: map("docker.io/library/busybox") }],
    ephemeralContainers: [{ name: "d", image: map("org/debug:2") }],
    volumes: [
      { name: "e", image: { reference: map("org/data:1"), pullPolicy: "Always" } },
      { name: "f", emptyDir: {} },
    ],
  };
}
const BEFORE = podSpec((image) => image);
const AFTER = podSpec(
  (image) =>
    ({
      "nginx:1.25": `${HUB}/library/nginx:1.25`,
      "docker.io/library/busybox": `${HUB}/library/busybox`,
      "org/debug:2": `${HUB}/org/debug:2`,
      "org/data:1": `${HUB}/org/data:1`,
    })[image] ?? image,
);

// A preview: unknown values stay unknown.
describe("imageTransform", () => {
  before(() =>
    pulumi.runtime.setMocks({ call: () => ({}), newResource: () => ({ id: "", state: {} }) }, "p", "s", true),
  );

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
      const { warnings } = await expectUntouched(TASK, {
        containerDefinitions: JSON.stringify([
          { image: "nginx", ...credentials },
          { image: "quay.io/a/b", ...credentials },
        ]),
      });
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
      }
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

  describe("App Runner", () => {
    const TYPE = "aws:apprunner/service:Service";
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
      const { warnings } = await expectUntouched(TYPE, service(PUBLIC, "ECR_PUBLIC"));
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? "", /authenticationConfiguration\.accessRoleArn/);
    });

    it("a private image of another registry with a rule", async () => {
      const upstream = "444455556666.dkr.ecr.eu-west-1.amazonaws.com";
      const rules = [{ upstream, url: `${REGISTRY}/platform` }];
      const { props } = await rewrite(TYPE, service(`${upstream}/a/b:1`, "ECR", "arn"), {}, rules);
      assert.deepEqual(props, service(`${REGISTRY}/platform/a/b:1`, "ECR", "arn"));
    });

    it("stays while the type is unknown, or when no rule applies", async () => {
      const unknown = pulumi.output(pulumi.unknown);
      assert.equal((await expectUntouched(TYPE, service(PUBLIC, unknown, "arn"))).warnings.length, 1);
      const own = service(`${REGISTRY}/own:1`, "ECR", "arn");
      assert.deepEqual((await expectUntouched(TYPE, own)).warnings, []);
      await expectUntouched(TYPE, { sourceConfiguration: { codeRepository: {} } });
    });
  });

  describe("Docker", () => {
    const target = `${HUB}/library/nginx:1`;
    it("images of the docker provider", async () => {
      await expectProps("docker:index/remoteImage:RemoteImage", { name: "nginx:1" }, { name: target });
      await expectProps("docker:index/container:Container", { image: "nginx:1" }, { image: target });
      const service = (image: string) => ({ taskSpec: { containerSpec: { image } } });
      await expectProps("docker:index/service:Service", service("nginx:1"), service(target));
    });

    it("neither the name of a build nor an image identifier", async () => {
      await expectUntouched("docker:index/remoteImage:RemoteImage", { name: "app:1", build: { context: "." } });
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
        assert.deepEqual(infos, []);
      });
    }
    it("does not show a secret image", async () => {
      const { warnings } = await expectUntouched(TYPE, { imageUri: pulumi.secret(`${HUB}/hidden:1`) });
      assert.equal(warnings.length, 1);
      assert.ok(!warnings[0]?.includes("hidden"));
    });
    it("is silent about other functions", async () => {
      for (const props of [{ handler: "a.b" }, { imageUri: `${REGISTRY}/own:1` }, { imageUri: "Not valid" }]) {
        assert.deepEqual((await expectUntouched(TYPE, props)).warnings, []);
      }
    });
  });

  describe("Outputs", () => {
    const POD = "kubernetes:core/v1:Pod";

    it("secrets stay secret, at any depth, and nothing else becomes secret", async () => {
      const env = pulumi.secret([{ name: "TOKEN", value: "t" }]);
      const { props } = await rewrite(POD, {
        spec: { containers: [{ image: pulumi.secret("nginx:1"), env }, { image: "redis" }] },
      });
      const [first, second] = (props as { spec: { containers: Props[] } }).spec.containers;
      assert.deepEqual(await inspect(first?.image), { value: `${HUB}/library/nginx:1`, secret: true });
      assert.equal(first?.env, env);
      assert.equal(second?.image, `${HUB}/library/redis`);
    });

    it("a whole secret spec", async () => {
      const { props } = await rewrite(POD, { spec: pulumi.secret({ containers: [{ image: "nginx:1" }] }) });
      const expected = { value: { containers: [{ image: `${HUB}/library/nginx:1` }] }, secret: true };
      assert.deepEqual(await inspect(props?.spec), expected);
    });

    it("an Output without an image to rewrite stays the same object", () =>
      expectUntouched(POD, { spec: pulumi.secret({ containers: [{ image: "ghcr.io/a/b" }] }) }));

    it("unknown images stay, known ones beside them change", async () => {
      const unknown = pulumi.output(pulumi.unknown);
      const { props, infos } = await rewrite(POD, { spec: { containers: [{ image: unknown }, { image: "redis" }] } });
      assert.deepEqual(props, { spec: { containers: [{ image: unknown }, { image: `${HUB}/library/redis` }] } });
      assert.deepEqual(infos, ["1 of 1 container images are pulled through the cache; 1 not known before the update."]);
    });

    it("rules that are an Output", async () => {
      const { props } = await rewrite(POD, { spec: { containers: [{ image: "redis" }] } }, {}, pulumi.output(RULES));
      assert.deepEqual(props, { spec: { containers: [{ image: `${HUB}/library/redis` }] } });
    });

    it("rules that are not known make images unknown", async () => {
      const rules = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<CacheRule[]>;
      const { props } = await rewrite(POD, { spec: { hostname: "h", containers: [{ image: "redis" }] } }, {}, rules);
      const { spec } = props as { spec: { hostname: string; containers: Props[] } };
      assert.equal(spec.hostname, "h");
      assert.deepEqual(await inspect(spec.containers[0]?.image), { secret: false, unknown: true });
      const task = await rewrite(
        "aws:ecs/taskDefinition:TaskDefinition",
        { containerDefinitions: '[{"image":"redis"}]' },
        {},
        rules,
      );
      assert.deepEqual(await inspect(task.props?.containerDefinitions), { secret: false, unknown: true });
    });

    it("does not wait for rules where there are no images", () => {
      const never = pulumi.output(new Promise<CacheRule[]>(() => {}));
      const transform = createTransform(never, {}, new RewriteReport({ info() {}, warn() {} }, false));
      const args = { custom: true, type: "aws:s3/bucket:Bucket", name: "b", props: {}, opts: {} };
      assert.equal(transform(args), undefined);
    });
  });

  describe("malformed images", () => {
    const pod = (image: unknown) => ({ spec: { containers: [{ image }, { image: "redis" }] } });

    it("stay, with a warning that names resource and place; the others change", async () => {
      const { props, warnings } = await rewrite("kubernetes:core/v1:Pod", pod("Nginx:1"));
      assert.deepEqual(props, { spec: { containers: [{ image: "Nginx:1" }, { image: `${HUB}/library/redis` }] } });
      assert.deepEqual(warnings, [
        'kubernetes:core/v1:Pod "web" spec.containers[0].image: "Nginx:1" is left as it is: the repository cannot have "N" here, it must be in lower case; write it as [registry/]repository[:tag][@digest].',
      ]);
    });

    it("are not shown when they are secret", async () => {
      const { warnings } = await rewrite("kubernetes:core/v1:Pod", pod(pulumi.secret("Zecret:1")));
      assert.equal(warnings.length, 1);
      assert.ok(!/Z|ecret/.test(warnings[0]?.replace(/secret/g, "") ?? ""));
    });
  });

  describe("filters", () => {
    const POD = "kubernetes:core/v1:Pod";
    const pod = (...images: string[]) => ({ spec: { containers: images.map((image) => ({ image })) } });
    const nginx = `${HUB}/library/nginx:1`;
    const app = `${HUB}/org/app:1`;

    for (const [what, options, after] of [
      ["by type, included", { types: { include: ["aws:*"] } }, undefined],
      ["by type, excluded", { types: { exclude: ["kubernetes:core/*:Pod"] } }, undefined],
      ["by type, neither", { types: { include: ["kubernetes:*"], exclude: ["kubernetes:apps/*"] } }, [nginx, app]],
      ["by image as written", { images: { include: ["nginx*"] } }, [nginx, "org/app:1"]],
      ["by image in full", { images: { include: ["docker.io/library/*"] } }, [nginx, "org/app:1"]],
      ["by image, excluded", { images: { exclude: ["docker.io/library/*"] } }, ["nginx:1", app]],
      ["exclude before include", { images: { include: ["*"], exclude: ["org/*:1"] } }, [nginx, "org/app:1"]],
      ["an empty include", { images: { include: [] } }, undefined],
    ] as [string, RewriteOptions, string[] | undefined][]) {
      it(what, async () => {
        const { props } = await rewrite(POD, pod("nginx:1", "org/app:1"), options);
        assert.deepEqual(props, after && pod(...after));
      });
    }
  });

  describe("report", () => {
    const POD = "kubernetes:core/v1:Pod";
    it("one line", async () => {
      const { infos } = await rewrite("kubernetes:core/v1:Pod", { spec: BEFORE });
      assert.deepEqual(infos, ["4 of 5 container images are pulled through the cache; 1 without a rule."]);
    });

    it("counts an image once when two transforms see it", async () => {
      const infos: string[] = [];
      const report = new RewriteReport({ info: (line) => void infos.push(line), warn() {} }, false);
      let props: Props = { spec: BEFORE };
      for (let time = 0; time < 2; time++) {
        const transform = createTransform(RULES, {}, report);
        props = (await transform({ custom: true, type: POD, name: "web", props, opts: {} }))?.props ?? props;
      }
      report.print();
      assert.deepEqual(infos, ["4 of 5 container images are pulled through the cache; 1 without a rule."]);
    });

    it("counts apart what is in a cache, has no rule, has a digest, is excluded or is left with a warning", async () => {
      const digest = `sha256:${"a".repeat(64)}`;
      const images = [
        "nginx:1",
        `${HUB}/library/nginx:1`,
        `111122223333.dkr-ecr.us-east-1.on.aws/dockerhub/library/nginx:1`,
        `${HUB}/library/nginx@${digest}`,
        "ghcr.io/org/app:1",
        `nginx@${digest}`,
        `nginx:1@${digest}`,
        "org/own:1",
        "Nginx:1",
      ];
      const spec = { containers: images.map((image) => ({ image })) };
      const { props, infos } = await rewrite(POD, { spec }, { images: { exclude: ["org/*"] } });
      const [, ...others] = images.map((image) => ({ image }));
      assert.deepEqual(props, { spec: { containers: [{ image: `${HUB}/library/nginx:1` }, ...others] } });
      assert.deepEqual(infos, [
        "1 of 9 container images are pulled through the cache; 3 already in a cache, 1 without a rule, " +
          "2 left because of their digest, 1 excluded by the options, 1 left with a warning. A cache serves a digest only if it " +
          'already has that image: pull the tag first, and set digests: "rewrite".',
      ]);
    });

    it("counts apart what a cache does not list", async () => {
      const rules = [{ ...(RULES[0] as CacheRule), images: ["library/*"] }];
      const spec = { containers: ["nginx:1", "org/app:1", "quay.io/org/app"].map((image) => ({ image })) };
      const { props, infos } = await rewrite("kubernetes:core/v1:Pod", { spec }, {}, rules);
      assert.deepEqual(props, {
        spec: { containers: [`${HUB}/library/nginx:1`, "org/app:1", "quay.io/org/app"].map((image) => ({ image })) },
      });
      assert.deepEqual(infos, [
        "1 of 3 container images are pulled through the cache; 1 without a rule, 1 not listed in images.",
      ]);
    });

    it("rewrites digests where they are asked for", async () => {
      const image = `nginx:1@sha256:${"a".repeat(64)}`;
      const { props, infos } = await rewrite(POD, { spec: { containers: [{ image }] } }, { digests: "rewrite" });
      assert.deepEqual(props, { spec: { containers: [{ image: `${HUB}/library/${image}` }] } });
      assert.deepEqual(infos, ["1 of 1 container images are pulled through the cache."]);
      assert.throws(
        () => imageTransform(RULES, { digests: "always" as never }),
        /digests must be "leave" or "rewrite"/,
      );
    });

    it("nothing without images", async () => {
      assert.deepEqual((await rewrite(POD, { spec: { containers: [] } })).infos, []);
    });

    it("a dry run changes nothing and says what would change", async () => {
      const { infos } = await expectUntouched(
        POD,
        { spec: { containers: [{ image: "nginx:1" }, { image: "quay.io/a/b" }, { image: pulumi.secret("zzz") }] } },
        { dryRun: true },
      );
      assert.deepEqual(infos, [
        [
          "Dry run: 2 of 3 container images would be pulled through the cache; 1 without a rule.",
          `  ${POD} "web" spec.containers[0].image: nginx:1 -> ${HUB}/library/nginx:1`,
          `  ${POD} "web" spec.containers[2].image: [secret]`,
        ].join("\n"),
      ]);
    });
  });

  it("a second time changes nothing", async () => {
    const { props } = await rewrite("kubernetes:core/v1:Pod", { spec: BEFORE });
    await expectUntouched("kubernetes:core/v1:Pod", props ?? {});
  });

  it("does not change the inputs that it was given", async () => {
    const frozen = { spec: { containers: [Object.freeze({ image: "nginx" })] } };
    const copy = structuredClone(frozen);
    await rewrite("kubernetes:core/v1:Pod", frozen);
    assert.deepEqual(frozen, copy);
  });
});
