import assert from "node:assert/strict";
import type { Scheduler } from "@aws-sdk/client-scheduler";
import { calls, nextDay, type Step } from "../../testing/steps";
import { ACCOUNT, allow, REGION, TestCloud, trust } from "../../testing/support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reminders`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const GROUP = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/default`;
const TRUST = allow("sts:AssumeRole", {
  Principal: { Service: "scheduler.amazonaws.com" },
  Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": GROUP } },
});
const named = { Name: "token" };

const inDays = (days: number) => `at(${new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 19)})`;

/** Source: Amazon EventBridge Scheduler API reference and user guide. */
describe("emulator: EventBridge Scheduler", () => {
  const cloud = TestCloud.forSuite();
  let scheduler: Scheduler;
  beforeEach(async () => {
    scheduler = cloud.scheduler();
    await cloud.sns().createTopic({ Name: "alerts" });
    await cloud.sns().subscribe({ TopicArn: TOPIC, Protocol: "email", Endpoint: "ops@example.com" });
    await cloud.confirm(TOPIC);
    await cloud.control("DELETE", "mail");
    await cloud.iam().createRole({ RoleName: "reminders", AssumeRolePolicyDocument: TRUST });
    await mayPublish(TOPIC);
  });
  const mayPublish = (Resource: string) =>
    cloud.iam().putRolePolicy({
      RoleName: "reminders",
      PolicyName: "own",
      PolicyDocument: allow("sns:Publish", { Resource }),
    });
  const Target = { Arn: TOPIC, RoleArn: ROLE, Input: "The token ends soon.\nMake a new one." };
  const input = (more: object = {}) => ({
    ...named,
    ScheduleExpression: inDays(2),
    FlexibleTimeWindow: { Mode: "OFF" },
    Target,
    ...more,
  });
  const create = (more: object = {}): Step => ["createSchedule", input(more)];
  const bodies = async () => (await cloud.mails()).map(({ body }) => body.split("\n\n--\n")[0]);

  it("publishes its input once, when it is due, and is deleted then if it says so", async () => {
    const says = (Input: string) => ({ Target: { ...Target, Input } });
    await calls(scheduler, [
      create({ ActionAfterCompletion: "DELETE" }),
      create({ Name: "first", ScheduleExpression: inDays(1), ...says("first") }),
      create({ Name: "disabled", State: "DISABLED" }),
      create({ Name: "silent", Target: { Arn: TOPIC, RoleArn: ROLE } }),
    ]);
    await nextDay(cloud, 0);
    await calls(scheduler, [["getSchedule", named]]);
    assert.deepEqual(await bodies(), []);
    await nextDay(cloud, 3);
    await nextDay(cloud);
    assert.deepEqual(await bodies(), ["first", Target.Input]);
    await calls(scheduler, [
      ["getSchedule", named, "ResourceNotFoundException"],
      ["getSchedule", { Name: "first" }],
    ]);
  });

  it("publishes nothing if the role may not", async () => {
    await calls(scheduler, [create()]);
    await mayPublish(`${TOPIC}-other`);
    await nextDay(cloud, 3);
    assert.deepEqual(await bodies(), []);
  });

  it("takes a role only if EventBridge Scheduler may assume it, and from who may pass it", async () => {
    const RoleName = "admin";
    const { Role } = await cloud.iam().createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) });
    await calls(scheduler, [
      ["createSchedule", input({ Target: { ...Target, RoleArn: Role?.Arn } }), "ValidationException", /execution role/],
      [
        "createSchedule",
        input({ Target: { ...Target, RoleArn: `${ROLE}-x` } }),
        "ValidationException",
        /execution role/,
      ],
    ]);
    const keys = await cloud.assume(Role?.Arn ?? "");
    const PolicyDocument = allow("scheduler:*", { Resource: "*" });
    await cloud.iam().putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
    const passes = new RegExp(`iam:PassRole on resource: ${ROLE}$`);
    await calls(cloud.scheduler({ keys }), [["createSchedule", input(), "AccessDeniedException", passes]]);
  });

  const refusals: [what: string, more: object, message: RegExp][] = [
    ["a start", { StartDate: new Date() }, /startDate.*does not know/],
    ["another time zone", { ScheduleExpressionTimezone: "Europe/Berlin" }, /time zone/],
    ["a flexible window", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 } }, /OFF/],
    ["a target that is no topic", { Target: { Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:q`, RoleArn: ROLE } }, /SNS/],
    ["a rate", { ScheduleExpression: "rate(1 day)" }, /Schedule Expression/],
    ["a time that does not exist", { ScheduleExpression: "at(2099-13-01T00:00:00)" }, /Schedule Expression/],
    ["text after its time", { ScheduleExpression: "at(2099-01-01T00:00:00) x" }, /Schedule Expression/],
    ["a time in the past", { ScheduleExpression: inDays(-1) }, /past/],
  ];
  it("is refused, when it is created or updated, with what AWS or the emulator does not know", () =>
    calls(scheduler, [
      create(),
      ...refusals.flatMap(([what, more, message]): Step[] => [
        ["createSchedule", input({ Name: "new", Description: what, ...more }), "ValidationException", message],
        ["updateSchedule", input(more), "ValidationException", message],
      ]),
    ]));
});
