import { DeleteRuleCommand } from "@aws-sdk/client-eventbridge";
import { CreateScheduleCommand, DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { type Probe, patience, verdict } from "../probe";
import type { Sandbox } from "../sandbox";

/** Questions about the parts of alerts. */
export const EVENT_PROBES: readonly Probe[] = [
  {
    name: "event-rule-that-is-gone",
    question: "How does EventBridge answer the deletion of a rule that does not exist?",
    makes: "nothing",
    ask: (sandbox) => verdict(sandbox.cloud.events.send(new DeleteRuleCommand({ Name: `${sandbox.prefix}-gone` }))),
  },
  {
    name: "schedule-new-role",
    question: "Does EventBridge Scheduler see a role that was created a moment ago?",
    makes: "a role, and a schedule for the year 2099",
    async ask(sandbox) {
      const role = await sandbox.role("scheduler");
      return patience(() => schedule(sandbox, role, "at(2099-01-01T00:00:00)"));
    },
  },
  {
    name: "schedule-in-the-past",
    question: "Does EventBridge Scheduler accept a one-time schedule in the past?",
    makes: "a role, and two schedules that call nothing that exists",
    async ask(sandbox) {
      const role = await sandbox.role("scheduler");
      await patience(() => schedule(sandbox, role, "at(2099-01-01T00:00:00)"));
      return verdict(schedule(sandbox, role, "at(2020-01-01T00:00:00)"));
    },
  },
];

function schedule(sandbox: Sandbox, RoleArn: string, ScheduleExpression: string) {
  const { account, region, scheduler } = sandbox.cloud;
  const Name = `${sandbox.prefix}-${ScheduleExpression.slice(3, 7)}`;
  sandbox.note(`schedule ${Name}`, () => scheduler.send(new DeleteScheduleCommand({ Name })));
  return scheduler.send(
    new CreateScheduleCommand({
      Name,
      ScheduleExpression,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: `arn:aws:sns:${region}:${account}:${sandbox.prefix}`, RoleArn, Input: "probe" },
    }),
  );
}
