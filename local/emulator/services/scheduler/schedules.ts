import { parseArn, partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { read, write } from "../../operation";
import { assumeAsService } from "../../policy/assume-role";
import { requirePassRole } from "../../policy/require";
import type { Schedule } from "../../state/model";
import { enumeration, integer, required, string, structure, timestamp } from "../../validation/shape";
import { conflict, notFound, validation } from "./errors";

const GROUP = "default";
export const SERVICE = "scheduler.amazonaws.com";

const name = string({ min: 1, max: 64, pattern: /^[0-9a-zA-Z\-_.]+$/ });
const roleArn = string({ min: 1, max: 1600, pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/ });
const clientToken = string({ min: 1, max: 64, pattern: /^[a-zA-Z0-9\-_]+$/ });

const scheduleInput = structure({
  Name: required(name),
  GroupName: name,
  ScheduleExpression: required(string({ min: 1, max: 256 })),
  StartDate: timestamp(),
  EndDate: timestamp(),
  Description: string({ max: 512 }),
  ScheduleExpressionTimezone: string({ min: 1, max: 50 }),
  State: enumeration(["ENABLED", "DISABLED"]),
  KmsKeyArn: string({
    min: 1,
    max: 2048,
    pattern: /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[0-9a-zA-Z\-_]*$/,
  }),
  Target: required(
    structure({ Arn: required(string({ min: 1, max: 1600 })), RoleArn: required(roleArn), Input: string({ min: 1 }) }),
  ),
  FlexibleTimeWindow: required(
    structure({
      Mode: required(enumeration(["OFF", "FLEXIBLE"])),
      MaximumWindowInMinutes: integer({ min: 1, max: 1440 }),
    }),
  ),
  ClientToken: clientToken,
  ActionAfterCompletion: enumeration(["NONE", "DELETE"]),
});
type ScheduleInput = ReturnType<(typeof scheduleInput)["read"]>;

export function scheduleArn(account: string, region: string, schedule: string): string {
  return `arn:${partitionOf(region)}:scheduler:${region}:${account}:schedule/${GROUP}/${schedule}`;
}

/** The confused deputy's check names the group of a schedule (EventBridge Scheduler User Guide, "Confused deputy prevention"). */
export function groupArn(account: string, region: string): string {
  return `arn:${partitionOf(region)}:scheduler:${region}:${account}:schedule-group/${GROUP}`;
}

const resource = (input: { Name: string }, context: CallContext) =>
  scheduleArn(context.account, context.region, input.Name);

/** The time of `at(yyyy-mm-ddThh:mm:ss)`, the only kind of schedule here. */
function timeOf(expression: string): number {
  const text = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression)?.[1];
  const time = Date.parse(`${text}Z`);
  if (Number.isNaN(time))
    throw validation(`Invalid Schedule Expression ${expression}: the emulator knows at(...) only.`);
  return time;
}

function scheduleFrom(input: ScheduleInput, context: CallContext, createdAt: number): Schedule {
  const now = context.cloud.clock.now();
  const time = timeOf(input.ScheduleExpression);
  // The guide does not say what a one-time schedule in the past does: refused.
  if (time <= now) throw validation(`Invalid Schedule Expression ${input.ScheduleExpression}: it is in the past.`);
  if ((input.ScheduleExpressionTimezone ?? "UTC") !== "UTC") throw validation("The emulator knows the time zone UTC.");
  if (input.StartDate !== undefined || input.EndDate !== undefined) {
    throw validation("StartDate and EndDate are not for one-time schedules.");
  }
  if (input.KmsKeyArn !== undefined) throw validation("The emulator has no keys.");
  if (input.FlexibleTimeWindow.Mode !== "OFF") throw validation("The emulator knows FlexibleTimeWindow OFF.");
  const target = parseArn(input.Target.Arn);
  if (target?.service !== "sns") throw validation("The emulator has no targets but SNS topics.");
  requirePassRole(input.Target.RoleArn, context);
  checkRole(input.Target.RoleArn, context);
  return {
    name: input.Name,
    expression: input.ScheduleExpression,
    time,
    enabled: input.State !== "DISABLED",
    description: input.Description,
    targetArn: input.Target.Arn,
    roleArn: input.Target.RoleArn,
    input: input.Target.Input,
    deleteAfter: input.ActionAfterCompletion === "DELETE",
    done: false,
    createdAt,
    updatedAt: now,
  };
}

/** A schedule is refused while its role does not let EventBridge Scheduler assume it. */
function checkRole(arn: string, context: CallContext): void {
  const source = { sourceArn: groupArn(context.account, context.region), sourceAccount: context.account };
  if (assumeAsService(context.cloud, SERVICE, arn, context.region, source) === undefined) {
    throw validation("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
  }
}

function schedulesOf(input: { Name: string; GroupName?: string }, context: CallContext): Map<string, Schedule> {
  if ((input.GroupName ?? GROUP) !== GROUP) throw notFound(`${input.GroupName}/${input.Name}`);
  return context.cloud.store.region(context.account, context.region).schedules;
}

function findSchedule(input: { Name: string; GroupName?: string }, context: CallContext): Schedule {
  const schedule = schedulesOf(input, context).get(input.Name);
  if (schedule === undefined) throw notFound(input.Name);
  return schedule;
}

export const CreateSchedule = write(
  scheduleInput,
  (input, context) => {
    const schedules = schedulesOf(input, context);
    if (schedules.has(input.Name)) throw conflict(input.Name);
    schedules.set(input.Name, scheduleFrom(input, context, context.cloud.clock.now()));
    return { ScheduleArn: resource(input, context) };
  },
  resource,
);

export const UpdateSchedule = write(
  scheduleInput,
  (input, context) => {
    const { createdAt } = findSchedule(input, context);
    schedulesOf(input, context).set(input.Name, scheduleFrom(input, context, createdAt));
    return { ScheduleArn: resource(input, context) };
  },
  resource,
);

export const GetSchedule = read(
  structure({ Name: required(name), GroupName: name }),
  (input, context) => {
    const schedule = findSchedule(input, context);
    return {
      Arn: resource(input, context),
      GroupName: GROUP,
      Name: schedule.name,
      ScheduleExpression: schedule.expression,
      ScheduleExpressionTimezone: "UTC",
      Description: schedule.description,
      State: schedule.enabled ? "ENABLED" : "DISABLED",
      CreationDate: new Date(schedule.createdAt),
      LastModificationDate: new Date(schedule.updatedAt),
      Target: {
        Arn: schedule.targetArn,
        RoleArn: schedule.roleArn,
        Input: schedule.input,
        RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
      },
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: schedule.deleteAfter ? "DELETE" : "NONE",
    };
  },
  resource,
);

export const DeleteSchedule = write(
  structure({ Name: required(name), GroupName: name, ClientToken: clientToken }),
  (input, context) => {
    findSchedule(input, context);
    schedulesOf(input, context).delete(input.Name);
  },
  resource,
);
