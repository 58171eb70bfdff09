import type { CreateScheduleInput, Scheduler } from "@aws-sdk/client-scheduler";
import { parseArn, partitionOf } from "../../aws";
import type { CallContext, Cloud } from "../../context";
import { AwsError, found } from "../../errors";
import { type OperationsOf, operation, operationsOn } from "../../operation";
import { assumeAsService } from "../../policy/assume-role";
import { requirePassRole } from "../../policy/require";
import type { Held, Schedule } from "../../state/model";
import { publish } from "../sns/publish";

const GROUP = "default";
const SERVICE = "scheduler.amazonaws.com";

const validation = (message: string) => new AwsError("ValidationException", message);
const notFound = (name: string) => new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`);

interface Named {
  readonly Name: string;
  readonly GroupName?: string;
}
type ScheduleInput = Held<CreateScheduleInput>;

const resource = ({ Name }: Named, { account, region }: CallContext) =>
  `arn:${partitionOf(region)}:scheduler:${region}:${account}:schedule/${GROUP}/${Name}`;

/** The confused deputy's check names the group of a schedule (EventBridge Scheduler User Guide, "Confused deputy prevention"). */
function groupArn(account: string, region: string): string {
  return `arn:${partitionOf(region)}:scheduler:${region}:${account}:schedule-group/${GROUP}`;
}

/** The time of `at(yyyy-mm-ddThh:mm:ss)`, the only kind of schedule here. */
function timeOf(expression: string): number {
  const text = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression)?.[1];
  const time = Date.parse(`${text}Z`);
  if (Number.isNaN(time))
    throw validation(`Invalid Schedule Expression ${expression}: the emulator knows at(...) only.`);
  return time;
}

function scheduleFrom(input: ScheduleInput, context: CallContext, CreationDate: number): Schedule {
  const now = context.cloud.clock.now();
  const { Name, ScheduleExpression, ScheduleExpressionTimezone = "UTC", Description, Target } = input;
  const time = timeOf(ScheduleExpression);
  // The guide does not say what a one-time schedule in the past does: refused.
  if (time <= now) throw validation(`Invalid Schedule Expression ${ScheduleExpression}: it is in the past.`);
  if (ScheduleExpressionTimezone !== "UTC") throw validation("The emulator knows the time zone UTC.");
  if (input.FlexibleTimeWindow.Mode !== "OFF") throw validation("The emulator knows FlexibleTimeWindow OFF.");
  if (parseArn(Target.Arn)?.service !== "sns") throw validation("The emulator has no targets but SNS topics.");
  requirePassRole(Target.RoleArn, context);
  checkRole(Target.RoleArn, context);
  return {
    Arn: resource(input, context),
    GroupName: GROUP,
    Name,
    ScheduleExpression,
    ScheduleExpressionTimezone,
    Description,
    State: input.State ?? "ENABLED",
    CreationDate,
    LastModificationDate: now,
    Target: { ...Target, RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 } },
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
    time,
    done: false,
  };
}

/** A schedule is refused while its role does not let EventBridge Scheduler assume it. */
function checkRole(arn: string, context: CallContext): void {
  const source = { sourceArn: groupArn(context.account, context.region), sourceAccount: context.account };
  if (assumeAsService(context.cloud, SERVICE, arn, context.region, source) === undefined) {
    throw validation("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
  }
}

function schedulesOf({ Name, GroupName = GROUP }: Named, context: CallContext): Map<string, Schedule> {
  if (GroupName !== GROUP) throw notFound(`${GroupName}/${Name}`);
  return context.cloud.store.region(context.account, context.region).schedules;
}

const onSchedule = operationsOn(
  (input: Named, context) => found(schedulesOf(input, context).get(input.Name), () => notFound(input.Name)),
  resource,
);

/** The operations of Amazon EventBridge Scheduler that the emulator knows: one-time schedules in the default group. */
export const schedules: OperationsOf<Scheduler> = {
  CreateSchedule: operation((input, context) => {
    const schedules = schedulesOf(input, context);
    if (schedules.has(input.Name)) {
      throw new AwsError("ConflictException", `Schedule ${input.Name} already exists.`);
    }
    schedules.set(input.Name, scheduleFrom(input, context, context.cloud.clock.now()));
    return { ScheduleArn: resource(input, context) };
  }, resource),
  UpdateSchedule: onSchedule(({ CreationDate }, input, context) => {
    schedulesOf(input, context).set(input.Name, scheduleFrom(input, context, CreationDate));
    return { ScheduleArn: resource(input, context) };
  }),
  GetSchedule: onSchedule((schedule) => schedule),
  DeleteSchedule: onSchedule((_schedule, input, context) => {
    schedulesOf(input, context).delete(input.Name);
  }),
};

/** Runs every one-time schedule that is due on the emulator's clock. */
export function runDueSchedules(cloud: Cloud): void {
  for (const account of cloud.store.accounts()) {
    for (const region of cloud.store.regionsOf(account)) runRegion(cloud, account, region);
  }
}

function runRegion(cloud: Cloud, account: string, region: string): void {
  const { schedules } = cloud.store.region(account, region);
  const due = [...schedules.values()]
    .filter(({ done, time }) => !done && time <= cloud.clock.now())
    .sort((left, right) => left.time - right.time);
  for (const schedule of due) {
    schedule.done = true;
    const source = { sourceArn: groupArn(account, region), sourceAccount: account };
    const { Arn, RoleArn, Input } = schedule.Target;
    const isOn = schedule.State === "ENABLED";
    const role = isOn ? assumeAsService(cloud, SERVICE, RoleArn, region, source) : undefined;
    if (role !== undefined && Input !== undefined) publish(cloud, role, Arn, Input);
    if (schedule.ActionAfterCompletion === "DELETE") schedules.delete(schedule.Name);
  }
}
