import assert from "node:assert/strict";
import { cachedImageResolves } from "../../../policy-pack/policies/cached-image-resolves";
import { later, messages, passes, replication, repository, resource, rule, run, undecidedFor } from "../support";
import { cached, hub, task } from "./workloads";

describe("cached-image-resolves", () => {
  const policy = cachedImageResolves;
  const judge = async (...stack: Parameters<typeof run>[1]) =>
    (await messages(policy, stack)).map((message) => message.split("\n").slice(0, 2).join(" "));
  const host = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
  const far = `${host.replace("eu-central-1", "us-east-1")}/hub/library/nginx:1.27`;
  const pod = (image: string) => resource("kubernetes:core/v1:Pod", "pod", { spec: { containers: [{ image }] } });

  it("passes complete names, upstream names, and names that may be private repositories", async () => {
    for (const image of [
      cached("library/nginx:1.27"),
      cached("grafana/loki:3"),
      "nginx:1.27",
      `${host}/shop/web:1`,
      `${host}/web/hub:1`,
      `${host}/hubs/web:1`,
      `${host}/pub/web:1`,
      `${host}/hub:1`,
      `444455556666.dkr.ecr.eu-central-1.amazonaws.com/hub/nginx`,
      "444455556666.dkr.ecr.us-east-1.amazonaws.com/hub/library/nginx",
    ]) {
      assert.deepEqual(await run(policy, [hub, task(image)]), passes, image);
    }
    const official = rule("official", {
      ecrRepositoryPrefix: "official",
      upstreamRegistryUrl: "registry-1.docker.io",
      upstreamRepositoryPrefix: "library",
      registryId: "111122223333",
    });
    assert.deepEqual(await run(policy, [hub, official, task(`${host}/official/nginx`)]), passes);
    assert.deepEqual(
      await run(policy, [rule("quay"), task(`${host}/quay/single:1`)]),
      passes,
      "quay.io has such names",
    );
    assert.deepEqual(await run(policy, [hub, repository("own", { name: "hub/nginx" }), task(cached("nginx"))]), passes);
    assert.deepEqual(await run(policy, [task(cached("nginx"))]), passes, "the rules are in another stack");
    const root = rule("root", {
      ecrRepositoryPrefix: "ROOT",
      upstreamRegistryUrl: "docker.io",
      registryId: "111122223333",
    });
    assert.deepEqual(await run(policy, [root, task(`${host}/web:1`)]), passes);
  });

  it("reports an official image without library/, wherever it stands", async () => {
    const wanted = [
      `${host}/hub/nginx:1.27 lacks library/, which ECR needs in the names of Docker Hub's official images. Write ${host}/hub/library/nginx:1.27.`,
    ];
    for (const workload of [task(cached("nginx:1.27")), pod(cached("nginx:1.27"))]) {
      assert.deepEqual(await judge(hub, workload), wanted);
    }
    const longer = rule("team", { ecrRepositoryPrefix: "hub/team", registryId: "111122223333" });
    assert.deepEqual(await judge(hub, longer, task(cached("team/app"))), [], "it is in the other cache");
  });

  it("reports a prefix that no rule has, if it is surely meant for a cache", async () => {
    const dashed = rule("hub", {
      ecrRepositoryPrefix: "docker-hub",
      upstreamRegistryUrl: "registry-1.docker.io",
      registryId: "111122223333",
    });
    for (const [image, prefix, right] of [
      ["dockerhub/grafana/loki:3", "dockerhub", "docker-hub/grafana/loki:3"],
      ["mirror/library/nginx", "mirror", "docker-hub/library/nginx"],
    ]) {
      assert.deepEqual(await judge(dashed, task(`${host}/${image}`)), [
        `${host}/${image} is in no cache: the stack has no rule with the prefix ${prefix}, but one with docker-hub. Write ${host}/${right}.`,
      ]);
    }
    const both = [dashed, rule("mirror", { ecrRepositoryPrefix: "mirror", registryId: "111122223333" })];
    assert.deepEqual(await judge(...both, task(`${host}/mirror/library/nginx`)), []);
    const config = { cachePrefixes: ["mirror"] };
    assert.deepEqual(await run(policy, [dashed, task(`${host}/mirror/library/nginx`)], config), passes);
  });

  it("reports a Region without a rule, if the workload is where the rule is", async () => {
    assert.deepEqual(await judge(hub, task(far)), [
      `${far} is in no cache: the stack has a rule with the prefix hub in eu-central-1, and none in us-east-1. Write ${cached("library/nginx:1.27")}.`,
    ]);
    assert.deepEqual(await judge(hub, pod(far)), [], "the cluster may be there");
    assert.deepEqual(await judge(hub, replication("copies"), task(far)), []);
    const alsoThere = rule("there", { ecrRepositoryPrefix: "hub", region: "us-east-1" });
    assert.deepEqual(await judge(hub, alsoThere, task(far)), []);
    const workload = { region: "us-east-1", containerDefinitions: [{ image: far }] };
    assert.deepEqual(await judge(hub, resource("aws:ecs/taskDefinition:TaskDefinition", "t", workload)), []);
  });

  it("waits for images and prefixes that are not known yet", async () => {
    const open = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions: later });
    assert.deepEqual(await run(policy, [hub, open]), undecidedFor(policy, "task"));
    const unsure = rule("r", { ecrRepositoryPrefix: later });
    assert.deepEqual(await run(policy, [unsure, task(`${host}/web:1`)]), undecidedFor(policy, "task"));
  });
});
