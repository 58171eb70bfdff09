import assert from "node:assert/strict";
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { whole } from "../testing/answers";
import { ACCOUNT, allow, OTHER_ACCOUNT, type Place, refused, TestCloud, trust } from "../testing/support";

const HOUR_SECONDS = 3600;

/** Source: API reference of AWS STS. */
describe("emulator: STS", () => {
  const cloud = TestCloud.forSuite();
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/team/puller`;
  let roleId = "";
  beforeEach(async () => {
    const { Role } = await cloud.iam().createRole({
      RoleName: "puller",
      Path: "/team/",
      AssumeRolePolicyDocument: trust({ AWS: [ACCOUNT, OTHER_ACCOUNT] }),
      MaxSessionDuration: 2 * HOUR_SECONDS,
    });
    roleId = Role?.RoleId ?? "";
  });
  const assume = (more: Partial<AssumeRoleCommandInput> = {}, place: Place = {}) =>
    cloud.sts(place).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "me", ...more }));
  const identity = async (place: Place = {}) => whole(await cloud.sts(place).send(new GetCallerIdentityCommand({})));

  it("names an account's root", async () => {
    assert.deepEqual(await identity(), { UserId: ACCOUNT, Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root` });
  });

  it("gives keys of a session, which is named after its role, also to another account", async () => {
    for (const account of [ACCOUNT, OTHER_ACCOUNT]) {
      const { Credentials, AssumedRoleUser, ...rest } = await assume({}, { account });
      assert.deepEqual(whole(rest), {});
      const Arn = `arn:aws:sts::${ACCOUNT}:assumed-role/puller/me`;
      assert.deepEqual(AssumedRoleUser, { AssumedRoleId: `${roleId}:me`, Arn });
      const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken } = Credentials ?? {};
      assert.match(accessKeyId, /^ASIA[A-Z2-7]{16}$/);
      assert.equal(Buffer.from(secretAccessKey, "base64").length, 30);
      const keys = { accessKeyId, secretAccessKey, sessionToken: SessionToken };
      assert.deepEqual(await identity({ keys }), { UserId: `${roleId}:me`, Account: ACCOUNT, Arn });
      for (const sessionToken of [undefined, "another"]) {
        await refused(identity({ keys: { ...keys, sessionToken } }), "InvalidClientTokenId");
      }
    }
  });

  it("ends a session after an hour, or after the time that is asked for", async () => {
    for (const [DurationSeconds, seconds] of [
      [undefined, HOUR_SECONDS],
      [900, 900],
      [7200, 7200],
    ] as const) {
      const { Credentials } = await assume({ DurationSeconds });
      const lasts = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
      assert.ok(lasts > seconds - 60 && lasts <= seconds, `${lasts} seconds`);
    }
    await refused(assume({ DurationSeconds: 7201 }), "ValidationError", /MaxSessionDuration/);
    await refused(assume({ DurationSeconds: 899 }), "ValidationError", /durationSeconds/);
    const PolicyDocument = allow("sts:AssumeRole", { Resource: "*" });
    await cloud.iam().putRolePolicy({ RoleName: "puller", PolicyName: "own", PolicyDocument });
    const keys = await cloud.assume(RoleArn);
    await assume({ DurationSeconds: HOUR_SECONDS }, { keys });
    await refused(assume({ DurationSeconds: HOUR_SECONDS + 1 }, { keys }), "ValidationError", /role chaining/);
  });

  it("names who may not assume a role", async () => {
    const { Role } = await cloud.iam().createRole({
      RoleName: "other",
      AssumeRolePolicyDocument: trust({ Service: "ecr.amazonaws.com" }),
    });
    const denied = (who: string) =>
      new RegExp(`^User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${Role?.Arn}$`);
    const input = { RoleArn: Role?.Arn };
    await refused(assume(input), "AccessDenied", denied(`arn:aws:iam::${ACCOUNT}:root`));
    const keys = await cloud.assume(RoleArn);
    await refused(assume(input, { keys }), "AccessDenied", denied(`arn:aws:sts::${ACCOUNT}:assumed-role/puller/test`));
  });
});
