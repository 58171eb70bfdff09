import type { Scheduler } from "@aws-sdk/client-scheduler";
import { parseArn, partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { assumeAsService } from "../../policy/assume-role";
import { requirePassRole } from "../../policy/require";
import type { Schedule } from "../../state/model";

const GROUP = "default";
export const SERVICE = "scheduler.amazonaws.com";

/** Members of a schedule and its target that the emulator knows. Others would change what it does. */

const validation = (message: string) => new AwsError("ValidationException", message);
const notFound = (name: string) => new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`);

interface Named {
  readonly Name: string;
  readonly GroupName?: string;
}

type ScheduleInput = Named &
  Pick<Schedule, "ScheduleExpressionTimezone" | "Description" | "Target"> & {
    readonly ScheduleExpression: string;
    readonly FlexibleTimeWindow: { readonly Mode: string };
    readonly State?: Schedule["State"];
    readonly ActionAfterCompletion?: Schedule["ActionAfterCompletion"];
  };

export function scheduleArn(account: string, region: string, schedule: string): string {
  return `arn:${partitionOf(region)}:scheduler:${region}:${account}:schedule/${GROUP}/${schedule}`;
}

/** The confused deputy's check names the group of a schedule (EventBridge Scheduler User Guide, "Confused deputy prevention"). */
export function groupArn(account: string, region: string): string {
  return `arn:${partitionOf(region)}:scheduler:${region}:${account}:schedule-group/${GROUP}`;
}

const resource = ({ Name }: Named, { account, region }: CallContext) => scheduleArn(account, region, Name);

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

function findSchedule(input: Named, context: CallContext): Schedule {
  const schedule = schedulesOf(input, context).get(input.Name);
  if (schedule === undefined) throw notFound(input.Name);
  return schedule;
}

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
  UpdateSchedule: operation((input, context) => {
    const { CreationDate } = findSchedule(input, context);
    schedulesOf(input, context).set(input.Name, scheduleFrom(input, context, CreationDate));
    return { ScheduleArn: resource(input, context) };
  }, resource),
  GetSchedule: operation(findSchedule, resource),
  DeleteSchedule: operation((input, context) => {
    findSchedule(input, context);
    schedulesOf(input, context).delete(input.Name);
  }, resource),
};
