import assert from "node:assert/strict";
import { workloadUsesCache as policy } from "../../../policy-pack/policies/workload-uses-cache";
import { configured, judges, later, passes, resource, rule, undecided, undecidedFor } from "../support";
import { advises, cached, hub, task } from "./workloads";

const kinds = {
  task: "aws:ecs/taskDefinition:TaskDefinition",
  batch: "aws:batch/jobDefinition:JobDefinition",
  service: "aws:apprunner/service:Service",
  build: "aws:codebuild/project:Project",
  image: "docker:index/remoteImage:RemoteImage",
  pod: "kubernetes:core/v1:Pod",
};
const of = (type: string, props: object) => resource(type, "w", { ...props });
const k8s = (kind: string, props: object) => of(`kubernetes:${kind}`, props);
const ecr = (props: object, name = "r") =>
  rule(name, { upstreamRegistryUrl: "quay.io", ecrRepositoryPrefix: "ROOT", registryId: "111122223333", ...props });
const inRegion = (region: string, props: object = {}) =>
  rule(region, { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "docker.io", region, ...props });
const host = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const reported = (image: string, write: string) => `${image} is not pulled through the cache. Write ${write}.`;
const digest = `sha256:${"a".repeat(64)}`;
const longest = "x".repeat(255 - "hub/library/".length);
const nginx = k8s("core/v1:Pod", { spec: { containers: [{ image: "nginx" }] } });
const part = ecr({ ecrRepositoryPrefix: "q", upstreamRepositoryPrefix: "a" });
const all = ecr({}, "all");
const there = of(kinds.task, { containerDefinitions: '[{"image": "nginx"}]', region: "eu-west-1" });
const [near, far] = ["us-east-1", "eu-west-1"].map((region) => inRegion(region, { registryId: "111122223333" }));
assert.ok(near && far);
const credentials = { image: "nginx", repositoryCredentials: { credentialsParameter: "arn" } };
const unsure = ["upstreamRegistryUrl", "ecrRepositoryPrefix", "upstreamRepositoryPrefix"].map((property) =>
  rule("r", { upstreamRegistryUrl: "docker.io", [property]: later }),
);
const containers = [{ image: later }];
const template = (spec: unknown) => ({ spec: { template: { spec } } });

