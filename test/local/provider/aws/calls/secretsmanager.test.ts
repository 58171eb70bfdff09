import assert from "node:assert/strict";
import type { Properties } from "../../../../../local/provider/wire";
import { NotedCalls } from "../../noted-calls";
import { ARN, SECRET, VERSION } from "../../tokens";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/a";
const MISSING = ["ResourceNotFoundException", "no"] satisfies [string, string];

/** Whole calls, and whole states after whole answers. */
describe("local AWS provider's calls of Secrets Manager, with every property", () => {
  const calls = NotedCalls.forSuite();

  const secret = {
    name: "s",
    description: "ours",
    kmsKeyId: KEY,
    policy: '{"Statement":[]}',
    recoveryWindowInDays: 7,
    forceOverwriteReplicaSecret: true,
    replicas: [{ region: "eu-west-1", kmsKeyId: KEY }],
    tags: { team: "a" },
  };

  it("creates a secret with all of it, and reads all of it", async () => {
    calls.aws.answers = {
      CreateSecret: [{ ARN }],
      PutResourcePolicy: [{}],
      DescribeSecret: [
        {
          ARN,
          Name: "s",
          Description: "ours",
          KmsKeyId: KEY,
          ReplicationStatus: [{ Region: "eu-west-1", KmsKeyId: KEY, Status: "InSync" }],
          Tags: [{ Key: "team", Value: "a" }],
        },
      ],
      GetResourcePolicy: [{ ResourcePolicy: '{ "Statement": [] }' }],
    };
    const { id, state } = await calls.create(SECRET, secret);
    assert.equal(id, ARN);
    const [{ ClientRequestToken, ...sent } = {}] = calls.aws.bodies("CreateSecret");
    assert.match(String(ClientRequestToken), /^[0-9a-f-]{36}$/);
    assert.deepEqual(sent, {
      Name: "s",
      Description: "ours",
      KmsKeyId: KEY,
      ForceOverwriteReplicaSecret: true,
      AddReplicaRegions: [{ Region: "eu-west-1", KmsKeyId: KEY }],
      Tags: [{ Key: "team", Value: "a" }],
    });
    assert.deepEqual(calls.aws.bodies("PutResourcePolicy"), [{ SecretId: ARN, ResourcePolicy: '{"Statement":[]}' }]);
    assert.deepEqual(calls.aws.bodies("DescribeSecret")[0], { SecretId: ARN });
    assert.deepEqual(calls.aws.bodies("GetResourcePolicy"), [{ SecretId: ARN }]);
    assert.deepEqual(state, { ...secret, tagsAll: { team: "a" }, arn: ARN, region: "us-east-1" });
  });

  it("creates a secret with little, without replicas or a policy, also if the policy is an empty object", async () => {
    calls.aws.answers = {
      CreateSecret: [{ ARN }],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
    };
    for (const policy of [undefined, "", "{ }"]) {
      const { state } = await calls.create(SECRET, {
        name: "s",
        ...(policy !== undefined && { policy }),
        replicas: [],
      });
      assert.deepEqual([state.replicas, state.tags, state.tagsAll], [[], {}, {}]);
    }
    const [{ ClientRequestToken, ...sent } = {}] = calls.aws.bodies("CreateSecret");
    assert.deepEqual(sent, { Name: "s", ForceOverwriteReplicaSecret: false, Tags: [] });
    assert.deepEqual(calls.aws.bodies("PutResourcePolicy"), []);
  });

  it("tries again to create a secret whose name is still taken by a deleted one, or whose readers are new", async () => {
    const taken = "You can't create this secret because a secret with this name is already scheduled for deletion.";
    calls.aws.answers = {
      CreateSecret: [["InvalidRequestException", taken], { ARN }],
      PutResourcePolicy: [
        ["MalformedPolicyDocumentException", "This resource policy contains an unsupported principal."],
        {},
      ],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
    };
    await calls.create(SECRET, { name: "s", policy: '{"Statement":[]}' });
    assert.equal(calls.aws.bodies("CreateSecret").length, 2);
    assert.equal(calls.aws.bodies("PutResourcePolicy").length, 2);
    const fatal: readonly [operation: string, exception: string, message: string][] = [
      ["CreateSecret", "InvalidRequestException", "no"],
      ["CreateSecret", "ResourceExistsException", taken],
      ["PutResourcePolicy", "MalformedPolicyDocumentException", "no"],
      ["PutResourcePolicy", "InvalidParameterException", "contains an unsupported principal"],
    ];
    for (const [operation, exception, message] of fatal) {
      calls.aws.answers = { ...calls.aws.answers, CreateSecret: [{ ARN }], [operation]: [[exception, message]] };
      const before = calls.aws.bodies(operation).length;
      await assert.rejects(calls.create(SECRET, { name: "s", policy: '{"Statement":[]}' }), new RegExp(exception));
      assert.equal(calls.aws.bodies(operation).length, before + 1, "not again");
    }
  });

  it("changes a secret's description, key and policy, and waits until a deleted one is gone", async () => {
    calls.aws.answers = {
      UpdateSecret: [{}],
      PutResourcePolicy: [{}],
      DeleteSecret: [{}],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
    };
    const state = { ...secret, arn: ARN, tagsAll: { team: "a" }, region: "us-east-1" };
    const sent = async (change: Properties) =>
      (await calls.update(SECRET, ARN, state, { ...secret, ...change })).map(
        ([operation, { ClientRequestToken, ...rest }]) => {
          assert.equal(/^[0-9a-f-]{36}$/.test(String(ClientRequestToken)), operation === "UpdateSecret");
          return [operation, rest];
        },
      );
    assert.deepEqual(await sent({ description: "new" }), [
      ["UpdateSecret", { SecretId: ARN, Description: "new", KmsKeyId: KEY }],
    ]);
    assert.deepEqual(await sent({ description: undefined }), [
      ["UpdateSecret", { SecretId: ARN, Description: "", KmsKeyId: KEY }],
    ]);
    assert.deepEqual(await sent({ kmsKeyId: undefined }), [["UpdateSecret", { SecretId: ARN, Description: "ours" }]]);
    const policy = '{"Statement":[{}]}';
    assert.deepEqual(await sent({ policy }), [["PutResourcePolicy", { SecretId: ARN, ResourcePolicy: policy }]]);
    calls.aws.answers.DescribeSecret = [{ ARN, Name: "s" }, MISSING];
    const reads = calls.aws.bodies("DescribeSecret").length;
    await calls.typeOf(SECRET).delete(ARN, {});
    assert.equal(calls.aws.bodies("DescribeSecret").length, reads + 2);
    assert.deepEqual(calls.aws.bodies("DeleteSecret"), [{ SecretId: ARN, RecoveryWindowInDays: 30 }]);
  });

  it("puts the policy of a secret, which may be public unless the program blocks that", async () => {
    const type = "aws:secretsmanager/secretPolicy:SecretPolicy";
    const policy = '{"Statement":[]}';
    calls.aws.answers = { PutResourcePolicy: [{}], GetResourcePolicy: [{ ResourcePolicy: policy }] };
    const { id, state } = await calls.create(type, { secretArn: ARN, policy, blockPublicPolicy: true });
    assert.equal(id, ARN);
    assert.deepEqual(state, { secretArn: ARN, policy, blockPublicPolicy: true, region: "us-east-1" });
    await calls.create(type, { secretArn: ARN, policy });
    await calls.update(type, ARN, state, { secretArn: ARN, policy, blockPublicPolicy: false });
    await calls.update(
      type,
      ARN,
      { ...state, blockPublicPolicy: false },
      { secretArn: ARN, policy, blockPublicPolicy: true },
    );
    const sent = { SecretId: ARN, ResourcePolicy: policy };
    assert.deepEqual(calls.aws.bodies("PutResourcePolicy"), [
      { ...sent, BlockPublicPolicy: true },
      { ...sent, BlockPublicPolicy: false },
      { ...sent, BlockPublicPolicy: false },
      { ...sent, BlockPublicPolicy: true },
    ]);
  });

  it("puts a value of a secret as text or bytes with its labels, and reads both", async () => {
    calls.aws.answers = {
      PutSecretValue: [{ ARN, VersionId: "v" }],
      GetSecretValue: [{ ARN, VersionId: "v", SecretString: "a", VersionStages: ["AWSCURRENT", "mine"] }],
    };
    const { id, state } = await calls.create(VERSION, {
      secretId: "s",
      secretString: "a",
      versionStages: ["mine", "AWSCURRENT"],
    });
    assert.equal(id, "s|v");
    assert.deepEqual(calls.aws.bodies("GetSecretValue"), [{ SecretId: "s", VersionId: "v" }]);
    assert.deepEqual(state, {
      secretId: "s",
      secretString: "a",
      versionId: "v",
      arn: ARN,
      versionStages: ["mine", "AWSCURRENT"],
      region: "us-east-1",
    });
    await calls.create(VERSION, { secretId: "s", secretBinary: "AAEC" });
    const sent = calls.aws.bodies("PutSecretValue").map(({ ClientRequestToken, ...rest }) => {
      assert.match(String(ClientRequestToken), /^[0-9a-f-]{36}$/);
      return rest;
    });
    assert.deepEqual(sent, [
      { SecretId: "s", SecretString: "a", VersionStages: ["mine", "AWSCURRENT"] },
      { SecretId: "s", SecretBinary: "AAEC" },
    ]);
    await assert.rejects(
      calls.typeOf(VERSION).read("s", {}, { secretId: "s" }),
      /unexpected id s: expected <secret ARN>\|/,
    );
  });

  it("takes a version for gone if its secret is deleted or waits for that, and for nothing else", async () => {
    const deleted = "You can't perform this operation on the secret because it was";
    const stages = { versionStages: ["mine"] };
    for (const answer of [
      MISSING,
      ["InvalidRequestException", `${deleted} deleted.`],
      ["InvalidRequestException", `${deleted} marked for deletion.`],
    ] as [string, string][]) {
      calls.aws.answers = { GetSecretValue: [answer], UpdateSecretVersionStage: [answer] };
      assert.equal(await calls.typeOf(VERSION).read(`${ARN}|v`, {}, { secretId: ARN }), undefined, answer[1]);
      await calls.typeOf(VERSION).delete(`${ARN}|v`, stages);
    }
    for (const answer of [
      ["InvalidRequestException", "no"],
      ["InternalServiceError", `${deleted} deleted.`],
    ] as [string, string][]) {
      calls.aws.answers = { GetSecretValue: [answer], UpdateSecretVersionStage: [answer] };
      await assert.rejects(calls.typeOf(VERSION).read(`${ARN}|v`, {}, { secretId: ARN }), new RegExp(answer[0]));
      await assert.rejects(calls.typeOf(VERSION).delete(`${ARN}|v`, stages), new RegExp(answer[0]));
    }
  });

  it("waits until a deleted version has lost its labels, but for one that AWS keeps", async () => {
    const shown = (VersionStages: string[]) => ({ ARN, VersionId: "v", VersionStages });
    for (const [last, reads] of [
      [shown(["AWSCURRENT"]), 2],
      [shown(["AWSPREVIOUS"]), 2],
      [shown([]), 2],
    ] as const) {
      calls.aws.answers = { UpdateSecretVersionStage: [{}], GetSecretValue: [shown(["AWSCURRENT", "mine"]), last] };
      const before = calls.aws.bodies("GetSecretValue").length;
      await calls.typeOf(VERSION).delete(`${ARN}|v`, { versionStages: ["mine"] });
      assert.equal(calls.aws.bodies("GetSecretValue").length - before, reads);
    }
    calls.aws.answers.GetSecretValue = [shown(["mine"]), shown(["AWSCURRENT"])];
    const before = calls.aws.bodies("GetSecretValue").length;
    await calls.typeOf(VERSION).delete(`${ARN}|v`, {});
    assert.equal(calls.aws.bodies("GetSecretValue").length - before, 2, "a label of somebody else");
    assert.deepEqual(calls.aws.bodies("UpdateSecretVersionStage")[0], {
      SecretId: ARN,
      VersionStage: "mine",
      RemoveFromVersionId: "v",
    });
  });
});
