import assert from "node:assert/strict";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { ConfirmSubscriptionCommand, CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { ACCOUNT, allow, REGION, refused, TestCloud, trust } from "./support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reminders`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const GROUP = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/default`;

describe("emulator: EventBridge Scheduler", () => {
  const cloud = TestCloud.forSuite();
  beforeEach(async () => {
    await cloud.sns().send(new CreateTopicCommand({ Name: "alerts" }));
    await cloud.sns().send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: "email", Endpoint: "ops@example.com" }));
    const [, Token] = /[?&]Token=(\w+)/.exec((await cloud.mails())[0]?.body ?? "") ?? [];
    await cloud.sns().send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }));
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
    await refused(
      cloud.scheduler().send(new GetScheduleCommand({ Name: "token", GroupName: "other" })),
      "ResourceNotFoundException",
    );
  });
});