advises(policy, {
  "an official image": [
    reported("nginx", cached("library/nginx")),
    [hub, task("nginx")],
    ...unsure.map((one) => [one, hub, task("nginx")]),
  ],
  "a name that starts like a placeholder": [
    reported("autoscaler", cached("library/autoscaler")),
    [hub, task("autoscaler")],
  ],
  "a tag": [reported("nginx:1.27", cached("library/nginx:1.27")), [hub, task("nginx:1.27")]],
  "another name of Docker Hub": [
    reported("index.docker.io/grafana/loki:3", cached("grafana/loki:3")),
    [hub, task("index.docker.io/grafana/loki:3")],
  ],
  "a digest, which must be in the cache before its name is changed": [
    `nginx:1@${digest} is not pulled through the cache. It has a digest, which ECR never asks the upstream for. First pull the tag that has this digest from ${cached("library/nginx")}, so that it is in the cache. Then write ${cached("library/nginx")}:1@${digest}.`,
    [hub, task(`nginx:1@${digest}`)],
  ],
  "credentials for the other registry": [
    `${reported("nginx", cached("library/nginx"))} Remove repositoryCredentials, which is for another registry.`,
    [hub, of(kinds.task, { containerDefinitions: JSON.stringify([credentials]) })],
  ],
  "CodeBuild, whose own credentials import nothing": [
    `${reported("node:22", cached("library/node:22"))} Set imagePullCredentialsType to "SERVICE_ROLE".`,
    [hub, of(kinds.build, { environment: { image: "node:22" } })],
  ],
  "CodeBuild with the project's role": [
    reported("node:22", cached("library/node:22")),
    [hub, of(kinds.build, { environment: { image: "node:22", imagePullCredentialsType: "SERVICE_ROLE" } })],
  ],
  "the longest name that ECR takes": [reported(longest, cached(`library/${longest}`)), [hub, task(longest)]],
  "the prefix ROOT": [reported("quay.io/a/b:1", `${host}/a/b:1`), [all, task("quay.io/a/b:1")]],
  "an upstream prefix, of which the longest wins": [
    reported("quay.io/a/b:1", `${host}/q/b:1`),
    [part, task("quay.io/a/b:1", "quay.io/c/b", "quay.io/ab/c", "quay.io/a")],
    [all, part, task("quay.io/a/b:1")],
    [part, all, task("quay.io/a/b:1")],
  ],
  "an account that is not known in a first preview": [
    reported("nginx", "<account>.dkr.ecr.eu-central-1.amazonaws.com/hub/library/nginx"),
    [
      rule("hub", { ...hub.props, ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "docker.io", registryId: later }),
      task("nginx"),
    ],
  ],
  "the cache of the workload's own Region": [
    reported("nginx", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/hub/library/nginx"),
    [near, far, there],
  ],
  "a cluster that may be in either Region": [
    reported("nginx", "111122223333.dkr.ecr.<region>.amazonaws.com/hub/library/nginx"),
    [near, far, nginx],
  ],
  "a cluster that may be in either account": [
    reported("nginx", "<account>.dkr.ecr.us-east-1.amazonaws.com/hub/library/nginx"),
    [near, inRegion("us-east-1", { registryId: "444455556666" }), nginx],
  ],
  "the first of two caches": [
    reported("nginx", "111122223333.dkr.ecr.us-east-1.amazonaws.com/hub/library/nginx"),
    [near, inRegion("eu-west-1", { ecrRepositoryPrefix: "mirror" }), nginx],
  ],
});

judges(policy, {
  "passes cached images, upstreams without a rule, and Regions without one": [
    passes,
    [hub, task(cached("library/nginx"), "ghcr.io/a/b", "localhost/nginx", 7, null)],
    [task("nginx")],
    [near, there],
    [hub, k8s("core/v1:ConfigMap", { data: later })],
    configured({ repositories: { hub: ["grafana/*"] } }, hub, task("nginx")),
    configured({ exclude: ["task"] }, hub, task("nginx")),
  ],
  "leaves alone what cannot come from a cache, and names of what a program builds": [
    passes,
    [hub, of("aws:sagemaker/model:Model", { primaryContainer: { image: "nginx" } })],
    [hub, of("aws:lambda/function:Function", { imageUri: "nginx" })],
    [hub, of(kinds.image, { name: "nginx", build: { context: "." } })],
    [hub, of(kinds.build, { environment: { image: "aws/codebuild/standard:7.0" } })],
  ],
  "reads every kind of workload": [
    "w: nginx is not pulled through the cache.",
    ...[
      of(kinds.image, { name: "nginx" }),
      of(kinds.service, { sourceConfiguration: { imageRepository: { imageIdentifier: "nginx" } } }),
      of(kinds.batch, { containerProperties: '{"image": "nginx"}' }),
      of(kinds.batch, { ecsProperties: '{"taskProperties": [{"containers": [{"image": "nginx"}]}]}' }),
      of(kinds.batch, { nodeProperties: '{"nodeRangeProperties": [{"container": {"image": "nginx"}}]}' }),
      of(kinds.batch, { eksProperties: { podProperties: { containers: [{ image: "nginx" }] } } }),
      k8s("core/v1:Pod", { spec: { initContainers: [{ image: "nginx" }] } }),
      k8s("core/v1:Pod", { spec: { ephemeralContainers: [{ image: "nginx" }] } }),
      k8s("core/v1:Pod", { spec: { volumes: [{ image: { reference: "nginx" } }] } }),
      k8s("apps/v1:StatefulSetPatch", template({ containers: [{ image: "nginx" }] })),
      k8s("apps/v1:DaemonSetList", { items: [template({ containers: [{ image: "nginx" }] })] }),
      k8s("batch/v1:CronJob", { spec: { jobTemplate: template({ containers: [{ image: "nginx" }] }) } }),
      k8s("core/v1:PodTemplate", { template: { spec: { containers: [{ image: "nginx" }] } } }),
    ].map((one) => [hub, one]),
  ],
  "waits for whatever part of a workload may name an image": [
    undecided("w"),
    ...[
      ...[later, [later]].map((containerDefinitions) => of(kinds.task, { containerDefinitions })),
      ...[later, { image: later }].map((containerProperties) => of(kinds.batch, { containerProperties })),
      ...[later, ...[later, [later], [{ containers }]].map((taskProperties) => ({ taskProperties }))].map(
        (ecsProperties) => of(kinds.batch, { ecsProperties }),
      ),
      ...[
        later,
        ...[later, [{ container: later }], [{ ecsProperties: later }]].map((ranges) => ({
          nodeRangeProperties: ranges,
        })),
      ].map((nodeProperties) => of(kinds.batch, { nodeProperties })),
      ...[later, { podProperties: later }].map((eksProperties) => of(kinds.batch, { eksProperties })),
      ...[later, { imageRepository: { imageIdentifier: later } }].map((sourceConfiguration) =>
        of(kinds.service, { sourceConfiguration }),
      ),
      ...[
        later,
        ...[later, [later]].map((list) => ({ containers: list })),
        { initContainers: containers },
        { ephemeralContainers: containers },
        ...[later, [{ image: later }]].map((volumes) => ({ volumes })),
      ].map((spec) => of(kinds.pod, { spec })),
      k8s("apps/v1:Deployment", { spec: { template: later } }),
      k8s("batch/v1:CronJob", { spec: { jobTemplate: later } }),
      k8s("core/v1:PodTemplate", { template: { spec: later } }),
      ...[later, [{ spec: later }]].map((items) => k8s("core/v1:PodList", { items })),
      k8s("operator.victoriametrics.com/v1beta1:VMAgent", { spec: { image: { repository: "a", tag: later } } }),
      k8s("example.com/v1:Unknown", template(later)),
      of(kinds.build, { environment: later }),
      of(kinds.image, { name: later }),
    ].map((one) => [hub, one]),
  ],
  "waits for a rule of which a part is not known yet": [
    undecided("task"),
    ...unsure.map((one) => [one, task("nginx")]),
  ],
  "reports known images beside unknown ones": [
    (own) => ({ ...undecidedFor(own, "w"), violations: ["w: nginx is not pulled through the cache."] }),
    [hub, k8s("core/v1:Pod", { spec: { containers: [{ image: later }, { image: "nginx" }] } })],
  ],
  "does not show text that only looks like an image, and survives hostile input": [
    passes,
    [hub, task("a b; rm -rf /", "x".repeat(100_000), "$(planted)", "UPPER/case", "a//b", "nginx:$(planted)", "")],
    [hub, task(`${longest}x`)],
    ...["{", "[".repeat(50_000), "7", "null"].map((text) => [hub, of(kinds.task, { containerDefinitions: text })]),
  ],
});
