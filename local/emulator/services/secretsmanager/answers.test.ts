import assert from "node:assert/strict";
import type {
  CreateSecretCommandInput,
  ListSecretsCommandInput,
  SecretsManager,
} from "@aws-sdk/client-secrets-manager";
import { whole } from "../../testing/answers";
import { ACCOUNT, allow, refused, TestCloud } from "../../testing/support";

const DAY_SECONDS = 24 * 60 * 60;
const [team, cost] = [{ Key: "team", Value: "a" }, { Key: "cost", Value: "b" }]; // biome-ignore format: short
const token = (digit: number) => `${String(digit).repeat(8)}-2222-3333-4444-555555555555`;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Source: the API reference of each operation, "Response Elements". */
describe("emulator: whole answers of Secrets Manager", () => {
  const cloud = TestCloud.forSuite();
  let secrets: SecretsManager;
  beforeEach(() => {
    secrets = cloud.secrets();
  });
  const nextDay = () => cloud.control("POST", "clock", { advanceSeconds: DAY_SECONDS });
  const Name = "hub";
  const SecretId = Name;
  const create = (more: Partial<CreateSecretCommandInput> = {}) =>
    secrets.createSecret({ Name, SecretString: "one", ...more });
  const describeSecret = async () => whole(await secrets.describeSecret({ SecretId }));
  const plain = (ARN = "") => ({ ARN, Name, CreatedDate: "day 0", LastChangedDate: "day 0", Tags: [] });

  it("a new secret", async () => {
    const { ARN, VersionId = "", ...rest } = await create();
    assert.deepEqual(whole(rest), { Name });
    assert.match(VersionId, UUID);
    assert.deepEqual(await describeSecret(), { ...plain(ARN), VersionIdsToStages: { [VersionId]: ["AWSCURRENT"] } });
  });

  it("a secret without a value", async () => {
    const { ARN, ...rest } = await create({ SecretString: undefined });
    assert.deepEqual(whole(rest), { Name });
    assert.deepEqual(await describeSecret(), { ...plain(ARN), VersionIdsToStages: {} });
  });

  it("a secret with every setting, that is made again by a retry, with text or bytes", async () => {
    const KmsKeyId = "alias/mine";
    const settings = { Description: "logs in", KmsKeyId, Tags: [team, cost], ClientRequestToken: token(1) };
    for (const value of [{ SecretString: "one" }, { SecretString: undefined, SecretBinary: Buffer.from("one") }]) {
      const first = await create({ ...settings, ...value });
      assert.deepEqual(whole(first), { ARN: first.ARN, Name, VersionId: token(1) });
      assert.deepEqual(whole(await create({ ...settings, ...value })), whole(first));
      const { Description, Tags } = settings;
      const versions = { VersionIdsToStages: { [token(1)]: ["AWSCURRENT"] } };
      assert.deepEqual(await describeSecret(), { ...plain(first.ARN), Description, KmsKeyId, Tags, ...versions });
      const { SecretString } = value;
      const other = SecretString ? { SecretString: "two" } : { ...value, SecretBinary: Buffer.from("two") };
      await refused(create({ ...settings, ...other }), "ResourceExistsException", /already exists/);
      await refused(create({ ...settings, ...value, ClientRequestToken: token(2) }), "ResourceExistsException");
      await secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
    }
  });

  it("an update of one setting after another", async () => {
    const { ARN, VersionId } = await create({ Description: "logs in", ClientRequestToken: token(1) });
    await nextDay();
    const versions = { VersionIdsToStages: { [VersionId ?? ""]: ["AWSCURRENT"] } };
    const update = async (more: object) => whole(await secrets.updateSecret({ SecretId, ...more }));
    assert.deepEqual(await update({ KmsKeyId: "alias/mine" }), { ARN, Name });
    const changed = { ...plain(ARN), Description: "logs in", LastChangedDate: "day 1" };
    assert.deepEqual(await describeSecret(), { ...changed, KmsKeyId: "alias/mine", ...versions });
    await update({ Description: "" });
    assert.deepEqual(await describeSecret(), { ...changed, Description: "", KmsKeyId: "alias/mine", ...versions });
    for (const KmsKeyId of ["", "alias/aws/secretsmanager"]) {
      await update({ KmsKeyId: "alias/mine" });
      await update({ KmsKeyId });
      assert.deepEqual(await describeSecret(), { ...changed, Description: "", ...versions });
    }
    for (const key of [`arn:aws:kms:us-east-1:${ACCOUNT}:key/1`, `arn:aws:s3:eu-central-1:${ACCOUNT}:key/1`]) {
      await refused(secrets.updateSecret({ SecretId, KmsKeyId: key }), "InvalidParameterException", /KMS key/);
    }
    await update({ KmsKeyId: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1` });
    const put = await update({ SecretBinary: Buffer.from("two"), ClientRequestToken: token(2) });
    assert.deepEqual(put, { ARN, Name, VersionId: token(2) });
    const { VersionIdsToStages } = await secrets.describeSecret({ SecretId });
    assert.deepEqual(VersionIdsToStages, { [token(1)]: ["AWSPREVIOUS"], [token(2)]: ["AWSCURRENT"] });
  });

  it("a value, of text or bytes, by version and label", async () => {
    const { ARN } = await create({ ClientRequestToken: token(1) });
    await nextDay();
    const bytes = { SecretId, SecretBinary: Buffer.from([0, 255]), ClientRequestToken: token(2) };
    const put = { ARN, Name, VersionId: token(2), VersionStages: ["AWSCURRENT"] };
    assert.deepEqual(whole(await secrets.putSecretValue(bytes)), put);
    assert.equal(whole((await secrets.describeSecret({ SecretId })).LastChangedDate), "day 1");
    assert.deepEqual(whole(await secrets.putSecretValue(bytes)), put, "a retry");
    for (const SecretBinary of [Buffer.from([0]), undefined]) {
      const other = { ...bytes, SecretBinary, SecretString: SecretBinary ? undefined : "two" };
      await refused(secrets.putSecretValue(other), "ResourceExistsException");
    }
    const value = async (more = {}) => {
      const { SecretBinary, ...rest } = await secrets.getSecretValue({ SecretId, ...more });
      return whole({ ...rest, SecretBinary: SecretBinary && [...SecretBinary] });
    };
    const second = { ...put, SecretBinary: [0, 255], CreatedDate: "day 1" };
    const first = { ARN, Name, SecretString: "one", CreatedDate: "day 0" };
    const previous = { ...first, VersionId: token(1), VersionStages: ["AWSPREVIOUS"] };
    assert.deepEqual(await value(), second);
    assert.deepEqual(await value({ VersionId: token(2) }), second);
    assert.deepEqual(await value({ VersionId: token(1) }), previous);
    assert.deepEqual(await value({ VersionStage: "AWSPREVIOUS" }), previous);
    assert.deepEqual(await value({ VersionId: token(1), VersionStage: "AWSPREVIOUS" }), previous);
    const mixed = value({ VersionId: token(1), VersionStage: "AWSCURRENT" });
    await refused(mixed, "ResourceNotFoundException", new RegExp(`VersionId: ${token(1)}$`));
    await refused(value({ VersionStage: "none" }), "ResourceNotFoundException", /staging label: none$/);
  });

  it("labels: the first version is current too, and a label moves", async () => {
    await create({ SecretString: undefined });
    const put = async (digit: number, ...VersionStages: string[]) => {
      const input = { SecretId, SecretString: `${digit}`, ClientRequestToken: token(digit), VersionStages };
      return (await secrets.putSecretValue(input)).VersionStages;
    };
    assert.deepEqual(await put(1, "blue"), ["blue", "AWSCURRENT"]);
    assert.deepEqual(await put(2, "blue", "green"), ["blue", "green"]);
    const stages = async () => (await secrets.describeSecret({ SecretId })).VersionIdsToStages;
    assert.deepEqual(await stages(), { [token(1)]: ["AWSCURRENT"], [token(2)]: ["blue", "green"] });
    assert.deepEqual(await put(3, "blue", "AWSCURRENT"), ["blue", "AWSCURRENT"]);
    const [one, three] = [{ [token(1)]: ["AWSPREVIOUS"] }, { [token(3)]: ["blue", "AWSCURRENT"] }];
    assert.deepEqual(await stages(), { ...one, [token(2)]: ["green"], ...three });
    const { ARN } = await secrets.describeSecret({ SecretId });
    const move = (VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
      secrets.updateSecretVersionStage({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId });
    await nextDay();
    assert.deepEqual(whole(await move("green", token(2))), { ARN, Name });
    assert.equal(whole((await secrets.describeSecret({ SecretId })).LastChangedDate), "day 1");
    assert.deepEqual(await stages(), { ...one, ...three });
    await move("new", undefined, token(2));
    await move("blue", token(3), token(1));
    assert.deepEqual(await stages(), {
      [token(1)]: ["AWSPREVIOUS", "blue"],
      [token(2)]: ["new"],
      [token(3)]: ["AWSCURRENT"],
    });
    await refused(move("blue", undefined, token(2)), "InvalidParameterException", /is attached to version/);
    await refused(move("blue", token(3), token(2)), "InvalidParameterException", /is attached to version/);
    await refused(move("blue", token(2), token(1)), "InvalidParameterException", /is not attached to version/);
    await refused(move("unused", token(1)), "InvalidParameterException", /is not attached to version/);
    await refused(move("AWSCURRENT", token(3)), "InvalidParameterException", /only move/);
    await move("blue", undefined, token(1));
  });

  it("versions, in pages, without those that have no label", async () => {
    const { ARN } = await create({ ClientRequestToken: token(1) });
    await nextDay();
    for (const digit of [2, 3]) {
      await secrets.putSecretValue({ SecretId, SecretString: "two", ClientRequestToken: token(digit) });
    }
    const list = async (more = {}) => whole(await secrets.listSecretVersionIds({ SecretId, ...more }));
    const [second, third] = [
      { VersionId: token(2), VersionStages: ["AWSPREVIOUS"], CreatedDate: "day 1" },
      { VersionId: token(3), VersionStages: ["AWSCURRENT"], CreatedDate: "day 1" },
    ];
    const first = { VersionId: token(1), VersionStages: [], CreatedDate: "day 0" };
    assert.deepEqual(await list(), { ARN, Name, Versions: [second, third] });
    assert.deepEqual(await list({ IncludeDeprecated: false }), { ARN, Name, Versions: [second, third] });
    assert.deepEqual(await list({ IncludeDeprecated: true }), { ARN, Name, Versions: [first, second, third] });
    const { NextToken, Versions } = await secrets.listSecretVersionIds({ SecretId, MaxResults: 1 });
    assert.deepEqual(whole(Versions), [second]);
    assert.deepEqual(await list({ NextToken }), { ARN, Name, Versions: [third] });
  });

  it("a deletion, and its end", async () => {
    const { ARN, VersionId = "" } = await create();
    await nextDay();
    for (const [RecoveryWindowInDays, date] of [
      [undefined, "day 31"],
      [7, "day 8"],
      [30, "day 31"],
    ] as const) {
      const deleted = await secrets.deleteSecret({ SecretId, RecoveryWindowInDays });
      assert.deepEqual(whole(deleted), { ARN, Name, DeletionDate: date });
      const wanted = { ...plain(ARN), DeletedDate: "day 1", VersionIdsToStages: { [VersionId]: ["AWSCURRENT"] } };
      assert.deepEqual(await describeSecret(), wanted);
      assert.deepEqual(whole(await secrets.restoreSecret({ SecretId })), { ARN, Name });
      const { DeletedDate: _, ...restored } = wanted;
      assert.deepEqual(await describeSecret(), restored);
    }
    const forced = () => secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
    assert.deepEqual(whole(await forced()), { ARN, Name, DeletionDate: "day 1" });
    const again = await forced();
    assert.deepEqual(whole({ ...again, ARN: undefined }), { Name, DeletionDate: "day 1" });
  });

  describe("a list", () => {
    const names = async (more: ListSecretsCommandInput = {}) =>
      ((await secrets.listSecrets(more)).SecretList ?? []).map(({ Name }) => Name);

    it("of secrets as they are described", async () => {
      const { ARN, VersionId = "" } = await create({ Description: "logs in", Tags: [team] });
      await nextDay();
      await secrets.deleteSecret({ SecretId });
      assert.deepEqual(whole(await secrets.listSecrets({})), { SecretList: [] });
      assert.deepEqual(whole(await secrets.listSecrets({ IncludePlannedDeletion: true })), {
        SecretList: [
          {
            ...plain(ARN),
            Description: "logs in",
            DeletedDate: "day 1",
            Tags: [team],
            SecretVersionsToStages: { [VersionId]: ["AWSCURRENT"] },
          },
        ],
      });
    });

    it("by name and key of a tag, both from their beginnings, in both orders", async () => {
      await create({ Name: "hub/a", Tags: [team, cost] });
      await create({ Name: "hub/b", Tags: [cost] });
      await create({ Name: "quay", Tags: [team] });
      const filter = (Key: "name" | "tag-key", ...Values: string[]) => ({ Key, Values });
      const by = (...Filters: ReturnType<typeof filter>[]) => names({ Filters });
      assert.deepEqual(await names({ SortOrder: "asc" }), ["hub/a", "hub/b", "quay"]);
      assert.deepEqual(await names({ SortOrder: "desc" }), ["quay", "hub/b", "hub/a"]);
      assert.deepEqual(await by(filter("name", "hub/")), ["hub/a", "hub/b"]);
      assert.deepEqual(await by(filter("name", "hub/b", "q")), ["hub/b", "quay"]);
      assert.deepEqual(await by(filter("name", "/a")), []);
      assert.deepEqual(await by(filter("tag-key", "te")), ["hub/a", "quay"]);
      assert.deepEqual(await by(filter("tag-key", "am")), []);
      assert.deepEqual(await by(filter("tag-key", "none", "cost")), ["hub/a", "hub/b"]);
      assert.deepEqual(await by(filter("tag-key", "team"), filter("name", "hub")), ["hub/a"]);
    });

    it("in pages, by default of 100", async () => {
      const all = Array.from({ length: 101 }, (_, index) => `secret-${index}`);
      for (const Name of all) await create({ Name });
      const first = await secrets.listSecrets({});
      assert.equal(first.SecretList?.length, 100);
      assert.deepEqual(await names({ NextToken: first.NextToken }), all.slice(100));
      const few = await secrets.listSecrets({ MaxResults: 2 });
      assert.equal(few.SecretList?.length, 2);
      assert.deepEqual(await names({ NextToken: few.NextToken, MaxResults: 2 }), all.slice(2, 4));
    });
  });

  it("a resource policy, which may be public if nobody asked to block it", async () => {
    const { ARN } = await create();
    const ResourcePolicy = allow("secretsmanager:GetSecretValue", { Principal: "*", Resource: "*" });
    const read = async () => whole(await secrets.getResourcePolicy({ SecretId }));
    assert.deepEqual(await read(), { ARN, Name });
    await refused(
      secrets.putResourcePolicy({ SecretId, ResourcePolicy, BlockPublicPolicy: true }),
      "PublicPolicyException",
    );
    assert.deepEqual(await read(), { ARN, Name });
    for (const BlockPublicPolicy of [undefined, false]) {
      const put = await secrets.putResourcePolicy({ SecretId, ResourcePolicy, BlockPublicPolicy });
      assert.deepEqual(whole(put), { ARN, Name });
      assert.deepEqual(await read(), { ARN, Name, ResourcePolicy });
      assert.deepEqual(whole(await secrets.deleteResourcePolicy({ SecretId })), { ARN, Name });
      assert.deepEqual(await read(), { ARN, Name });
    }
  });

  it("nothing by the ARN of another account, Region or secret", async () => {
    const { ARN = "" } = await create();
    const found = (SecretId: string) => secrets.describeSecret({ SecretId });
    await found(ARN);
    for (const other of [ARN.replace(ACCOUNT, "444455556666"), ARN.replace("eu-central-1", "us-east-1")]) {
      await assert.rejects(found(other), /not authorized|can't find/);
    }
    await refused(found(`${ARN.slice(0, -7)}-AAAAAA`), "ResourceNotFoundException");
    await refused(found(`${ARN.slice(0, -7)}x`), "ResourceNotFoundException");
  });
});
