import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { RECORDED } from "../../../local/provider/aws/table";
import { recordedType, recorderPlugin } from "../../../local/provider/recorder";
import { type Properties, UNKNOWN } from "../../../local/provider/wire";

const digestOf = (inputs: Properties) => `sha256:${createHash("sha256").update(JSON.stringify(inputs)).digest("hex")}`;

describe("resources that the local plugins only record", () => {
  const type = recordedType({
    computed: ["arn"],
    forceNew: ["name"],
    compute: (id, inputs) => ({ arn: `${inputs.name}/${id}` }),
  });
  const args = (oldInputs: Properties, inputs: Properties) => ({ oldInputs, state: {}, inputs });

  it("accept any input, and return it as an output beside what is computed", async () => {
    const inputs = { name: "a", size: 1 };
    assert.deepEqual(type.check({ name: "r", old: {}, inputs, seed: new Uint8Array() }), { inputs, refusals: [] });
    assert.deepEqual(type.previewCreate(inputs), { ...inputs, arn: UNKNOWN });
    const { id, state } = await type.create(inputs);
    assert.match(id, /^[0-9a-f]{16}$/);
    assert.notEqual((await type.create(inputs)).id, id, "each has its own id");
    assert.deepEqual(state, { ...inputs, arn: `a/${id}` });
    assert.deepEqual(type.previewUpdate(args({}, inputs)), { ...inputs, arn: UNKNOWN });
    assert.deepEqual(await type.update("x", args({}, { name: "b" })), { name: "b", arn: "b/x" });
    assert.equal(await type.delete(id, state), undefined);
  });

  it("differ by any input that is added, changed or taken away, and are replaced by those of their identity", () => {
    const before = { name: "a", gone: 1, list: [1, { b: 2 }] };
    assert.deepEqual(type.diff(args(before, { ...before, list: [1, { b: 2 }] })), {
      changed: [],
      replaces: [],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(type.diff(args(before, { name: "b", list: [1, { b: 3 }], news: 1 })), {
      changed: ["name", "gone", "list", "news"],
      replaces: ["name"],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(recordedType().diff(args({ name: "a" }, { name: "b" })).replaces, [], "by default by none");
  });

  it("are read as the state has them, with its outputs as the inputs of an import", async () => {
    const state = { name: "a", arn: "a/x" };
    assert.deepEqual(await type.read("x", state, { name: "a" }), { id: "x", state, inputs: { name: "a" } });
    assert.deepEqual(await type.read("x", state, undefined), { id: "x", state, inputs: state });
  });

  it("have no secrets and no settings, and their plugin no functions", async () => {
    const plugin = recorderPlugin("kubernetes");
    assert.deepEqual(plugin.identitySettings, []);
    assert.equal(plugin.configure({ context: "any" }), undefined);
    assert.deepEqual(plugin.resourceType("kubernetes:core/v1:Pod").secretOutputs, []);
    assert.deepEqual(plugin.resourceType("kubernetes:core/v1:Pod").previewCreate({ a: 1 }), { a: 1 });
    await assert.rejects(
      plugin.invoke("kubernetes:yaml:decode", {}),
      /the local kubernetes plugin records resources and has no functions: kubernetes:yaml:decode$/,
    );
  });

  it("that build images have the digest of their inputs, in a reference by digest", async () => {
    const build = recorderPlugin("docker-build").resourceType("docker-build:index:Image");
    const inputs = { tags: ["quay.io/a:1", "quay.io/a:2"], push: true };
    const digest = digestOf(inputs);
    assert.deepEqual(build.previewCreate(inputs), { ...inputs, digest: UNKNOWN, ref: UNKNOWN });
    assert.deepEqual((await build.create(inputs)).state, { ...inputs, digest, ref: `quay.io/a:1@${digest}` });
    assert.notEqual((await build.create({ ...inputs, push: false })).state.digest, digest);
    for (const none of [{}, { tags: [] }])
      assert.deepEqual((await build.create(none)).state, { ...none, digest: digestOf(none), ref: "" });
    const docker = recorderPlugin("docker").resourceType("docker:index/image:Image");
    const named = { imageName: "quay.io/a:1" };
    assert.deepEqual(docker.previewCreate(named), { ...named, repoDigest: UNKNOWN });
    const repoDigest = `quay.io/a:1@${digestOf(named)}`;
    assert.deepEqual((await docker.create(named)).state, { ...named, repoDigest });
  });

  it("of AWS have an ARN of their service, Region and name", async () => {
    const { "aws:ecr/replicationConfiguration:ReplicationConfiguration": withoutArn, ...withArn } = RECORDED;
    assert.deepEqual((await withoutArn.create({})).state, { registryId: "000000000000" });
    const arns: { readonly [token in keyof typeof withArn]: string } = {
      "aws:ecs/cluster:Cluster": "ecs:eu-west-1:000000000000:cluster/web",
      "aws:ecs/service:Service": "ecs:eu-west-1:000000000000:service/web",
      "aws:ecs/taskDefinition:TaskDefinition": "ecs:eu-west-1:000000000000:task-definition/web",
      "aws:batch/jobDefinition:JobDefinition": "batch:eu-west-1:000000000000:job-definition/web",
      "aws:apprunner/service:Service": "apprunner:eu-west-1:000000000000:service/web",
      "aws:codebuild/project:Project": "codebuild:eu-west-1:000000000000:project/web",
      "aws:eks/nodeGroup:NodeGroup": "eks:eu-west-1:000000000000:nodegroup/web",
      "aws:lambda/function:Function": "lambda:eu-west-1:000000000000:function/web",
    };
    const more: Properties = { "aws:ecs/taskDefinition:TaskDefinition": { revision: 1 } };
    const unknown: Record<string, Properties> = {
      "aws:ecs/taskDefinition:TaskDefinition": { revision: UNKNOWN },
      "aws:batch/jobDefinition:JobDefinition": { revision: UNKNOWN },
      "aws:apprunner/service:Service": { serviceUrl: UNKNOWN },
      "aws:lambda/function:Function": { version: UNKNOWN },
    };
    assert.deepEqual(Object.keys(arns), Object.keys(withArn));
    for (const [token, recorded] of Object.entries(withArn)) {
      const inputs = { name: "web", region: "eu-west-1" };
      const arn = `arn:aws:${arns[token as keyof typeof withArn]}`;
      assert.deepEqual((await recorded.create(inputs)).state, { ...inputs, arn, ...(more[token] as Properties) });
      assert.deepEqual(recorded.previewCreate(inputs), { ...inputs, arn: UNKNOWN, ...unknown[token] });
    }
    const { id, state } = await RECORDED["aws:ecs/cluster:Cluster"].create({});
    assert.equal(state.arn, `arn:aws:ecs:us-east-1:000000000000:cluster/${id}`);
    const task = RECORDED["aws:ecs/taskDefinition:TaskDefinition"];
    assert.match(String((await task.create({ family: "api" })).state.arn), /:task-definition\/api$/);
  });

  it("of ECS task definitions are replaced when their content changes, and others never", () => {
    const replacing = (token: keyof typeof RECORDED, keys: readonly string[]) =>
      RECORDED[token].diff(args({}, Object.fromEntries(keys.map((key) => [key, "x"])))).replaces;
    const content = ["containerDefinitions", "cpu", "memory", "family", "executionRoleArn", "taskRoleArn"];
    const keys = [...content, "networkMode", "volumes"];
    assert.deepEqual(replacing("aws:ecs/taskDefinition:TaskDefinition", [...keys, "tags"]), keys);
    assert.deepEqual(replacing("aws:lambda/function:Function", keys), []);
  });
});
