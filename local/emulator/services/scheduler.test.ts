import assert from "node:assert/strict";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { whole } from "../testing/answers";
import { ACCOUNT, allow, REGION, refused, TestCloud, trust } from "../testing/support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reminders`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const GROUP = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/default`;

describe("emulator: EventBridge Scheduler", () => {
  const cloud = TestCloud.forSuite();
  beforeEach(async () => {
    await cloud.sns().send(new CreateTopicCommand({ Name: "alerts" }));
    await cloud.sns().send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: "email", Endpoint: "ops@example.com" }));
    await cloud.confirm(TOPIC);
    await cloud.control("DELETE", "mail");
  });

  const role = (AssumeRolePolicyDocument: string) =>
    cloud.iam().send(new CreateRoleCommand({ RoleName: "reminders", AssumeRolePolicyDocument }));
  const trusted = () =>
    role(
      allow("sts:AssumeRole", {
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": GROUP } },
      }),
    );
  const mayPublish = () =>
    cloud.iam().send(
      new PutRolePolicyCommand({
        RoleName: "reminders",
        PolicyName: "own",
        PolicyDocument: allow("sns:Publish", { Resource: TOPIC }),
      }),
    );
  const inDays = (days: number) => {
    const text = new Date(Date.now() + days * 24 * 3600 * 1000).toISOString();
    return `at(${text.slice(0, 19)})`;
  };
  const input = (more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
    Name: "token",
    ScheduleExpression: inDays(2),
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: TOPIC, RoleArn: ROLE, Input: "The token ends soon.\nMake a new one." },
    ...more,
  });
  const create = (more: Partial<CreateScheduleCommandInput> = {}) =>
    cloud.scheduler().send(new CreateScheduleCommand(input(more)));
  const advance = (days: number) => cloud.control("POST", "clock", { advanceSeconds: days * 24 * 3600 });

  it("publishes its input once, when it is due", async () => {
    await trusted();
    await mayPublish();
    await create();
    await advance(1);
    assert.deepEqual(await cloud.mails(), []);
    await advance(1);
    await advance(1);
    assert.deepEqual(
      (await cloud.mails()).map(({ to, body }) => [to, body.split("\n\n--\n")[0]]),
      [["ops@example.com", "The token ends soon.\nMake a new one."]],
    );
  });

  it("publishes nothing if the role may not, or while it is disabled", async () => {
    await trusted();
    await create();
    await mayPublish().then(() => create({ Name: "disabled", State: "DISABLED" }));
    await cloud.iam().send(
      new PutRolePolicyCommand({
        RoleName: "reminders",
        PolicyName: "own",
        PolicyDocument: allow("sns:Publish", { Resource: `${TOPIC}-other` }),
      }),
    );
    await advance(3);
    assert.deepEqual(await cloud.mails(), []);
  });

  it("is refused without a role that EventBridge Scheduler may assume, or in the past", async () => {
    await refused(create(), "ValidationException", /execution role/);
    await role(trust({ Service: "events.amazonaws.com" }));
    await refused(create(), "ValidationException", /execution role/);
    await refused(create({ ScheduleExpression: inDays(-1) }), "ValidationException", /past/);
    await refused(create({ ScheduleExpression: "at(tomorrow)" }), "ValidationException", /Schedule Expression/);
  });

  it("is read with AWS's defaults, and with what an update sets", async () => {
    await trusted();
    const ScheduleArn = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/token`;
    const { ScheduleExpression, Target, ...rest } = input();
    const again = { ScheduleExpression, Target };
    assert.deepEqual(whole(await create({ ...again, GroupName: "default" })), { ScheduleArn });
    const read = async () => whole(await cloud.scheduler().send(new GetScheduleCommand({ Name: "token" })));
    const plain = {
      ...rest,
      ScheduleExpression,
      Arn: ScheduleArn,
      GroupName: "default",
      ScheduleExpressionTimezone: "UTC",
      State: "ENABLED",
      CreationDate: "day 0",
      LastModificationDate: "day 0",
      Target: { ...Target, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
      ActionAfterCompletion: "NONE",
    };
    assert.deepEqual(await read(), plain);
    await advance(1);
    const settings = { Description: "d", State: "DISABLED", ActionAfterCompletion: "DELETE" } as const;
    const update = (more: Partial<CreateScheduleCommandInput>) =>
      cloud.scheduler().send(new UpdateScheduleCommand(input({ ...again, ...more })));
    assert.deepEqual(whole(await update({ ...settings, ScheduleExpressionTimezone: "UTC" })), { ScheduleArn });
    assert.deepEqual(await read(), { ...plain, ...settings, LastModificationDate: "day 1" });
    await update({ State: "ENABLED", ActionAfterCompletion: "NONE" });
    assert.deepEqual(await read(), { ...plain, LastModificationDate: "day 1" });
  });

  it("publishes in the order of the times, after all of them are due", async () => {
    await trusted();
    await mayPublish();
    for (const day of [3, 1, 2]) {
      const Target = { Arn: TOPIC, RoleArn: ROLE, Input: `day ${day}` };
      await create({ Name: `day-${day}`, ScheduleExpression: inDays(day), Target });
    }
    await advance(4);
    const bodies = (await cloud.mails()).map(({ body }) => body.split("\n")[0]);
    assert.deepEqual(bodies, ["day 1", "day 2", "day 3"]);
  });

  it("is deleted after it ran, if it says so, and not before", async () => {
    await trusted();
    await mayPublish();
    await create({ ActionAfterCompletion: "DELETE" });
    await create({ Name: "kept", ActionAfterCompletion: "NONE" });
    await create({ Name: "silent", Target: { Arn: TOPIC, RoleArn: ROLE } });
    const get = (Name: string) => cloud.scheduler().send(new GetScheduleCommand({ Name }));
    await advance(1);
    await get("token");
    await advance(2);
    await refused(get("token"), "ResourceNotFoundException");
    await get("kept");
    assert.equal((await cloud.mails()).length, 2);
  });

  const refusals: [string, Partial<CreateScheduleCommandInput>, RegExp][] = [
    ["a start", { StartDate: new Date() }, /StartDate/],
    ["an end", { EndDate: new Date() }, /EndDate/],
    ["another time zone", { ScheduleExpressionTimezone: "Europe/Berlin" }, /time zone/],
    ["a key", { KmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1` }, /KmsKeyArn/],
    ["a flexible window", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 } }, /OFF/],
    ["a target that is no topic", { Target: { Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:q`, RoleArn: ROLE } }, /SNS/],
    ["a target that is no ARN", { Target: { Arn: "alerts", RoleArn: ROLE } }, /SNS/],
    ["a rate", { ScheduleExpression: "rate(1 day)" }, /Schedule Expression/],
    ["a time that does not exist", { ScheduleExpression: "at(2099-13-01T00:00:00)" }, /Schedule Expression/],
    ["text before its time", { ScheduleExpression: "x at(2099-01-01T00:00:00)" }, /Schedule Expression/],
    ["text after its time", { ScheduleExpression: "at(2099-01-01T00:00:00) x" }, /Schedule Expression/],
  ];
  for (const [what, more, message] of refusals) {
    it(`is refused with ${what}, when it is created or updated`, async () => {
      await trusted();
      await refused(create(more), "ValidationException", message);
      await create();
      const update = cloud.scheduler().send(new UpdateScheduleCommand(input(more)));
      await refused(update, "ValidationException", message);
    });
  }

  it("is in the default group only", async () => {
    await trusted();
    await create();
    const other = { Name: "token", GroupName: "other" };
    for (const call of [
      () => create({ GroupName: "other" }),
      () => cloud.scheduler().send(new UpdateScheduleCommand(input({ GroupName: "other" }))),
      () => cloud.scheduler().send(new DeleteScheduleCommand(other)),
      () => cloud.scheduler().send(new GetScheduleCommand(other)),
    ]) {
      await refused(call(), "ResourceNotFoundException", /other\/token/);
    }
    await cloud.scheduler().send(new GetScheduleCommand({ Name: "token", GroupName: "default" }));
    await cloud.scheduler().send(new DeleteScheduleCommand({ Name: "token", GroupName: "default" }));
  });

  it("takes a role only from who may pass it", async () => {
    await trusted();
    const RoleName = "admin";
    const { Role } = await cloud
      .iam()
      .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) }));
    const keys = await cloud.assume(Role?.Arn ?? "");
    const permit = (...actions: string[]) => {
      const PolicyDocument = allow(["scheduler:*", ...actions], { Resource: "*" });
      return cloud.iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
    };
    const calls = [CreateScheduleCommand, UpdateScheduleCommand].map(
      (Command) => () => cloud.scheduler({ keys }).send(new Command(input())),
    );
    for (const call of calls) {
      await permit();
      await refused(call(), "AccessDeniedException", new RegExp(`iam:PassRole on resource: ${ROLE}$`));
      await permit("iam:PassRole");
      await call();
    }
  });

  it("is updated, read and deleted by its name", async () => {
    await trusted();
    await create();
    await refused(create(), "ConflictException");
    await cloud.scheduler().send(new UpdateScheduleCommand(input({ ScheduleExpression: inDays(5), Description: "d" })));
    const read = await cloud.scheduler().send(new GetScheduleCommand({ Name: "token" }));
    assert.equal(read.Description, "d");
    assert.equal(read.Target?.Input, "The token ends soon.\nMake a new one.");
    assert.ok(read.CreationDate instanceof Date);
    await cloud.scheduler().send(new DeleteScheduleCommand({ Name: "token" }));
    await refused(cloud.scheduler().send(new GetScheduleCommand({ Name: "token" })), "ResourceNotFoundException");
  });
});
