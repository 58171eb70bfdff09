import assert from "node:assert/strict";
import { workloadUsesCache } from "../../../policy-pack/policies/workload-uses-cache";
import { later, messages, passes, resource, rule, run, undecidedFor } from "../support";
import { cached, hub, task } from "./workloads";

describe("workload-uses-cache", () => {
  const policy = workloadUsesCache;
  /** The report about an image, with the image to write instead. */
  const judge = async (stack: Parameters<typeof run>[1]) =>
    (await messages(policy, stack)).map((message) => message.split("\n").slice(0, 2).join(" "));
  const instead = (image: string, path: string) =>
    `${image} is not pulled through the cache. Write ${path.includes("amazonaws") ? path : cached(path)}.`;

  for (const [image, path] of [
    ["nginx", "library/nginx"],
    ["nginx:1.27", "library/nginx:1.27"],
    ["index.docker.io/grafana/loki:3", "grafana/loki:3"],
    ["registry.hub.docker.com/grafana/loki:3", "grafana/loki:3"],
  ] as const) {
    it(`reports ${image}, with the image to write instead`, async () => {
      assert.deepEqual(await judge([hub, task(image)]), [instead(image, path)]);
    });
  }

  it("says that a digest must be in the cache before its name is changed", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const [message = ""] = await messages(policy, [hub, task(`nginx:1@${digest}`)]);
    const [, write] = message.split("\n");
    const name = cached("library/nginx");
    assert.equal(
      write,
      `First pull the tag that has this digest from ${name}, so that it is in the cache. Then write ${name}:1@${digest}.`,
    );
  });

  it("says which credentials are for the other registry", async () => {
    const container = { image: "nginx", repositoryCredentials: { credentialsParameter: "arn" } };
    const one = resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
      containerDefinitions: JSON.stringify([container]),
    });
    assert.match((await messages(policy, [hub, one])).join(), /\. Remove repositoryCredentials, which is for another/);
  });

  it("leaves alone what cannot come from a cache, and names of what a program builds", async () => {
    for (const [type, props] of [
      ["aws:sagemaker/model:Model", { primaryContainer: { image: "nginx" } }],
      ["aws:lambda/function:Function", { imageUri: "nginx" }],
      ["docker:index/remoteImage:RemoteImage", { name: "nginx", build: { context: "." } }],
    ] as const) {
      assert.deepEqual(await run(policy, [hub, resource(type, "w", { ...props })]), passes, type);
    }
    const pulled = resource("docker:index/remoteImage:RemoteImage", "w", { name: "nginx" });
    assert.equal((await run(policy, [hub, pulled])).violations.length, 1);
  });

  it("passes cached images and upstreams without a rule", async () => {
    assert.deepEqual(
      await run(policy, [hub, task(cached("library/nginx"), "ghcr.io/a/b", "localhost/nginx", 7, null)]),
      passes,
    );
    assert.deepEqual(await run(policy, [task("nginx")]), passes);
  });

  it("uses the rule's prefix and upstream prefix", async () => {
    const ecr = (props: object) =>
      rule("r", { upstreamRegistryUrl: "quay.io", ecrRepositoryPrefix: "ROOT", registryId: "111122223333", ...props });
    const host = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
    assert.deepEqual(await judge([ecr({}), task("quay.io/a/b:1")]), [instead("quay.io/a/b:1", `${host}/a/b:1`)]);
    const part = ecr({ ecrRepositoryPrefix: "q", upstreamRepositoryPrefix: "a" });
    assert.deepEqual(await judge([part, task("quay.io/a/b:1", "quay.io/c/b", "quay.io/ab/c", "quay.io/a")]), [
      instead("quay.io/a/b:1", `${host}/q/b:1`),
    ]);
    const all = { ...ecr({}), urn: `${part.urn}2` };
    for (const rules of [
      [all, part],
      [part, all],
    ]) {
      const found = await judge([...rules, task("quay.io/a/b:1")]);
      assert.deepEqual(found, [instead("quay.io/a/b:1", `${host}/q/b:1`)], "the longest upstream prefix wins");
    }
  });

  it("reads every kind of workload", async () => {
    const pod = { containers: [{ image: "one" }], initContainers: [{ image: "two" }] };
    const ecs = { taskProperties: [{ containers: [{ image: "one" }] }, { containers: [{ image: "two" }] }] };
    const batch = "aws:batch/jobDefinition:JobDefinition";
    const kubernetes = (kind: string, props: object) => [`kubernetes:${kind}`, { ...props }] as const;
    for (const [type, props] of [
      [
        batch,
        {
          containerProperties: '{"image": "one"}',
          ecsProperties: '{"taskProperties": [{"containers": [{"image": "two"}]}]}',
        },
      ],
      [
        batch,
        {
          nodeProperties: '{"nodeRangeProperties": [{"container": {"image": "one"}}, {"container": {"image": "two"}}]}',
        },
      ],
      [batch, { nodeProperties: { nodeRangeProperties: [{ ecsProperties: ecs }] } }],
      [batch, { eksProperties: { podProperties: pod } }],
      kubernetes("core/v1:Pod", {
        spec: { containers: [{ image: "one" }], ephemeralContainers: [{ image: "two" }] },
      }),
      kubernetes("core/v1:Pod", { spec: pod }),
      kubernetes("core/v1:Pod", {
        spec: { containers: [{ image: "one" }], volumes: [{ image: { reference: "two" } }] },
      }),
      kubernetes("apps/v1:Deployment", { spec: { template: { spec: pod } } }),
      kubernetes("apps/v1:StatefulSetPatch", { spec: { template: { spec: pod } } }),
      kubernetes("apps/v1:DaemonSetList", { items: [{ spec: { template: { spec: pod } } }] }),
      kubernetes("batch/v1:CronJob", { spec: { jobTemplate: { spec: { template: { spec: pod } } } } }),
      kubernetes("core/v1:PodTemplate", { template: { spec: pod } }),
    ] as const) {
      assert.deepEqual(
        await judge([hub, resource(type, "w", props)]),
        [instead("one", "library/one"), instead("two", "library/two")],
        type,
      );
    }
    const service = { sourceConfiguration: { imageRepository: { imageIdentifier: "nginx" } } };
    assert.equal(
      (await run(policy, [hub, resource("aws:apprunner/service:Service", "s", service)])).violations.length,
      1,
    );
    assert.deepEqual(await run(policy, [hub, resource("kubernetes:core/v1:ConfigMap", "c", { data: later })]), passes);
  });

  it("writes placeholders for what is unknown in a first preview", async () => {
    const first = rule("hub", {
      ecrRepositoryPrefix: "hub",
      upstreamRegistryUrl: "registry-1.docker.io",
      registryId: later,
    });
    assert.deepEqual(await judge([first, task("nginx")]), [
      instead("nginx", "<account>.dkr.ecr.eu-central-1.amazonaws.com/hub/library/nginx"),
    ]);
  });

  it("names the cache of the workload's own Region, and reports nothing if there is none", async () => {
    const [near, far] = ["us-east-1", "eu-west-1"].map((region) =>
      rule(region, { ...hub.props, region, ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "docker.io" }),
    );
    assert.ok(near && far);
    const hubProps = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "docker.io" };
    const there = resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
      containerDefinitions: '[{"image": "nginx"}]',
      region: "eu-west-1",
    });
    assert.deepEqual(await judge([near, far, there]), [
      instead("nginx", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/hub/library/nginx"),
    ]);
    assert.deepEqual(await judge([near, there]), []);
    const pod = resource("kubernetes:core/v1:Pod", "pod", { spec: { containers: [{ image: "nginx" }] } });
    assert.deepEqual(await judge([near, far, pod]), [
      instead("nginx", "111122223333.dkr.ecr.<region>.amazonaws.com/hub/library/nginx"),
    ]);
    const other = rule("other", { ...hubProps, region: "us-east-1", registryId: "444455556666" });
    const mine = rule("mine", { ...hubProps, region: "us-east-1", registryId: "111122223333" });
    assert.deepEqual(await judge([mine, other, pod]), [
      instead("nginx", "<account>.dkr.ecr.us-east-1.amazonaws.com/hub/library/nginx"),
    ]);
    const elsewhere = rule("elsewhere", { ...hubProps, ecrRepositoryPrefix: "mirror", region: "eu-west-1" });
    assert.deepEqual(await judge([mine, elsewhere, pod]), [
      instead("nginx", "111122223333.dkr.ecr.us-east-1.amazonaws.com/hub/library/nginx"),
    ]);
  });

  it("reports known images beside unknown ones", async () => {
    const open = resource("kubernetes:core/v1:Pod", "pod", {
      spec: { containers: [{ image: later }, { image: "nginx" }] },
    });
    const { violations, notes } = await run(policy, [hub, open]);
    assert.equal(violations.length, 1);
    assert.deepEqual(notes, undecidedFor(policy, "pod").notes);
    const unread = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions: later });
    assert.deepEqual(await run(policy, [hub, unread]), undecidedFor(policy, "task"));
    for (const props of [
      { upstreamRegistryUrl: later },
      { ecrRepositoryPrefix: later },
      { upstreamRepositoryPrefix: later },
    ]) {
      const unsure = rule("r", { upstreamRegistryUrl: "docker.io", ...props });
      assert.deepEqual(await run(policy, [unsure, task("nginx")]), undecidedFor(policy, "task"));
      assert.deepEqual(await judge([unsure, hub, task("nginx")]), [instead("nginx", "library/nginx")]);
    }
  });

  it("waits for whatever part of a workload may name an image", async () => {
    const batch = "aws:batch/jobDefinition:JobDefinition";
    const pod = "kubernetes:core/v1:Pod";
    const containers = [{ image: later }];
    for (const [type, props] of [
      ["aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions: [later] }],
      [batch, { containerProperties: later }],
      [batch, { containerProperties: { image: later } }],
      [batch, { ecsProperties: later }],
      [batch, { ecsProperties: { taskProperties: later } }],
      [batch, { ecsProperties: { taskProperties: [later] } }],
      [batch, { ecsProperties: { taskProperties: [{ containers }] } }],
      [batch, { nodeProperties: later }],
      [batch, { nodeProperties: { nodeRangeProperties: later } }],
      [batch, { nodeProperties: { nodeRangeProperties: [{ container: later }] } }],
      [batch, { nodeProperties: { nodeRangeProperties: [{ ecsProperties: later }] } }],
      [batch, { eksProperties: later }],
      [batch, { eksProperties: { podProperties: later } }],
      ["aws:apprunner/service:Service", { sourceConfiguration: later }],
      ["aws:apprunner/service:Service", { sourceConfiguration: { imageRepository: { imageIdentifier: later } } }],
      [pod, { spec: later }],
      [pod, { spec: { containers: later } }],
      [pod, { spec: { containers: [later] } }],
      [pod, { spec: { initContainers: containers } }],
      [pod, { spec: { ephemeralContainers: containers } }],
      [pod, { spec: { volumes: later } }],
      [pod, { spec: { volumes: [{ image: later }] } }],
      ["kubernetes:apps/v1:Deployment", { spec: { template: later } }],
      ["kubernetes:batch/v1:CronJob", { spec: { jobTemplate: later } }],
      ["kubernetes:core/v1:PodTemplate", { template: { spec: later } }],
      ["kubernetes:core/v1:PodList", { items: later }],
      ["kubernetes:core/v1:PodList", { items: [{ spec: later }] }],
      ["kubernetes:operator.victoriametrics.com/v1beta1:VMAgent", { spec: { image: { repository: "a", tag: later } } }],
      ["kubernetes:example.com/v1:Unknown", { spec: { template: { spec: later } } }],
      ["aws:codebuild/project:Project", { environment: later }],
      ["docker:index/remoteImage:RemoteImage", { name: later }],
    ] as const) {
      assert.deepEqual(
        await run(policy, [hub, resource(type, "w", { ...props })]),
        undecidedFor(policy, "w"),
        JSON.stringify(props),
      );
    }
  });

  it("does not show text that only looks like an image, and survives hostile input", async () => {
    const hostile = ["a b; rm -rf /", "x".repeat(100_000), "$(planted)", "UPPER/case", "a//b", "nginx:$(planted)", ""];
    assert.deepEqual(await run(policy, [hub, task(...hostile)]), passes);
    const longest = "x".repeat(255 - "hub/library/".length);
    assert.equal((await run(policy, [hub, task(longest)])).violations.length, 1, "the longest name that ECR takes");
    assert.deepEqual(await run(policy, [hub, task(`${longest}x`)]), passes);
    for (const containerDefinitions of ["{", "[".repeat(50_000), "7", "null"]) {
      const one = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions });
      assert.deepEqual(await run(policy, [hub, one]), passes);
    }
  });

  it("lets CodeBuild pull with the project's role, because its own credentials import nothing", async () => {
    const project = (image: string, more: object = {}) =>
      resource("aws:codebuild/project:Project", "build", { environment: { image, ...more } });
    const [message = ""] = await messages(policy, [hub, project("node:22")]);
    assert.match(message, /\nWrite \S+\/hub\/library\/node:22\. Set imagePullCredentialsType to "SERVICE_ROLE"\.\n/);
    const [right = ""] = await messages(policy, [
      hub,
      project("node:22", { imagePullCredentialsType: "SERVICE_ROLE" }),
    ]);
    assert.doesNotMatch(right, /imagePullCredentialsType/);
    assert.deepEqual(await run(policy, [hub, project("aws/codebuild/standard:7.0")]), passes);
  });

  it("ignores excluded names", async () => {
    assert.deepEqual(await run(policy, [hub, task("nginx")], { exclude: ["task"] }), passes);
  });
});
