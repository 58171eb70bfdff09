import assert from "node:assert/strict";
import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ACCOUNT, allow, type Keys, OTHER_ACCOUNT, type Place, refused, TestCloud, trust } from "../testing/support";

const HOUR = 3600;
const RoleName = "caller";
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/team/${RoleName}`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/${RoleName}/test`;

/** Sources: API reference of AWS STS; "Common errors" in each service's API reference. */
describe("emulator: who calls", () => {
  const cloud = TestCloud.forSuite();
  beforeEach(() =>
    cloud.iam().createRole({
      RoleName,
      Path: "/team/",
      AssumeRolePolicyDocument: trust({ AWS: [ACCOUNT, OTHER_ACCOUNT] }),
      MaxSessionDuration: 2 * HOUR,
    }),
  );
  const identity = async (place: Place = {}) => (await cloud.sts(place).send(new GetCallerIdentityCommand({}))).Arn;
  const assume = (more: Partial<AssumeRoleCommandInput> = {}, place: Place = {}) =>
    cloud.sts(place).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "me", ...more }));

  const resource = { TypeName: "AWS::ECR::RegistryPolicy", Identifier: ACCOUNT };
  const services: readonly (readonly [service: string, call: (place: Place) => Promise<unknown>, isQuery: boolean])[] =
    [
      ["ECR", (place) => cloud.ecr(place).describeRepositories({}), false],
      ["Cloud Control API", (place) => cloud.cloudControl(place).send(new GetResourceCommand(resource)), false],
      ["EventBridge Scheduler", (place) => cloud.scheduler(place).getSchedule({ Name: "none" }), false],
      ["SNS", (place) => cloud.sns(place).createTopic({ Name: "alerts" }), true],
      ["STS", (place) => cloud.sts(place).send(new GetCallerIdentityCommand({})), true],
    ];
  for (const [service, call, isQuery] of services) {
    it(`${service} refuses keys that are unknown, and those of a session that ended`, async () => {
      const keys = await cloud.assume(RoleArn);
      const unknown = isQuery ? "InvalidClientTokenId" : "UnrecognizedClientException";
      const others: Keys[] = ["AKIAUNKNOWN", `AKIAROOT${ACCOUNT}1`, `xAKIAROOT${ACCOUNT}`].map((accessKeyId) => ({
        accessKeyId,
        secretAccessKey: "any",
      }));
      for (const wrong of [...others, { ...keys, sessionToken: "another" }, { ...keys, sessionToken: undefined }])
        await refused(call({ keys: wrong }), unknown);
      await cloud.control("POST", "clock", { advanceSeconds: HOUR + 1 });
      await refused(call({ keys }), isQuery ? "ExpiredToken" : "ExpiredTokenException");
    });
  }

  it("is an account's root, or a session of a role that exists", async () => {
    assert.equal(await identity(), `arn:aws:iam::${ACCOUNT}:root`);
    for (const account of [ACCOUNT, OTHER_ACCOUNT]) {
      const keys = await cloud.assume(RoleArn, account);
      assert.equal(await identity({ keys }), SESSION);
      if (account === ACCOUNT) continue;
      await cloud.iam().deleteRole({ RoleName });
      await refused(identity({ keys }), "InvalidClientTokenId");
    }
  });

  it("has a session for an hour, or for the time that is asked for", async () => {
    for (const [DurationSeconds, seconds] of [
      [undefined, HOUR],
      [900, 900],
      [7200, 7200],
    ] as const) {
      const { Credentials } = await assume({ DurationSeconds });
      assert.equal(Math.round((Number(Credentials?.Expiration) - Date.now()) / 60_000), seconds / 60);
    }
    await refused(assume({ DurationSeconds: 7201 }), "ValidationError", /MaxSessionDuration/);
    await refused(assume({ DurationSeconds: 899 }), "ValidationError", /durationSeconds/);
    await refused(assume({ Policy: allow("*", { Resource: "*" }) }), "ValidationError", /'policy'.*does not know/);
    const PolicyDocument = allow("sts:AssumeRole", { Resource: "*" });
    await cloud.iam().putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
    const keys = await cloud.assume(RoleArn);
    await assume({ DurationSeconds: HOUR }, { keys });
    await refused(assume({ DurationSeconds: HOUR + 1 }, { keys }), "ValidationError", /role chaining/);
  });

  it("assumes only roles that trust the caller", async () => {
    const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
    const { Role } = await cloud.iam().createRole({ RoleName: "other", AssumeRolePolicyDocument });
    const denied = (who: string) => new RegExp(`^User: ${who} is not .* sts:AssumeRole on resource: ${Role?.Arn}$`);
    await refused(assume({ RoleArn: Role?.Arn }), "AccessDenied", denied(`arn:aws:iam::${ACCOUNT}:root`));
    const keys = await cloud.assume(RoleArn);
    await refused(assume({ RoleArn: Role?.Arn }, { keys }), "AccessDenied", denied(SESSION));
  });
});
