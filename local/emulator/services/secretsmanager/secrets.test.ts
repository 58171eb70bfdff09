import assert from "node:assert/strict";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { calls, nextDay, type Step } from "../../testing/steps";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, TestCloud } from "../../testing/support";

const team = { Key: "team", Value: "a" };
const token = (digit: number) => `${String(digit).repeat(8)}-2222-3333-4444-555555555555`;
const Name = "ecr-pullthroughcache/hub";
const ARN = new RegExp(`^arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${Name}-[A-Za-z0-9]{6}$`);
const head = { ARN, Name };
const secret = { SecretId: Name };
const x = (length: number) => "x".repeat(length);

/** Source: the API reference of each operation, "Response Elements" and "Errors". */
describe("emulator: secrets", () => {
  const cloud = TestCloud.forSuite();
  let secrets: SecretsManager;
  beforeEach(() => {
    secrets = cloud.secrets();
  });
  const create = (digit: number, more: object = {}) => ({
    Name,
    SecretString: "one",
    ClientRequestToken: token(digit),
    ...more,
  });
  const put = (digit: number, more: object = {}) => ({
    ...secret,
    SecretString: `${digit}`,
    ClientRequestToken: token(digit),
    ...more,
  });
  const made: Step = ["createSecret", create(1), { ...head, VersionId: token(1) }];
  const described = { ...head, CreatedDate: "day 0", LastChangedDate: "day 0", Tags: [] };
  const staged = (stages: Readonly<Record<number, string[]>>) => ({
    VersionIdsToStages: Object.fromEntries(Object.entries(stages).map(([digit, each]) => [token(Number(digit)), each])),
  });

  it("is created once for a token and a value", () =>
    calls(secrets, [
      made,
      made,
      ["createSecret", create(1, { SecretString: "two" }), "ResourceExistsException"],
      ["createSecret", create(2), "ResourceExistsException"],
    ]));

  it("values: by version and label", async () => {
    const second = { ...head, VersionId: token(2), VersionStages: ["AWSCURRENT"] };
    const first = {
      ...head,
      VersionId: token(1),
      VersionStages: ["AWSPREVIOUS"],
      SecretString: "1",
      CreatedDate: "day 0",
    };
    const unlabel = (VersionStage: string, from: number) => ({
      ...secret,
      VersionStage,
      RemoveFromVersionId: token(from),
    });
    await calls(secrets, [
      ["createSecret", create(1, { SecretString: undefined }), head],
      ["getSecretValue", secret, "ResourceNotFoundException", /staging label: AWSCURRENT$/],
      ["putSecretValue", put(1), { ...head, VersionId: token(1), VersionStages: ["AWSCURRENT"] }],
    ]);
    await nextDay(cloud);
    await calls(secrets, [
      ["putSecretValue", put(2), second],
      ["putSecretValue", put(2), second],
      ["putSecretValue", put(2, { SecretString: "other" }), "ResourceExistsException"],
      ["getSecretValue", secret, { ...second, SecretString: "2", CreatedDate: "day 1" }],
      ["getSecretValue", { ...secret, VersionId: token(1) }, first],
      ["getSecretValue", { ...secret, VersionStage: "AWSPREVIOUS" }, first],
      ["getSecretValue", { ...secret, VersionId: token(1), VersionStage: "AWSCURRENT" }, "ResourceNotFoundException"],
      ["updateSecretVersionStage", unlabel("AWSPREVIOUS", 2), "InvalidParameterException", /is not attached/],
      ["updateSecretVersionStage", unlabel("AWSCURRENT", 2), "InvalidParameterException", /only move/],
      ["updateSecretVersionStage", unlabel("AWSPREVIOUS", 1), head],
      ["describeSecret", secret, { ...described, LastChangedDate: "day 1", ...staged({ 2: ["AWSCURRENT"] }) }],
      [
        "listSecretVersionIds",
        secret,
        { ...head, Versions: [{ VersionId: token(2), VersionStages: ["AWSCURRENT"], CreatedDate: "day 1" }] },
      ],
    ]);
  });

  it("a deletion: its recovery window, and its end", async () => {
    const gone = "InvalidRequestException";
    const policy = {
      ...secret,
      ResourcePolicy: allow("secretsmanager:*", { Principal: { AWS: ACCOUNT }, Resource: "*" }),
    };
    await calls(secrets, [
      made,
      ["deleteSecret", { ...secret, RecoveryWindowInDays: 6 }, "InvalidParameterException"],
      ["deleteSecret", { ...secret, RecoveryWindowInDays: 31 }, "InvalidParameterException"],
      [
        "deleteSecret",
        { ...secret, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
        "InvalidParameterException",
      ],
      ["deleteSecret", { ...secret, RecoveryWindowInDays: 7 }, { ...head, DeletionDate: "day 7" }],
      ["deleteSecret", secret, gone],
      ["createSecret", create(1), gone, /already scheduled for deletion/],
      ["getSecretValue", secret, gone],
      ["putSecretValue", put(2), gone],
      ["updateSecret", secret, gone],
      ["tagResource", { ...secret, Tags: [team] }, gone],
      ["putResourcePolicy", policy, gone],
      ["listSecrets", {}, { SecretList: [] }],
      ["describeSecret", secret, { ...described, DeletedDate: "day 0", ...staged({ 1: ["AWSCURRENT"] }) }],
      ["restoreSecret", secret, head],
      ["deleteSecret", secret, { ...head, DeletionDate: "day 30" }],
    ]);
    await nextDay(cloud, 29);
    await calls(secrets, [["createSecret", create(1), gone]]);
    await nextDay(cloud);
    await calls(secrets, [
      made,
      ["deleteSecret", { ...secret, ForceDeleteWithoutRecovery: true }, { ...head, DeletionDate: "day 30" }],
      ["deleteSecret", { ...secret, ForceDeleteWithoutRecovery: true }],
      ["deleteSecret", secret, "ResourceNotFoundException"],
    ]);
  });

  it("a resource policy, which may be public if nobody asked to block it", async () => {
    const policy = (Principal: unknown, more: object = {}) => ({
      ...secret,
      ResourcePolicy: allow("secretsmanager:GetSecretValue", { Principal, Resource: "*" }),
      ...more,
    });
    await calls(secrets, [
      made,
      ["getResourcePolicy", secret, head],
      ["putResourcePolicy", policy("*", { BlockPublicPolicy: true }), "PublicPolicyException"],
      ["putResourcePolicy", policy("everybody"), "MalformedPolicyDocumentException"],
      ["putResourcePolicy", policy("*"), head],
      ["getResourcePolicy", secret, { ...head, ResourcePolicy: policy("*").ResourcePolicy }],
      ["putResourcePolicy", policy({ AWS: OTHER_ACCOUNT }, { BlockPublicPolicy: true }), head],
      ["deleteResourcePolicy", secret, head],
      ["getResourcePolicy", secret, head],
    ]);
  });

  it("is found by name, ARN and ARN without its suffix, in its account and Region", async () => {
    const { ARN = "" } = await secrets.createSecret({ Name, SecretString: "one" });
    const short = ARN.slice(0, -7);
    for (const SecretId of [Name, ARN, short]) assert.equal((await secrets.describeSecret({ SecretId })).ARN, ARN);
    for (const SecretId of [`${short}-AAAAAA`, `${short}x`, ARN.replace(REGION, "us-east-1"), "none"])
      await calls(secrets, [["getSecretValue", { SecretId }, "ResourceNotFoundException"]]);
    await calls(cloud.secrets({ region: "us-east-1" }), [["describeSecret", secret, "ResourceNotFoundException"]]);
  });

  const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
  const refusals: Step[] = [
    ["createSecret", { Name: "a b" }, "InvalidParameterException", /Invalid name/],
    ["createSecret", { Name: x(513) }, "ValidationException", /^1 validation error detected: Value at 'name' failed/],
    ["createSecret", { Name: "big", SecretString: x(65537) }, "ValidationException"],
    ["createSecret", { Name: x(512), SecretString: x(65536) }],
    ["createSecret", { Name: "a", AddReplicaRegions: [{ Region: "eu-west-1" }] }, "ValidationException"],
    [
      "updateSecret",
      { ...secret, KmsKeyId: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1` },
      "InvalidParameterException",
      /KMS key/,
    ],
    ["createSecret", { Name: "a", Tags: [{ Key: "aws:team", Value: "a" }] }, "InvalidParameterException"],
    ["putSecretValue", secret, "InvalidParameterException"],
    ["putSecretValue", put(2, { SecretBinary: Buffer.from("a") }), "ValidationException"],
    ["tagResource", { ...secret, Tags: [{ Key: "team", Value: "a;b" }] }, "InvalidParameterException"],
    ["tagResource", { ...secret, Tags: [team, team] }, "InvalidParameterException"],
    ["tagResource", { ...secret, Tags: many }, "InvalidParameterException"],
    ["listSecrets", { NextToken: "made up" }, "InvalidNextTokenException"],
    ["listSecrets", { Filters: [{ Key: "tag-key", Values: ["hub"] }] }, "InvalidParameterException"],
    ["listSecrets", { Filters: [{ Key: "name", Values: ["hub"] }] }, { SecretList: [] }],
  ];
  it("refuses what AWS refuses", () => calls(secrets, [made, ...refusals]));

  it("never puts a value into the request log or an error", async () => {
    const canary = "canary-5f1e";
    const long: Step = [
      "createSecret",
      { Name: "b", SecretString: canary + x(65536) },
      "ValidationException",
      /^(?!.*canary)/,
    ];
    await calls(secrets, [["createSecret", { Name: "a", SecretString: canary }], long]);
    const log = await cloud.control<{ requests: { operation: string }[] }>("GET", "requests");
    assert.ok(log.requests.some(({ operation }) => operation === "CreateSecret"));
    assert.ok(!JSON.stringify(log).includes(canary));
  });
});
