import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, TestCloud, trust } from "../testing/support";

const DAY_SECONDS = 24 * 60 * 60;

describe("emulator: what the next run finds", () => {
  let directory = "";
  let cloud: TestCloud;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "saved-state-test-"));
    cloud = await TestCloud.start({ stateDirectory: directory });
  });
  afterEach(async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const restart = () => cloud.restart({ stateDirectory: directory });
  const saved = () => readdirSync(join(directory, "accounts")).sort();

  it("roles, policies and sessions, which belong to no Region", async () => {
    const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
    const { Role } = await cloud.iam().createRole({ RoleName: "puller", AssumeRolePolicyDocument });
    const keys = await cloud.assume(Role?.Arn ?? "");
    assert.deepEqual(saved(), [`${ACCOUNT}.global.json`]);
    await restart();
    const { Arn } = await cloud.sts({ keys }).send(new GetCallerIdentityCommand({}));
    assert.equal(Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/puller/test`);
  });

  it("the role that ECR made for the first rule", async () => {
    await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    assert.deepEqual(saved(), [`${ACCOUNT}.${REGION}.json`, `${ACCOUNT}.global.json`]);
    await restart();
    await cloud.iam().getRole({ RoleName: "AWSServiceRoleForECRPullThroughCache" });
  });

  it("what another account changed", async () => {
    const repositoryName = "quay/argoproj/argocd";
    const sns = cloud.sns();
    const { TopicArn } = await sns.createTopic({ Name: "alerts" });
    const Principal = { AWS: OTHER_ACCOUNT };
    const policy = allow("sns:SetTopicAttributes", { Principal, Resource: TopicArn });
    await sns.setTopicAttributes({ TopicArn, AttributeName: "Policy", AttributeValue: policy });
    await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    const pulled = await cloud.pull(repositoryName, "latest");
    const imageDigest = String(pulled.headers["docker-content-digest"]);
    await cloud.ecr().setRepositoryPolicy({ repositoryName, policyText: allow("ecr:BatchGetImage", { Principal }) });
    await cloud.control("POST", "clock", { advanceSeconds: 5 * DAY_SECONDS });
    const other = { account: OTHER_ACCOUNT };
    const name = { TopicArn, AttributeName: "DisplayName", AttributeValue: "Alerts" };
    await cloud.sns(other).setTopicAttributes(name);
    await cloud.ecr(other).batchGetImage({ registryId: ACCOUNT, repositoryName, imageIds: [{ imageDigest }] });
    await restart();
    const { Attributes } = await cloud.sns().getTopicAttributes({ TopicArn });
    assert.equal(Attributes?.DisplayName, "Alerts");
    const { imageDetails } = await cloud.ecr().describeImages({ repositoryName, imageIds: [{ imageDigest }] });
    const { lastRecordedPullTime, imagePushedAt } = imageDetails?.[0] ?? {};
    const days = (Number(lastRecordedPullTime) - Number(imagePushedAt)) / (1000 * DAY_SECONDS);
    assert.equal(Math.round(days), 5);
  });

  it("which schedules ran", async () => {
    const sns = cloud.sns();
    const { TopicArn = "" } = await sns.createTopic({ Name: "alerts" });
    await sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" });
    await cloud.confirm(TopicArn);
    const AssumeRolePolicyDocument = trust({ Service: "scheduler.amazonaws.com" });
    const { Role } = await cloud.iam().createRole({ RoleName: "reminders", AssumeRolePolicyDocument });
    const PolicyDocument = allow("sns:Publish", { Resource: TopicArn });
    await cloud.iam().putRolePolicy({ RoleName: "reminders", PolicyName: "own", PolicyDocument });
    const soon = new Date(Date.now() + 1000 * DAY_SECONDS).toISOString().slice(0, 19);
    await cloud.scheduler().createSchedule({
      Name: "token",
      ScheduleExpression: `at(${soon})`,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: TopicArn, RoleArn: Role?.Arn, Input: "soon" },
    });
    await cloud.control("POST", "clock", { advanceSeconds: 2 * DAY_SECONDS });
    assert.equal((await cloud.mails()).length, 2);
    await restart();
    await cloud.control("POST", "clock", { advanceSeconds: DAY_SECONDS });
    assert.deepEqual(await cloud.mails(), [], "it does not run again");
  });
});
