import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../local/provider/wire";
import { check as checkBy, plugin, ROLE, RULE, SECRET, TEMPLATE, VERSION } from "./support";

const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/a";

describe("the local provider, without AWS", () => {
  const typeOf = (token: string, settings?: Properties) => plugin(undefined, settings).resourceType(token);
  const check = (token: string, inputs: Properties, settings?: Properties) => checkBy(typeOf(token, settings), inputs);
  const diff = (token: string, state: Properties, inputs: Properties) =>
    typeOf(token).diff({
      oldInputs: {},
      state: { region: "us-east-1", ...state },
      inputs: check(token, inputs).inputs,
    });

  const rule = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: ARN };
  const template = {
    prefix: "hub",
    appliedFors: ["PULL_THROUGH_CACHE"],
    imageTagMutability: "MUTABLE",
    encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
  };

  it("lists its types and functions if it does not have the requested one", async () => {
    assert.throws(() => typeOf("aws:s3/bucket:Bucket"), /does not have aws:s3\/bucket:Bucket; it has .*PullThroughCa/);
    await assert.rejects(plugin().invoke("aws:s3/getBucket:getBucket", {}), /getBucket; it has .*getCallerIdentity/);
  });

  it("refuses everything at once, and never repeats a value, which may be secret", () => {
    const { refusals } = check(SECRET, {
      name: "canary!",
      kmsKeyId: 1,
      description: "canary".repeat(1000),
      tags: "canary",
    });
    assert.equal(refusals.length, 3);
    assert.ok(!JSON.stringify(refusals).includes("canary"), "no value");
  });

  it("accepts what is not known yet, and a Region of its own", () => {
    assert.deepEqual(check(RULE, { ...rule, credentialArn: UNKNOWN, region: "eu-west-1" }).refusals, []);
  });

  it("adds the Region, all tags and defaults, and notes defaults in every object", () => {
    const settings = {
      defaultTags: '{"tags":{"team":"a"}}',
    };
    assert.deepEqual(check(SECRET, { name: "s", tags: { app: "b" } }, settings).inputs, {
      name: "s",
      tags: { app: "b" },
      recoveryWindowInDays: 30,
      forceOverwriteReplicaSecret: false,
      region: "us-east-1",
      tagsAll: { team: "a", app: "b" },
      __defaults: ["recoveryWindowInDays", "forceOverwriteReplicaSecret"],
    });
    assert.equal(check(SECRET, { name: "s", tags: { app: UNKNOWN } }).inputs.tagsAll, UNKNOWN);
    const { inputs } = check(TEMPLATE, { ...template, resourceTags: { team: "a" } });
    assert.deepEqual(inputs.encryptionConfigurations, [{ encryptionType: "AES256", kmsKey: "", __defaults: [] }]);
    assert.deepEqual(inputs.resourceTags, { team: "a" });
    assert.equal("region" in check(ROLE, { assumeRolePolicy: "{}" }).inputs, false, "IAM is global");
  });

  it("makes names from the logical name, keeps them, and refuses those that are too long", () => {
    const named = (token: string, name: string, more: object = {}) =>
      typeOf(token).check({ name, old: {}, inputs: { assumeRolePolicy: "{}" }, seed: new Uint8Array([1]), ...more });
    const first = check(ROLE, { assumeRolePolicy: { Version: "2012-10-17" } }).inputs;
    assert.match(String(first.name), /^web-[0-9a-f]{7}$/);
    assert.equal(first.assumeRolePolicy, '{"Version":"2012-10-17"}');
    assert.equal(named(ROLE, "web", { old: first, seed: new Uint8Array([2]) }).inputs.name, first.name);
    assert.match(String(named(ROLE, "n".repeat(56)).inputs.name), /^n{56}-[0-9a-f]{7}$/);
    assert.throws(() => named(ROLE, "n".repeat(57)), /longer than maximum length 64/);
    assert.throws(() => named(SECRET, "n".repeat(248)), /longer than maximum length 255/);
    const prefixed = check(SECRET, { namePrefix: "hub-" }).inputs;
    assert.deepEqual(["name" in prefixed, typeOf(SECRET).previewCreate(prefixed).name], [false, UNKNOWN]);
  });

  it("previews what it knows, and nothing that AWS may choose", () => {
    const preview = (encryption: object) =>
      typeOf(TEMPLATE).previewCreate(check(TEMPLATE, { ...template, encryptionConfigurations: [encryption] }).inputs);
    assert.deepEqual(preview({ encryptionType: "KMS" }), {
      ...template,
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: UNKNOWN }],
      region: "us-east-1",
      registryId: UNKNOWN,
    });
    const named = { encryptionType: "KMS", kmsKey: "k" };
    assert.deepEqual(preview(named).encryptionConfigurations, [named]);
  });

  it("compares with what was read back, but not what a program asks to ignore", () => {
    const state = { ...rule, region: "us-east-1", upstreamRepositoryPrefix: "ROOT", credentialArn: `${ARN}2` };
    assert.deepEqual(diff(RULE, state, rule), {
      changed: ["upstreamRepositoryPrefix", "credentialArn"],
      replaces: ["upstreamRepositoryPrefix"],
      deleteBeforeReplace: false,
    });
    const args = {
      oldInputs: rule,
      state,
      inputs: check(RULE, rule).inputs,
      ignoreChanges: ["upstreamRepositoryPrefix"],
    };
    assert.deepEqual(typeOf(RULE).diff(args).changed, ["credentialArn"]);
    assert.equal(typeOf(RULE).previewUpdate(args).upstreamRepositoryPrefix, "ROOT");
  });

  it("replaces in another Region, given or the provider's, and gives one in place to resources of version 6", () => {
    assert.deepEqual(diff(RULE, rule, { ...rule, region: "eu-west-1" }).replaces, ["region"]);
    assert.deepEqual(diff(RULE, { ...rule, region: "eu-west-1" }, rule).replaces, ["region"]);
    const old = { ...rule, region: undefined };
    assert.deepEqual(diff(RULE, old, rule), { changed: ["region"], replaces: [], deleteBeforeReplace: false });
    assert.deepEqual(diff(RULE, old, { ...rule, region: "eu-west-1" }).replaces, ["region"]);
  });

  it("deletes what has a given name, lifecycle policies and attachments before it replaces them", () => {
    const lifecycle = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
    const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
    const isDeletedFirst = (token: string, state: Properties, inputs: Properties) => {
      const { replaces, deleteBeforeReplace } = diff(token, state, inputs);
      assert.equal(replaces.length, 1);
      return deleteBeforeReplace;
    };
    const role = { assumeRolePolicy: "{}", path: "/" };
    assert.equal(isDeletedFirst(ROLE, { ...role, name: "r" }, { ...role, name: "r", path: "/a/" }), true);
    const made = check(ROLE, role).inputs.name;
    assert.equal(isDeletedFirst(ROLE, { ...role, name: made }, { ...role, path: "/a/" }), false);
    assert.equal(
      isDeletedFirst(lifecycle, { repository: "a", policy: "[1]" }, { repository: "a", policy: "[2]" }),
      true,
    );
    const policyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    assert.equal(isDeletedFirst(attachment, { role: "r", policyArn }, { role: "s", policyArn }), true);
    assert.equal(isDeletedFirst(RULE, rule, { ...rule, upstreamRegistryUrl: "quay.io" }), false);
  });

  it("sees no change in another order of a set or another spelling of a policy, and one in what is unknown", () => {
    const appliedFors = ["REPLICATION", "PULL_THROUGH_CACHE"];
    const before = { ...template, appliedFors, repositoryPolicy: '{"a":["x"],"b":1}' };
    const after = { ...template, appliedFors: [...appliedFors].reverse(), repositoryPolicy: '{ "b": 1, "a": "x" }' };
    assert.deepEqual(diff(TEMPLATE, before, after).changed, []);
    assert.deepEqual(diff(TEMPLATE, before, { ...after, repositoryPolicy: '{"a":"y"}' }).changed, ["repositoryPolicy"]);
    const version = { secretId: ARN, secretString: "a" };
    assert.deepEqual(diff(VERSION, version, { ...version, secretId: UNKNOWN }).replaces, ["secretId"]);
  });

  it("keeps what AWS chooses if the program does not set it", () => {
    const secret = { name: "s", policy: '{"Version":"2012-10-17"}', recoveryWindowInDays: 30 };
    assert.deepEqual(diff(SECRET, secret, { name: "s" }).changed, []);
    assert.deepEqual(diff(SECRET, secret, { name: "s", policy: "{}" }).changed, ["policy"]);
    const state = { ...template, encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY }] };
    const asked = (encryptionConfigurations?: Properties[]) => ({ ...template, encryptionConfigurations });
    assert.deepEqual(diff(TEMPLATE, state, asked([{ encryptionType: "KMS" }])).changed, []);
    assert.deepEqual(diff(TEMPLATE, state, asked()).changed, []);
    const inputs = check(TEMPLATE, asked([{ encryptionType: "AES256" }])).inputs;
    const args = { oldInputs: {}, state: { ...state, region: "us-east-1" }, inputs };
    assert.deepEqual(typeOf(TEMPLATE).diff(args).changed, ["encryptionConfigurations"]);
    assert.deepEqual(typeOf(TEMPLATE).previewUpdate(args).encryptionConfigurations, [
      { encryptionType: "AES256", kmsKey: KEY },
    ]);
  });

  it("records workloads as they are given", async () => {
    const type = typeOf("aws:ecs/taskDefinition:TaskDefinition");
    const inputs = { family: "web", containerDefinitions: "[]" };
    const { state } = await type.create(inputs);
    assert.deepEqual(state, { ...inputs, arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/web", revision: 1 });
    assert.deepEqual(type.diff({ oldInputs: inputs, inputs: { ...inputs, family: "api" }, state }).replaces, [
      "family",
    ]);
  });
});
