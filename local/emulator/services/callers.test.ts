import assert from "node:assert/strict";
import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ACCOUNT, type Keys, type Place, refused, TestCloud, trust } from "../testing/support";
import { SERVICES } from "./catalogue";

const RoleName = "caller";

/** Source: "Common errors" in each service's API reference. The query services have names of their own. */
describe("emulator: who calls", () => {
  const cloud = TestCloud.forSuite();

  /** Makes a role, and returns keys of a session of it. */
  async function session(): Promise<Keys> {
    const { Role } = await cloud.iam().createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) });
    return cloud.assume(Role?.Arn ?? "");
  }

  const resource = { TypeName: "AWS::ECR::RegistryPolicy", Identifier: ACCOUNT };
  const calls: readonly (readonly [service: string, call: (place: Place) => Promise<unknown>, isQuery: boolean])[] = [
    ["ecr", (place) => cloud.ecr(place).describeRepositories({}), false],
    ["secretsmanager", (place) => cloud.secrets(place).listSecrets({}), false],
    ["cloudcontrolapi", (place) => cloud.cloudControl(place).send(new GetResourceCommand(resource)), false],
    ["events", (place) => cloud.events(place).describeRule({ Name: "none" }), false],
    ["scheduler", (place) => cloud.scheduler(place).getSchedule({ Name: "none" }), false],
    ["sns", (place) => cloud.sns(place).createTopic({ Name: "alerts" }), true],
    ["iam", (place) => cloud.iam(place).listRoles({}), true],
    ["sts", (place) => cloud.sts(place).send(new GetCallerIdentityCommand({})), true],
  ];
  it("is asked by every service", () => {
    assert.deepEqual(calls.map(([service]) => service).sort(), Object.keys(SERVICES).sort());
  });

  const statusOf = (error: Error) => (error as Error & { $metadata: { httpStatusCode?: number } }).$metadata;
  const answer = (call: Promise<unknown>) =>
    call.then(
      () => assert.fail("it is accepted"),
      (error: Error) => [error.name, statusOf(error).httpStatusCode],
    );
  for (const [service, call, isQuery] of calls) {
    it(`${service} refuses keys that are unknown, and those of a session that ended`, async () => {
      const unknown = isQuery ? ["InvalidClientTokenId", 403] : ["UnrecognizedClientException", 400];
      for (const accessKeyId of [
        "AKIAUNKNOWN",
        `AKIAROOT${ACCOUNT}1`,
        `xAKIAROOT${ACCOUNT}`,
        `AKIAROOT${ACCOUNT.slice(1)}`,
      ]) {
        assert.deepEqual(await answer(call({ keys: { accessKeyId, secretAccessKey: "any" } })), unknown, accessKeyId);
      }
      const keys = await session();
      await cloud.control("POST", "clock", { advanceSeconds: 3601 });
      const expired = isQuery ? "ExpiredToken" : "ExpiredTokenException";
      assert.deepEqual(await answer(call({ keys })), [expired, 403]);
    });
  }

  it("is not a session whose role is gone", async () => {
    const keys = await session();
    const identity = () => cloud.sts({ keys }).send(new GetCallerIdentityCommand({}));
    await identity();
    await cloud.iam().deleteRole({ RoleName });
    await refused(identity(), "InvalidClientTokenId");
  });
});
