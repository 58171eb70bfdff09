import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../../local/provider/wire";
import { check, diff, SETTINGS, typeOf } from "../offline";
import { ARN, RULE, SECRET, TEMPLATE, VERSION } from "../tokens";

describe("diff by the local AWS provider", () => {
  const rule = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: ARN };
  const template = {
    prefix: "hub",
    appliedFors: ["PULL_THROUGH_CACHE"],
    imageTagMutability: "MUTABLE",
    encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
  };

  it("replaces what AWS cannot change and updates the rest", () => {
    assert.deepEqual(diff(RULE, rule, { ...rule, upstreamRegistryUrl: "quay.io" }).replaces, ["upstreamRegistryUrl"]);
    assert.deepEqual(diff(RULE, rule, { ...rule, credentialArn: `${ARN}2` }), {
      changed: ["credentialArn"],
      replaces: [],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(
      diff(VERSION, { secretId: ARN, secretString: "a" }, { secretId: ARN, secretString: "b" }).replaces,
      ["secretString"],
    );
  });

  it("compares with what was read back, not with the inputs of the last update", () => {
    const type = typeOf(RULE);
    const state = { ...rule, region: "us-east-1", upstreamRepositoryPrefix: "ROOT" };
    const { changed, replaces } = type.diff({ oldInputs: rule, state, inputs: check(RULE, rule).inputs });
    assert.deepEqual([changed, replaces], [["upstreamRepositoryPrefix"], ["upstreamRepositoryPrefix"]]);
    const drifted = { ...rule, region: "us-east-1", customRoleArn: "arn:aws:iam::111122223333:role/r" };
    assert.deepEqual(type.diff({ oldInputs: rule, state: drifted, inputs: check(RULE, rule).inputs }).changed, [
      "customRoleArn",
    ]);
  });

  it("ignores the changes that a program asks to ignore, also of inputs that it does not set", () => {
    const state = { ...rule, region: "us-east-1", upstreamRepositoryPrefix: "ROOT", credentialArn: `${ARN}2` };
    const args = { oldInputs: rule, state, inputs: check(RULE, rule).inputs };
    const ignoreChanges = ["upstreamRepositoryPrefix"];
    assert.deepEqual(typeOf(RULE).diff({ ...args, ignoreChanges }).changed, ["credentialArn"]);
    assert.equal(typeOf(RULE).previewUpdate({ ...args, ignoreChanges }).upstreamRepositoryPrefix, "ROOT");
  });

  it("replaces when the region changes, given or the provider's", () => {
    assert.deepEqual(diff(RULE, rule, { ...rule, region: "eu-west-1" }).replaces, ["region"]);
    assert.deepEqual(diff(RULE, { ...rule, region: "eu-west-1" }, rule).replaces, ["region"]);
    assert.deepEqual(diff(RULE, rule, { ...rule, region: "us-east-1" }).changed, []);
  });

  it("sets the Region of resources from version 6 in place", () => {
    const made = { ...rule, region: undefined };
    assert.deepEqual(diff(RULE, made, rule), { changed: ["region"], replaces: [], deleteBeforeReplace: false });
    assert.deepEqual(diff(RULE, made, { ...rule, region: "eu-west-1" }).replaces, ["region"]);
  });

  it("deletes resources with a given name before replacing them, as the bridge does", () => {
    const secret = { name: "s", type: "a", recoveryWindowInDays: 30 };
    assert.equal(diff(SECRET, secret, { name: "s", type: "b" }).deleteBeforeReplace, true);
    assert.equal(diff(SECRET, secret, { name: "t", type: "a" }).deleteBeforeReplace, true);
    assert.equal(diff(SECRET, secret, { name: "s", type: "a", description: "d" }).deleteBeforeReplace, false);
    const old = { name: "web-0123456", __defaults: ["name"] };
    const generated = check(SECRET, { type: "b" }, old).inputs;
    assert.equal(generated.name, "web-0123456");
    const state = { name: "web-0123456", type: "a", region: "us-east-1" };
    const { replaces, deleteBeforeReplace } = typeOf(SECRET).diff({ oldInputs: {}, state, inputs: generated });
    assert.deepEqual([replaces, deleteBeforeReplace], [["type"], false]);
  });

  it("deletes lifecycle policies and attachments before replacing them", () => {
    const lifecycle = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
    const policy = { repository: "hub/a", policy: '{"rules":[]}' };
    assert.equal(diff(lifecycle, policy, { ...policy, policy: '{"rules":[{}]}' }).deleteBeforeReplace, true);
    const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
    const attached = { role: "r", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
    assert.equal(diff(attachment, attached, { ...attached, role: "s" }).deleteBeforeReplace, true);
    assert.equal(diff(RULE, rule, { ...rule, upstreamRegistryUrl: "quay.io" }).deleteBeforeReplace, false);
  });

  it("sees no change in another order of a set or another spelling of a policy", () => {
    const before = {
      ...template,
      appliedFors: ["REPLICATION", "PULL_THROUGH_CACHE"],
      repositoryPolicy: '{"a":["x"],"b":1}',
    };
    const after = {
      prefix: "hub",
      appliedFors: ["PULL_THROUGH_CACHE", "REPLICATION"],
      repositoryPolicy: '{ "b": 1, "a": "x" }',
    };
    assert.deepEqual(diff(TEMPLATE, before, after).changed, []);
    assert.deepEqual(diff(TEMPLATE, before, { ...after, repositoryPolicy: '{"a":"y","b":1}' }).changed, [
      "repositoryPolicy",
    ]);
  });

  it("keeps what AWS chooses if the program does not set it", () => {
    const withPolicy = { name: "s", policy: '{"Version":"2012-10-17"}', recoveryWindowInDays: 30 };
    assert.deepEqual(diff(SECRET, withPolicy, { name: "s" }).changed, []);
    assert.deepEqual(diff(SECRET, withPolicy, { name: "s", policy: "{}" }).changed, ["policy"]);
  });

  it("keeps the key of a template's encryption that the program no longer names", () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/a";
    const state = { ...template, encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key }] };
    const asked = (encryptionConfigurations?: Properties[]) => ({
      prefix: "hub",
      appliedFors: ["PULL_THROUGH_CACHE"],
      encryptionConfigurations,
    });
    assert.deepEqual(diff(TEMPLATE, state, asked([{ encryptionType: "KMS" }])).changed, []);
    assert.deepEqual(diff(TEMPLATE, state, asked()).changed, []);
    const inputs = check(TEMPLATE, asked([{ encryptionType: "AES256" }])).inputs;
    const args = { oldInputs: {}, state: { ...state, region: "us-east-1" }, inputs };
    assert.deepEqual(typeOf(TEMPLATE).diff(args).changed, ["encryptionConfigurations"]);
    assert.deepEqual(typeOf(TEMPLATE).previewUpdate(args).encryptionConfigurations, [
      { encryptionType: "AES256", kmsKey: key },
    ]);
    const repository = "aws:ecr/repository:Repository";
    const made = {
      name: "own",
      imageTagMutability: "MUTABLE",
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key }],
    };
    const named = { name: "own", encryptionConfigurations: [{ encryptionType: "KMS" }] };
    assert.deepEqual(diff(repository, made, named).changed, []);
  });

  it("treats an unknown value as a change", () => {
    assert.deepEqual(
      diff(VERSION, { secretId: ARN, secretString: "a" }, { secretId: UNKNOWN, secretString: "a" }).replaces,
      ["secretId"],
    );
  });

  it("updates tags when the provider's default tags change", () => {
    const state = { name: "s", recoveryWindowInDays: 30, tagsAll: {} };
    const settings = { ...SETTINGS, defaultTags: '{"tags":{"team":"a"}}' };
    assert.deepEqual(diff(SECRET, state, { name: "s" }, settings).changed, ["tagsAll"]);
  });
});
