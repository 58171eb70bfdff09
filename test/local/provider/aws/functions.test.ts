import assert from "node:assert/strict";
import { CreatePullThroughCacheRuleCommand, CreateRepositoryCreationTemplateCommand } from "@aws-sdk/client-ecr";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { ACCOUNT, REGION, TestCloud, trust } from "../../../../local/emulator/testing/support";
import { awsPlugin } from "../../../../local/provider/aws/plugin";
import type { Properties } from "../../../../local/provider/wire";

describe("the local provider's functions", () => {
  const cloud = TestCloud.forSuite();

  function call(token: string, args: Properties = {}, region = REGION): Promise<Properties> {
    const plugin = awsPlugin();
    const services = ["ecr", "iam", "sts", "cloudcontrol", "cloudcontrolapi"];
    plugin.configure({
      region,
      accessKey: `AKIAROOT${ACCOUNT}`,
      secretKey: "invented",
      endpoints: JSON.stringify([Object.fromEntries(services.map((service) => [service, cloud.url]))]),
    });
    return plugin.invoke(token, args);
  }

  it("return the account and Region that the provider deploys to", async () => {
    for (const [of, args, suffix] of [
      [REGION, {}, "amazonaws.com"],
      ["us-east-1", { region: "us-east-1" }, "amazonaws.com"],
      ["cn-north-1", { region: "cn-north-1" }, "amazonaws.com.cn"],
    ] as const) {
      assert.deepEqual(await call("aws:index/getRegion:getRegion", args), {
        id: of,
        name: of,
        region: of,
        endpoint: `ec2.${of}.${suffix}`,
        description: of,
      });
    }
    assert.deepEqual(await call("aws:index/getCallerIdentity:getCallerIdentity"), {
      id: ACCOUNT,
      accountId: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:root`,
      userId: ACCOUNT,
    });
    for (const [of, id, dnsSuffix, reverseDnsPrefix] of [
      [REGION, "aws", "amazonaws.com", "com.amazonaws"],
      ["cn-north-1", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"],
      ["us-gov-west-1", "aws-us-gov", "amazonaws.com", "com.amazonaws"],
    ] as const) {
      assert.deepEqual(await call("aws:index/getPartition:getPartition", {}, of), {
        id,
        partition: id,
        dnsSuffix,
        reverseDnsPrefix,
      });
    }
  });

  it("log in to ECR", async () => {
    const token = "aws:ecr/getAuthorizationToken:getAuthorizationToken";
    const answer = await call(token, { registryId: ACCOUNT });
    const { authorizationToken, userName, password, proxyEndpoint, region, id, expiresAt, registryId } = answer;
    assert.equal(registryId, ACCOUNT);
    assert.equal(Buffer.from(String(authorizationToken), "base64").toString(), `${userName}:${password}`);
    assert.equal(userName, "AWS");
    assert.deepEqual([region, id], [REGION, REGION]);
    assert.match(String(proxyEndpoint), new RegExp(`^https?://${ACCOUNT}\\.dkr\\.ecr\\.${REGION}\\.amazonaws\\.com`));
    assert.match(String(expiresAt), /^\d{4}-\d\d-\d\dT/);
  });

  it("read rules and templates, and name one that does not exist", async () => {
    const rule = { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" };
    await cloud.ecr().send(new CreatePullThroughCacheRuleCommand(rule));
    const ruleToken = "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule";
    const found = await call(ruleToken, { ecrRepositoryPrefix: "quay" });
    assert.deepEqual(
      { id: found.id, region: found.region, registryId: found.registryId, upstream: found.upstreamRegistryUrl },
      { id: "quay", region: REGION, registryId: ACCOUNT, upstream: "quay.io" },
    );
    await assert.rejects(
      call(ruleToken, { ecrRepositoryPrefix: "ghcr" }),
      /reading ECR Pull Through Cache Rule \(ghcr\): couldn't find resource/,
    );
    const template = { prefix: "quay", appliedFor: ["PULL_THROUGH_CACHE" as const], description: "ours" };
    await cloud.ecr().send(new CreateRepositoryCreationTemplateCommand(template));
    const templateToken = "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate";
    const made = await call(templateToken, { prefix: "quay" });
    assert.deepEqual([made.id, made.region, made.description], ["quay", REGION, "ours"]);
    await assert.rejects(
      call(templateToken, { prefix: "ghcr" }),
      /Repository Creation Template \(ghcr\): couldn't find/,
    );
  });

  it("say what they were reading when AWS refuses", async () => {
    const rules = ["sts", "ecr", "iam", "cloudformation"].map((service) => ({
      service,
      operation: "*",
      kind: "accessDenied",
    }));
    await cloud.control("PUT", "faults", { rules });
    for (const [token, args, doing] of [
      ["aws:index/getCallerIdentity:getCallerIdentity", {}, "reading STS Caller Identity: "],
      [
        "aws:cloudcontrol/getResource:getResource",
        { typeName: "A::B::C", identifier: "i" },
        "reading Cloud Control API (A::B::C) Resource (i): ",
      ],
      [
        "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule",
        { ecrRepositoryPrefix: "quay" },
        "reading ECR Pull Through Cache Rule (quay): ",
      ],
      [
        "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate",
        { prefix: "quay" },
        "reading ECR Repository Creation Template (quay): ",
      ],
    ] as const) {
      await assert.rejects(call(token, args), (error: Error) => {
        assert.ok(error.message.startsWith(`${doing}https response error StatusCode: 4`), error.message);
        return /AccessDenied/.test(error.message);
      });
    }
  });

  it("read a role with its tags", async () => {
    const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
    const Tags = [{ Key: "team", Value: "a" }];
    await cloud.iam().send(new CreateRoleCommand({ RoleName: "creator", Path: "/t/", AssumeRolePolicyDocument, Tags }));
    const { id, arn, path, tags, ...others } = await call("aws:iam/getRole:getRole", { name: "creator" });
    assert.deepEqual([id, arn, path], ["creator", `arn:aws:iam::${ACCOUNT}:role/t/creator`, "/t/"]);
    assert.deepEqual(tags, { team: "a" });
    for (const name of ["tagsAll", "inlinePolicies", "managedPolicyArns"]) assert.ok(!(name in others), name);
    await assert.rejects(call("aws:iam/getRole:getRole", { name: "gone" }), /reading IAM Role \(gone\): couldn't find/);
  });

  it("refuse a function that is not there", async () => {
    await assert.rejects(call("aws:s3/getBucket:getBucket"), /getBucket/);
  });
});
