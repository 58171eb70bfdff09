import assert from "node:assert/strict";
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, refused, TestCloud } from "../../testing/support";

const DAY_SECONDS = 24 * 60 * 60;

describe("emulator: secrets", () => {
  const cloud = TestCloud.forSuite();

  const Name = "ecr-pullthroughcache/hub";
  const create = (more: Partial<CreateSecretCommandInput> = {}) =>
    cloud.secrets().send(new CreateSecretCommand({ Name, SecretString: "one", ...more }));
  const value = async (more = {}) =>
    (await cloud.secrets().send(new GetSecretValueCommand({ SecretId: Name, ...more }))).SecretString;
  const remove = (more = {}) => cloud.secrets().send(new DeleteSecretCommand({ SecretId: Name, ...more }));

  it("is found by name, ARN and ARN without its suffix", async () => {
    const { ARN = "" } = await create();
    assert.match(ARN, new RegExp(`^arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${Name}-[A-Za-z0-9]{6}$`));
    for (const SecretId of [Name, ARN, ARN.slice(0, -7)]) {
      const described = await cloud.secrets().send(new DescribeSecretCommand({ SecretId }));
      assert.equal(described.ARN, ARN);
    }
    const elsewhere = cloud.secrets({ region: "us-east-1" }).send(new DescribeSecretCommand({ SecretId: Name }));
    await refused(elsewhere, "ResourceNotFoundException");
  });

  it("refuses a name that exists, a bad name and an over-long value", async () => {
    await create();
    await refused(create(), "ResourceExistsException");
    await refused(create({ Name: "a b" }), "InvalidParameterException");
    await refused(
      create({ Name: "n".repeat(513) }),
      "ValidationException",
      /^1 validation error detected: Value at 'name' failed to satisfy constraint: /,
    );
    await refused(create({ Name: "big", SecretString: "x".repeat(65537) }), "ValidationException");
  });

  it("accepts a value of 65,536 bytes and a name of 512 characters, and refuses replicas", async () => {
    await create({ Name: "n".repeat(512), SecretString: "x".repeat(65536) });
    await refused(
      create({ AddReplicaRegions: [{ Region: "eu-west-1" }] }),
      "InvalidParameterException",
      /does not replicate/,
    );
    await refused(create({ AddReplicaRegions: [{ Region: "Ireland" }] }), "ValidationException");
  });

  it("accepts a retry of a call whose answer was lost", async () => {
    const ClientRequestToken = "11111111-2222-3333-4444-555555555555";
    const first = await create({ ClientRequestToken });
    assert.equal((await create({ ClientRequestToken })).ARN, first.ARN);
    await refused(create({ ClientRequestToken, SecretString: "two" }), "ResourceExistsException");
  });

  it("has no value before its first version", async () => {
    await create({ SecretString: undefined });
    await refused(value(), "ResourceNotFoundException", /AWSCURRENT/);
  });

  it("moves AWSCURRENT and AWSPREVIOUS with every version", async () => {
    const first = await create();
    const put = (SecretString: string) =>
      cloud.secrets().send(new PutSecretValueCommand({ SecretId: Name, SecretString }));
    const second = await put("two");
    assert.equal(await value(), "two");
    assert.equal(await value({ VersionStage: "AWSPREVIOUS" }), "one");
    await put("three");
    const listed = await cloud.secrets().send(new ListSecretVersionIdsCommand({ SecretId: Name }));
    assert.equal(listed.Versions?.length, 2, "the oldest version has no label any more");
    const stage = { SecretId: Name, VersionStage: "AWSCURRENT" };
    const remove = new UpdateSecretVersionStageCommand({ ...stage, RemoveFromVersionId: second.VersionId });
    await refused(cloud.secrets().send(remove), "InvalidParameterException");
    const current = listed.Versions?.find(({ VersionStages }) => VersionStages?.includes("AWSCURRENT"))?.VersionId;
    const back = { ...stage, MoveToVersionId: first.VersionId, RemoveFromVersionId: current };
    await cloud.secrets().send(new UpdateSecretVersionStageCommand(back));
    assert.equal(await value(), "one");
    assert.equal(await value({ VersionStage: "AWSPREVIOUS" }), "three");
  });

  it("has at most 20 staging labels on all its versions together", async () => {
    await create();
    const put = (VersionStages: string[]) =>
      cloud.secrets().send(new PutSecretValueCommand({ SecretId: Name, SecretString: "two", VersionStages }));
    const labels = (count: number) => Array.from({ length: count }, (_, index) => `label-${index}`);
    await refused(put(labels(20)), "LimitExceededException", /20 staging labels/);
    await refused(put([...labels(18), "AWSCURRENT", "more"]), "LimitExceededException");
    assert.equal(await value(), "one");
    const { VersionId } = await put(labels(18));
    const add = (VersionStage: string) =>
      cloud
        .secrets()
        .send(new UpdateSecretVersionStageCommand({ SecretId: Name, VersionStage, MoveToVersionId: VersionId }));
    await add("label-18");
    await refused(add("label-19"), "LimitExceededException");
    await add("label-0");
  });

  it("keeps a deleted name until the recovery window ends", async () => {
    await create();
    await refused(remove({ RecoveryWindowInDays: 6 }), "InvalidParameterException");
    await refused(remove({ RecoveryWindowInDays: 31 }), "InvalidParameterException");
    await refused(remove({ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }), "InvalidParameterException");
    await remove({ RecoveryWindowInDays: 7 });
    await refused(value(), "InvalidRequestException", /deletion/);
    await refused(create(), "InvalidRequestException", /scheduled for deletion/);
    assert.deepEqual((await cloud.secrets().send(new ListSecretsCommand({}))).SecretList, []);
    await cloud.secrets().send(new RestoreSecretCommand({ SecretId: Name }));
    assert.equal(await value(), "one");
    await remove({ RecoveryWindowInDays: 7 });
    await cloud.control("POST", "clock", { advanceSeconds: 7 * DAY_SECONDS + 1 });
    await create({ SecretString: "again" });
    assert.equal(await value(), "again");
  });

  it("keeps a deleted secret for 30 days by default", async () => {
    await create();
    await remove();
    await cloud.control("POST", "clock", { advanceSeconds: 30 * DAY_SECONDS - 60 });
    await refused(create(), "InvalidRequestException", /scheduled for deletion/);
    await cloud.control("POST", "clock", { advanceSeconds: 61 });
    await create();
  });

  it("removes a label only from the version that has it", async () => {
    await create();
    const put = (SecretString: string) =>
      cloud.secrets().send(new PutSecretValueCommand({ SecretId: Name, SecretString }));
    const second = await put("two");
    await put("three");
    const take = (RemoveFromVersionId?: string) =>
      cloud
        .secrets()
        .send(
          new UpdateSecretVersionStageCommand({ SecretId: Name, VersionStage: "AWSPREVIOUS", RemoveFromVersionId }),
        );
    await put("four");
    await refused(take(second.VersionId), "InvalidParameterException", /not attached|attached to version/);
  });

  it("is gone at once when it is deleted without recovery, and can be deleted again", async () => {
    await create();
    await remove({ ForceDeleteWithoutRecovery: true });
    await remove({ ForceDeleteWithoutRecovery: true });
    await refused(remove(), "ResourceNotFoundException");
    await create();
  });

  it("changes description, key, value and tags", async () => {
    await create({ Tags: [{ Key: "team", Value: "a" }] });
    await cloud.secrets().send(new UpdateSecretCommand({ SecretId: Name, Description: "new", SecretString: "two" }));
    await cloud.secrets().send(new TagResourceCommand({ SecretId: Name, Tags: [{ Key: "cost", Value: "b" }] }));
    await cloud.secrets().send(new UntagResourceCommand({ SecretId: Name, TagKeys: ["team"] }));
    const described = await cloud.secrets().send(new DescribeSecretCommand({ SecretId: Name }));
    assert.equal(described.Description, "new");
    assert.deepEqual(described.Tags, [{ Key: "cost", Value: "b" }]);
    assert.equal(await value(), "two");
  });

  it("checks its resource policy", async () => {
    await create();
    const put = (ResourcePolicy: string) =>
      cloud.secrets().send(new PutResourcePolicyCommand({ SecretId: Name, ResourcePolicy, BlockPublicPolicy: true }));
    await refused(put("{"), "MalformedPolicyDocumentException");
    await refused(
      put(allow("secretsmanager:GetSecretValue", { Principal: "*", Resource: "*" })),
      "PublicPolicyException",
    );
    const policy = allow("secretsmanager:GetSecretValue", { Principal: { AWS: OTHER_ACCOUNT }, Resource: "*" });
    await put(policy);
    const read = await cloud.secrets().send(new GetResourcePolicyCommand({ SecretId: Name }));
    assert.equal(read.ResourcePolicy, policy);
  });

  it("never puts a value into the request log or an error", async () => {
    const canary = "canary-5f1e";
    await create({ SecretString: canary });
    await refused(create({ Name: "other", SecretString: `${canary}${"x".repeat(65536)}` }), "ValidationException");
    const log = await cloud.control<{ requests: { operation: string }[] }>("GET", "requests");
    assert.ok(log.requests.some(({ operation }) => operation === "CreateSecret"));
    assert.ok(!JSON.stringify(log).includes(canary));
  });
});
