import assert from "node:assert/strict";
import { ACCOUNT, REGION, TestCloud, trust } from "../../../local/emulator/testing/support";
import { readSettings } from "../../../local/provider/aws/settings";
import { UNKNOWN } from "../../../local/provider/wire";
import { plugin, RULE } from "./support";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env", AWS_REGION: "eu-west-1" };

describe("settings of the local provider", () => {
  it("are the program's, then those of the environment", () => {
    const environment = { ...KEYS, AWS_SESSION_TOKEN: "session", AWS_MAX_ATTEMPTS: "3" };
    const given = readSettings({}, environment);
    assert.deepEqual([given.region, given.maxAttempts], ["eu-west-1", 3]);
    assert.deepEqual(given.credentials, { accessKeyId: "AKIAENV", secretAccessKey: "env", sessionToken: "session" });
    const own = { region: "us-east-1", accessKey: "AKIAOWN", secretKey: "own", token: "own", maxRetries: "2" };
    const settings = readSettings(own, environment);
    assert.deepEqual([settings.region, settings.maxAttempts], ["us-east-1", 2]);
    assert.deepEqual(settings.credentials, { accessKeyId: "AKIAOWN", secretAccessKey: "own", sessionToken: "own" });
  });

  it("must be known, name a Region and whole credentials, and not have version 6's name for roles", () => {
    for (const [settings, environment, problem] of [
      [{}, { ...KEYS, AWS_REGION: "" }, /Missing region configuration.*pulumi config set aws:region/],
      [{}, { ...KEYS, AWS_ACCESS_KEY_ID: "" }, /No valid credential sources/],
      [{}, { ...KEYS, AWS_SECRET_ACCESS_KEY: "" }, /No valid credential sources/],
      [{ token: UNKNOWN }, KEYS, /configuration is not known yet/],
      [{ assumeRole: '{"roleArn":"r"}' }, KEYS, /invalid config key 'aws:assumeRole', should be 'aws:assumeRoles'/],
    ] as const)
      assert.throws(() => readSettings(settings, environment), problem);
  });

  it("send each service to its own endpoint, and nothing to the real AWS", () => {
    const endpoints = JSON.stringify([{ ecr: "http://own" }]);
    const all = { ...KEYS, AWS_ENDPOINT_URL: "http://all" };
    const urls = (service: string) => readSettings({ endpoints }, all).endpoint(service);
    assert.deepEqual(["ecr", "iam"].map(urls), ["http://own", "http://all"]);
    assert.throws(() => readSettings({}, KEYS).endpoint("ecr"), /no endpoint for ecr: set AWS_ENDPOINT_URL/);
  });

  describe("with a local AWS", () => {
    const cloud = TestCloud.forSuite();
    const invoke = (token: string, args: object, settings: object = {}) =>
      plugin(cloud.url, { region: REGION, ...settings }).invoke(token, { ...args });

    it("assume roles one after the other", async () => {
      const arns = ["one", "two"].map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`);
      const policies = [`arn:aws:iam::${ACCOUNT}:root`, arns[0]];
      for (const [index, AWS] of policies.entries()) {
        const AssumeRolePolicyDocument = trust({ AWS: String(AWS) });
        await cloud.iam().createRole({ RoleName: index === 0 ? "one" : "two", AssumeRolePolicyDocument });
      }
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }],
      });
      await cloud.iam().putRolePolicy({ RoleName: "one", PolicyName: "p", PolicyDocument });
      const assumeRoles = JSON.stringify([
        { roleArn: arns[0], sessionName: "deploy" },
        { roleArn: "" },
        { roleArn: arns[1] },
      ]);
      const { arn } = await invoke("aws:index/getCallerIdentity:getCallerIdentity", {}, { assumeRoles });
      assert.match(String(arn), /:assumed-role\/two\/aws-go-sdk-\d+$/);
    });

    it("answer functions as they answer reads, and name what is not there", async () => {
      await plugin(cloud.url, { region: REGION })
        .resourceType(RULE)
        .create({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
      const get = "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule";
      const found = await invoke(get, { ecrRepositoryPrefix: "quay" });
      assert.deepEqual(
        [found.id, found.region, found.registryId, found.upstreamRegistryUrl],
        ["quay", REGION, ACCOUNT, "quay.io"],
      );
      await assert.rejects(invoke(get, { ecrRepositoryPrefix: "ghcr" }), /Rule \(ghcr\): couldn't find resource/);
      await assert.rejects(invoke(get, { ecrRepositoryPrefix: "ROOT" }), /invalid value for ecr_repository_prefix/);
      const Tags = [{ Key: "team", Value: "a" }];
      const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
      await cloud.iam().createRole({ RoleName: "creator", Path: "/t/", AssumeRolePolicyDocument, Tags });
      const role = await invoke("aws:iam/getRole:getRole", { name: "creator" });
      assert.deepEqual([role.arn, role.tags], [`arn:aws:iam::${ACCOUNT}:role/t/creator`, { team: "a" }]);
    });

    it("know the partition of their Region", async () => {
      for (const [region, partition, dnsSuffix] of [
        ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
        ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
        [REGION, "aws", "amazonaws.com"],
      ]) {
        const answer = await invoke("aws:index/getPartition:getPartition", { region });
        assert.deepEqual([answer.partition, answer.dnsSuffix], [partition, dnsSuffix]);
        assert.equal((await invoke("aws:index/getRegion:getRegion", { region })).name, region);
      }
    });
  });
});
