import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeError } from "../../../../local/provider/aws/errors";
import { TABLE } from "../../../../local/provider/aws/table";
import { PartialError } from "../../../../local/provider/plugin";
import type { Properties } from "../../../../local/provider/wire";
import { NotedCalls } from "../noted-calls";
import { ARN, RULE, SCANNING, SECRET, TEMPLATE, VERSION } from "../tokens";

describe("local AWS provider's calls", () => {
  const calls = NotedCalls.forSuite();
  const typeOf = (token: string) => calls.typeOf(token);

  const inputs = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: ARN };
  const described = { pullThroughCacheRules: [{ ...inputs, registryId: "111122223333" }] };

  it("has a source for each type that it stands in for", () => {
    const readme = readFileSync(join(__dirname, "../../../../local/provider/README.md"), "utf8");
    const sourced = [...readme.matchAll(/^\| ((?:`\w+\.\w+`(?:, )?)+) \|/gm)].flatMap(([, names = ""]) =>
      [...names.matchAll(/`(\w+\.\w+)`/g)].map(([, name]) => name),
    );
    const types = Object.keys(TABLE).map((token) => token.replace(/^aws:(\w+)\/\w+:(\w+)$/, "$1.$2"));
    assert.deepEqual(sourced.filter((name) => !name?.endsWith(".ts")).sort(), types.sort());
  });

  it("reads back what it created", async () => {
    calls.aws.answers = { CreatePullThroughCacheRule: [{}], DescribePullThroughCacheRules: [described] };
    const { id, state } = await typeOf(RULE).create(inputs);
    assert.equal(id, "hub");
    assert.deepEqual(state, { ...inputs, region: "us-east-1", registryId: "111122223333" });
    assert.deepEqual(calls.aws.bodies("CreatePullThroughCacheRule"), [inputs]);
  });

  it("does not wait for a rule that AWS does not show yet, as the real provider does not", async () => {
    calls.aws.answers = {
      CreatePullThroughCacheRule: [{}],
      DescribePullThroughCacheRules: [["PullThroughCacheRuleNotFoundException", "no rule"], described],
    };
    await assert.rejects(typeOf(RULE).create(inputs), (error: Error) => {
      assert.ok(error instanceof PartialError);
      assert.equal(error.resource.id, "hub");
      assert.match(error.message, /reading ECR Pull Through Cache Rule \(hub\): couldn't find resource/);
      return true;
    });
  });

  it("waits for a secret that Secrets Manager does not show yet, and not to put its value", async () => {
    calls.aws.answers = {
      CreateSecret: [{ ARN, Name: "s" }],
      DescribeSecret: [["ResourceNotFoundException", "no"], { ARN, Name: "s" }],
      GetResourcePolicy: [{}],
      PutSecretValue: [["ResourceNotFoundException", "no"], { ARN, VersionId: "v" }],
    };
    const { state } = await typeOf(SECRET).create({ name: "s" });
    assert.equal(state.arn, ARN);
    await assert.rejects(
      typeOf(VERSION).create({ secretId: ARN, secretString: "invented" }),
      /ResourceNotFoundException: no$/,
    );
    assert.equal(calls.aws.bodies("PutSecretValue").length, 1);
  });

  it("derives a name from the prefix when it creates the secret", async () => {
    calls.aws.answers = { CreateSecret: [{ ARN }], GetResourcePolicy: [{}] };
    calls.aws.answers.DescribeSecret = [{ ARN, Name: "ecr-pullthroughcache/hub-202611241200000000deadbeef" }];
    const { state } = await typeOf(SECRET).create({ namePrefix: "ecr-pullthroughcache/hub-" });
    assert.match(String(calls.aws.bodies("CreateSecret")[0]?.Name), /^ecr-pullthroughcache\/hub-\d{18}[0-9a-f]{8}$/);
    assert.equal(state.namePrefix, "ecr-pullthroughcache/hub-");
  });

  it("normalizes documents before it sends and keeps them", async () => {
    calls.aws.answers = { PutRegistryPolicy: [{ registryId: "111122223333" }] };
    const given = '{ "Version": "2012-10-17", "Statement": [] }';
    const normalized = '{"Statement":[],"Version":"2012-10-17"}';
    calls.aws.answers.GetRegistryPolicy = [{ registryId: "111122223333", policyText: given }];
    const { state } = await typeOf("aws:ecr/registryPolicy:RegistryPolicy").create({ policy: given });
    assert.deepEqual(calls.aws.bodies("PutRegistryPolicy"), [{ policyText: normalized }]);
    assert.equal(state.policy, normalized);
  });

  it("sends what changed of a template, and the encryption key from the state", async () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/a";
    const role = "arn:aws:iam::111122223333:role/";
    const read = { prefix: "hub", appliedFor: ["PULL_THROUGH_CACHE"], imageTagMutability: "MUTABLE" };
    calls.aws.answers = {
      UpdateRepositoryCreationTemplate: [{}],
      DescribeRepositoryCreationTemplates: [{ repositoryCreationTemplates: [read] }],
    };
    const before = {
      prefix: "hub",
      appliedFors: ["PULL_THROUGH_CACHE"],
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "dev-*", filterType: "WILDCARD" }],
      customRoleArn: `${role}a`,
      resourceTags: { team: "a" },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key }],
      region: "us-east-1",
    };
    const type = typeOf(TEMPLATE);
    const update = async (change: Properties, state: Properties = before) => {
      const { inputs } = type.check({ name: "t", old: {}, inputs: { ...before, ...change }, seed: new Uint8Array() });
      await type.update("hub", { oldInputs: {}, state, inputs });
      return calls.aws.bodies("UpdateRepositoryCreationTemplate").at(-1);
    };
    assert.deepEqual(await update({ customRoleArn: `${role}b` }), { prefix: "hub", customRoleArn: `${role}b` });
    assert.deepEqual(await update({ customRoleArn: undefined }), { prefix: "hub", customRoleArn: "" });
    assert.deepEqual(await update({ resourceTags: { team: "b" } }), {
      prefix: "hub",
      resourceTags: [{ Key: "team", Value: "b" }],
    });
    assert.deepEqual(await update({ resourceTags: undefined }), { prefix: "hub", resourceTags: [] });
    assert.deepEqual(await update({ encryptionConfigurations: [{ encryptionType: "AES256" }] }), {
      prefix: "hub",
      encryptionConfiguration: { encryptionType: "AES256", kmsKey: key },
    });
    assert.deepEqual(
      await update({ imageTagMutability: "MUTABLE", imageTagMutabilityExclusionFilters: undefined }),
      { prefix: "hub", imageTagMutability: "MUTABLE" },
      "no filters are no list of none",
    );
    const others = [{ filter: "test-*", filterType: "WILDCARD" }];
    assert.deepEqual(
      await update({ imageTagMutabilityExclusionFilters: others }),
      {
        prefix: "hub",
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: others,
      },
      "the mutability goes with its filters",
    );
  });

  it("keeps the inputs of a failed update in the state", async () => {
    calls.aws.answers = { UpdateRepositoryCreationTemplate: [["ValidationException", "no"]] };
    const before = { prefix: "hub", appliedFors: ["REPLICATION"], imageTagMutability: "MUTABLE", region: "us-east-1" };
    const type = typeOf(TEMPLATE);
    const asked = { ...before, description: "new", registryId: "111122223333" };
    const { inputs } = type.check({
      name: "t",
      old: {},
      inputs: { ...before, description: "new" },
      seed: new Uint8Array(),
    });
    await assert.rejects(
      type.update("hub", { oldInputs: {}, state: { ...before, registryId: "111122223333" }, inputs }),
      (error: Error) => {
        assert.ok(error instanceof PartialError);
        assert.deepEqual(error.resource.state, asked);
        assert.match(error.message, /updating ECR Repository Creation Template \(hub\): .*ValidationException: no/);
        return true;
      },
    );
    assert.deepEqual(type.diff({ oldInputs: {}, state: asked, inputs }).changed, []);
  });

  it("sends the tags that changed and no others", async () => {
    calls.aws.answers = {
      TagResource: [{}],
      UntagResource: [{}],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
    };
    const state = { name: "s", arn: ARN, recoveryWindowInDays: 30, region: "us-east-1" };
    const type = typeOf(SECRET);
    const tags = { kept: "1", changed: "2", news: "3" };
    const { inputs } = type.check({ name: "s", old: {}, inputs: { name: "s", tags }, seed: new Uint8Array() });
    const before = { kept: "1", changed: "1", gone: "0" };
    await type.update(ARN, { oldInputs: {}, state: { ...state, tags: before, tagsAll: before }, inputs });
    assert.deepEqual(calls.aws.bodies("UntagResource"), [{ SecretId: ARN, TagKeys: ["gone"] }]);
    assert.deepEqual(calls.aws.bodies("TagResource")[0]?.Tags, [
      { Key: "changed", Value: "2" },
      { Key: "news", Value: "3" },
    ]);
  });

  it("says what it was doing and which exception AWS returned", async () => {
    calls.aws.answers = { CreatePullThroughCacheRule: [["PullThroughCacheRuleAlreadyExistsException", "hub exists"]] };
    await assert.rejects(
      typeOf(RULE).create(inputs),
      (error: Error) =>
        !(error instanceof PartialError) &&
        /^creating ECR Pull Through Cache Rule \(hub\): .*StatusCode: 400.*, PullThroughCacheRuleAlreadyExistsException: hub exists$/.test(
          error.message,
        ),
    );
    const unknown = Object.assign(new Error("no"), { name: "Odd", $metadata: {} });
    assert.equal(
      describeError("doing", unknown).message,
      "doing: https response error StatusCode: 0, RequestID: , Odd: no",
    );
  });

  it("keeps a secret in the state if its policy was refused, so that nothing is lost", async () => {
    calls.aws.answers = {
      CreateSecret: [{ ARN, Name: "s" }],
      PutResourcePolicy: [["AccessDeniedException", "not you"]],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
    };
    await assert.rejects(
      typeOf(SECRET).create({ name: "s", policy: '{"Version":"2012-10-17","Statement":[]}' }),
      (error) => {
        assert.ok(error instanceof PartialError);
        assert.equal(error.resource.id, ARN);
        assert.match(error.message, /creating Secrets Manager Secret \(s\): .*AccessDeniedException: not you/);
        return true;
      },
    );
  });

  it("never repeats a secret value in an error", async () => {
    calls.aws.answers = { PutSecretValue: [["InvalidRequestException", "no"]] };
    await assert.rejects(typeOf(VERSION).create({ secretId: ARN, secretString: "canary" }), (error: Error) => {
      assert.ok(!`${error.message}${error.stack}`.includes("canary"));
      return true;
    });
  });

  it("cannot remove a rule's ARN, like the real provider", async () => {
    const { credentialArn, ...without } = inputs;
    calls.aws.answers = {
      UpdatePullThroughCacheRule: [["InvalidParameterException", "Please set either credential arn or role arn"]],
    };
    const state = { ...inputs, region: "us-east-1" };
    await assert.rejects(
      typeOf(RULE).update("hub", { oldInputs: inputs, state, inputs: without }),
      /updating ECR Pull Through Cache Rule \(hub\): .*InvalidParameterException/,
    );
    assert.deepEqual(calls.aws.bodies("UpdatePullThroughCacheRule"), [{ ecrRepositoryPrefix: "hub" }]);
  });

  it("sees that a resource is gone", async () => {
    calls.aws.answers = {
      DescribePullThroughCacheRules: [["PullThroughCacheRuleNotFoundException", "no rule"]],
      DescribeSecret: [{ ARN, Name: "s", DeletedDate: 1 }],
    };
    assert.equal(await typeOf(RULE).read("hub", inputs, inputs), undefined);
    assert.equal(
      await typeOf(SECRET).read(ARN, {}, { name: "s" }),
      undefined,
      "a secret that waits for its deletion is gone",
    );
  });

  it("sees drift as changed inputs", async () => {
    calls.aws.answers = {
      DescribePullThroughCacheRules: [
        { pullThroughCacheRules: [{ ...inputs, credentialArn: `${ARN}2`, customRoleArn: "arn:r" }] },
      ],
    };
    const found = await typeOf(RULE).read("hub", { ...inputs, region: "us-east-1" }, { ...inputs, __defaults: [] });
    assert.deepEqual(found?.inputs, { ...inputs, credentialArn: `${ARN}2`, customRoleArn: "arn:r", __defaults: [] });
    assert.equal(found?.state.customRoleArn, "arn:r");
  });

  it("imports the inputs that a program has to give", async () => {
    calls.aws.answers = {
      DescribeSecret: [
        {
          ARN,
          Name: "s",
          Description: "d",
          Tags: [
            { Key: "a", Value: "b" },
            { Key: "aws:x", Value: "y" },
          ],
        },
      ],
      GetResourcePolicy: [{}],
    };
    const found = await typeOf(SECRET).read(ARN, {}, undefined);
    assert.deepEqual(found?.inputs, {
      __defaults: [],
      name: "s",
      description: "d",
      tags: { a: "b" },
      recoveryWindowInDays: 30,
      forceOverwriteReplicaSecret: false,
      region: "us-east-1",
    });
    assert.equal(found?.state.recoveryWindowInDays, 30);
    const given = await typeOf(SECRET).read(ARN, { recoveryWindowInDays: 7 }, {});
    assert.equal(given?.state.recoveryWindowInDays, 7, "what the program says of a resource that it only reads");
  });

  it("imports from the Region at the end of an id, but not of an id that it knows", async () => {
    calls.aws.answers = { DescribePullThroughCacheRules: [described] };
    const asked = () => calls.aws.bodies("DescribePullThroughCacheRules").at(-1)?.ecrRepositoryPrefixes;
    const found = await typeOf(RULE).read("hub@eu-west-1", {}, {});
    assert.deepEqual([found?.id, found?.state.region, found?.inputs.region], ["hub", "eu-west-1", "eu-west-1"]);
    assert.deepEqual(asked(), ["hub"]);
    for (const id of ["hub@", "hub@eu", "hub@eu-west-1x", "@eu-west-1"]) {
      assert.equal((await typeOf(RULE).read(id, {}, undefined))?.id, id);
      assert.deepEqual(asked(), [id]);
    }
    assert.equal((await typeOf(RULE).read("hub", { region: "eu-west-1" }, inputs))?.state.region, "eu-west-1");
    const known = await typeOf(RULE).read("hub@us-gov-west-1", inputs, inputs);
    assert.deepEqual([known?.id, known?.state.region], ["hub@us-gov-west-1", "us-east-1"]);
    assert.equal((await typeOf(RULE).read("hub@us-gov-west-1", {}, {}))?.state.region, "us-gov-west-1");
  });

  it("keeps a secret's deleted policy as an empty one", async () => {
    calls.aws.answers = { GetResourcePolicy: [{ ARN }] };
    const type = typeOf("aws:secretsmanager/secretPolicy:SecretPolicy");
    const policy = '{"Statement":[],"Version":"2012-10-17"}';
    const found = await type.read(ARN, { secretArn: ARN, policy, region: "us-east-1" }, { secretArn: ARN, policy });
    assert.equal(found?.state.policy, "");
    const { inputs } = type.check({ name: "p", old: {}, inputs: { secretArn: ARN, policy }, seed: new Uint8Array() });
    assert.deepEqual(type.diff({ oldInputs: {}, state: found?.state ?? {}, inputs }).changed, ["policy"]);
  });

  it("deletes a secret at once only when its recovery window is 0", async () => {
    calls.aws.answers = { DeleteSecret: [{}], DescribeSecret: [["ResourceNotFoundException", "gone"]] };
    await typeOf(SECRET).delete(ARN, { recoveryWindowInDays: 0 });
    await typeOf(SECRET).delete(ARN, { recoveryWindowInDays: 7 });
    assert.deepEqual(calls.aws.bodies("DeleteSecret"), [
      { SecretId: ARN, ForceDeleteWithoutRecovery: true },
      { SecretId: ARN, RecoveryWindowInDays: 7 },
    ]);
  });

  it("moves labels to a version and removes others, except those that AWS moves by itself", async () => {
    calls.aws.answers = {
      UpdateSecretVersionStage: [{}],
      ListSecretVersionIds: [{ Versions: [{ VersionId: "now", VersionStages: ["AWSCURRENT"] }] }],
      DescribeSecret: [{ ARN, VersionIdsToStages: { now: ["AWSCURRENT"], old: ["AWSPREVIOUS", "mine"] } }],
      GetSecretValue: [{ ARN, VersionId: "old", SecretString: "a", VersionStages: ["AWSCURRENT"] }],
    };
    const state = { secretId: ARN, secretString: "a", versionStages: ["AWSPREVIOUS", "mine"], region: "us-east-1" };
    const type = typeOf(VERSION);
    const move = async (versionStages: string[], from = state.versionStages) => {
      const inputs = { secretId: ARN, secretString: "a", versionStages, region: "us-east-1" };
      const before = calls.aws.bodies("UpdateSecretVersionStage").length;
      await type.update(`${ARN}|old`, { oldInputs: {}, state: { ...state, versionStages: from }, inputs });
      return calls.aws
        .bodies("UpdateSecretVersionStage")
        .slice(before)
        .map(({ VersionStage, MoveToVersionId: to, RemoveFromVersionId: from }) => [VersionStage, to, from]);
    };
    assert.deepEqual(await move(["AWSCURRENT"]), [
      ["AWSCURRENT", "old", "now"],
      ["mine", undefined, "old"],
    ]);
    assert.deepEqual(await move(["AWSPREVIOUS", "mine", "yours"]), [["yours", "old", undefined]]);
    assert.deepEqual(await move(["mine"]), [["AWSPREVIOUS", undefined, "old"]]);
    assert.deepEqual(await move(["mine"], ["AWSCURRENT", "mine"]), [], "AWSCURRENT cannot be taken away");
    const inputs = { secretId: ARN, secretString: "a", versionStages: ["first"], region: "us-east-1" };
    await type.update(`${ARN}|old`, { oldInputs: {}, state: { secretId: ARN, region: "us-east-1" }, inputs });
    assert.deepEqual(calls.aws.bodies("UpdateSecretVersionStage").at(-1), {
      SecretId: ARN,
      VersionStage: "first",
      MoveToVersionId: "old",
    });
  });

  it("takes a secret's policy away with an empty one, and reads a binary value as base64", async () => {
    calls.aws.answers = {
      DeleteResourcePolicy: [{}],
      PutResourcePolicy: [{}],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
      GetSecretValue: [{ ARN, VersionId: "v", SecretBinary: "AAEC", VersionStages: ["AWSCURRENT"] }],
    };
    const state = { name: "s", arn: ARN, recoveryWindowInDays: 30, region: "us-east-1", policy: '{"Statement":[]}' };
    const type = typeOf(SECRET);
    const { inputs } = type.check({ name: "s", old: {}, inputs: { name: "s", policy: "{}" }, seed: new Uint8Array() });
    await type.update(ARN, { oldInputs: {}, state, inputs });
    assert.deepEqual(calls.aws.bodies("DeleteResourcePolicy"), [{ SecretId: ARN }]);
    assert.deepEqual(calls.aws.bodies("PutResourcePolicy"), []);
    const version = await typeOf(VERSION).read(`${ARN}|v`, { secretId: ARN }, { secretId: ARN });
    assert.deepEqual([version?.state.secretBinary, version?.state.secretString], ["AAEC", undefined]);
  });

  it("removes the labels in the state from a deleted version, except the current one", async () => {
    calls.aws.answers = {
      UpdateSecretVersionStage: [{}],
      GetSecretValue: [{ ARN, VersionId: "old", VersionStages: ["AWSPREVIOUS"] }],
    };
    await typeOf(VERSION).delete(`${ARN}|old`, { versionStages: ["AWSCURRENT"] });
    assert.deepEqual(calls.aws.bodies("UpdateSecretVersionStage"), [], "a rotated value stays readable as AWSPREVIOUS");
    await typeOf(VERSION).delete(`${ARN}|old`, { versionStages: ["AWSPREVIOUS", "mine"] });
    assert.deepEqual(
      calls.aws.bodies("UpdateSecretVersionStage").map(({ VersionStage }) => VersionStage),
      ["AWSPREVIOUS", "mine"],
    );
  });

  it("fails to delete a version whose label has moved on", async () => {
    calls.aws.answers = { UpdateSecretVersionStage: [["InvalidParameterException", "the version is another one"]] };
    await assert.rejects(
      typeOf(VERSION).delete(`${ARN}|old`, { versionStages: ["AWSPREVIOUS"] }),
      /deleting Secrets Manager Secret Version .*InvalidParameterException/,
    );
  });

  it("resets the scanning configuration when it is deleted, as the real provider does", async () => {
    calls.aws.answers = { PutRegistryScanningConfiguration: [{}] };
    await typeOf(SCANNING).delete("111122223333", { scanType: "ENHANCED", region: "us-east-1" });
    assert.deepEqual(calls.aws.bodies("PutRegistryScanningConfiguration"), [{ scanType: "BASIC", rules: [] }]);
  });
});
