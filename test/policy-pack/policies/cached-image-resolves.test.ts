import { cachedImageResolves as policy } from "../../../policy-pack/policies/cached-image-resolves";
import { configured, judges, later, passes, replication, repository, resource, rule, undecided } from "../support";
import { advises, cached, hub, task } from "./workloads";

const host = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const far = `${host.replace("eu-central-1", "us-east-1")}/hub/library/nginx:1.27`;
const pod = (image: string) => resource("kubernetes:core/v1:Pod", "pod", { spec: { containers: [{ image }] } });
const ofHub = (name: string, ecrRepositoryPrefix: string, more: object = {}) =>
  rule(name, { upstreamRegistryUrl: "registry-1.docker.io", registryId: "111122223333", ecrRepositoryPrefix, ...more });
const dashed = ofHub("hub", "docker-hub");

judges(policy, {
  "passes complete names, upstream names, and names that may be private repositories": [
    passes,
    ...[
      cached("library/nginx:1.27"),
      "nginx:1.27",
      ...["hub/grafana/loki:3", "shop/web:1", "web/hub:1", "hubs/web:1", "pub/web:1", "hub:1"].map(
        (name) => `${host}/${name}`,
      ),
      "444455556666.dkr.ecr.eu-central-1.amazonaws.com/hub/nginx",
      "444455556666.dkr.ecr.us-east-1.amazonaws.com/hub/library/nginx",
    ].map((image) => [hub, task(image)]),
    [hub, ofHub("official", "official", { upstreamRepositoryPrefix: "library" }), task(`${host}/official/nginx`)],
    // quay.io has such names.
    [rule("quay"), task(`${host}/quay/single:1`)],
    [hub, repository("own", { name: "hub/nginx" }), task(cached("nginx"))],
    // The rules are in another stack.
    [task(cached("nginx"))],
    [ofHub("root", "ROOT"), task(`${host}/web:1`)],
    [hub, rule("team", { ecrRepositoryPrefix: "hub/team", registryId: "111122223333" }), task(cached("team/app"))],
  ],
  "passes a prefix that another rule or the configuration has, and what is no official image": [
    passes,
    [dashed, task(`${host}/mirror/library/nginx/plus`)],
    [dashed, ofHub("mirror", "mirror"), task(`${host}/mirror/library/nginx`)],
    configured({ cachePrefixes: ["mirror"] }, dashed, task(`${host}/mirror/library/nginx`)),
  ],
  "passes a Region without a rule if the workload, a copy or another rule may be there": [
    passes,
    [hub, pod(far)],
    [hub, replication("copies"), task(far)],
    [hub, rule("there", { ecrRepositoryPrefix: "hub", region: "us-east-1" }), task(far)],
    [hub, resource(task().type, "task", { region: "us-east-1", containerDefinitions: [{ image: far }] })],
  ],
  "waits for images and prefixes that are not known yet": [
    undecided("task"),
    [hub, resource(task().type, "task", { containerDefinitions: later })],
    [rule("r", { ecrRepositoryPrefix: later }), task(`${host}/web:1`)],
  ],
});

advises(policy, {
  "an official image without library/, wherever it stands": [
    `${host}/hub/nginx:1.27 lacks library/, which ECR needs in the names of Docker Hub's official images. Write ${host}/hub/library/nginx:1.27.`,
    [hub, task(cached("nginx:1.27"))],
    [hub, pod(cached("nginx:1.27"))],
  ],
  "a prefix that differs in its dashes": [
    `${host}/dockerhub/grafana/loki:3 is in no cache: the stack has no rule with the prefix dockerhub, but one with docker-hub. Write ${host}/docker-hub/grafana/loki:3.`,
    [dashed, task(`${host}/dockerhub/grafana/loki:3`)],
  ],
  "another prefix of an official image": [
    `${host}/mirror/library/nginx is in no cache: the stack has no rule with the prefix mirror, but one with docker-hub. Write ${host}/docker-hub/library/nginx.`,
    [dashed, task(`${host}/mirror/library/nginx`)],
  ],
  "a Region without a rule, if the workload is where the rule is": [
    `${far} is in no cache: the stack has a rule with the prefix hub in eu-central-1, and none in us-east-1. Write ${cached("library/nginx:1.27")}.`,
    [hub, task(far)],
  ],
});
