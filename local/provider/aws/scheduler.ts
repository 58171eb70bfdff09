import { eventually, isAwsError, unlessMissing } from "./errors";
import { type Operations, str } from "./operations";

/** Source: hashicorp/terraform-provider-aws, internal/service/scheduler/schedule.go. */

const MISSING = ["ResourceNotFoundException"];

const isRoleUnknown = (error: Error) =>
  isAwsError(error, "ValidationException") && error.message.includes("The execution role you provide must allow");

interface ScheduleTarget {
  arn: string;
  roleArn: string;
  input?: string;
}

function scheduleOf(inputs: Record<string, unknown>) {
  const target = inputs.target as ScheduleTarget;
  const window = inputs.flexibleTimeWindow as { mode: "OFF" | "FLEXIBLE"; maximumWindowInMinutes?: number };
  return {
    Name: String(inputs.name),
    GroupName: str(inputs.groupName),
    ScheduleExpression: String(inputs.scheduleExpression),
    ScheduleExpressionTimezone: str(inputs.scheduleExpressionTimezone),
    Description: str(inputs.description),
    State: str(inputs.state) as "ENABLED" | "DISABLED" | undefined,
    ActionAfterCompletion: str(inputs.actionAfterCompletion) as "NONE" | "DELETE" | undefined,
    FlexibleTimeWindow: { Mode: window.mode, MaximumWindowInMinutes: window.maximumWindowInMinutes },
    Target: { Arn: target.arn, RoleArn: target.roleArn, Input: target.input },
  };
}

export const schedule: Operations = {
  async create(aws, inputs) {
    const scheduler = await aws.scheduler();
    const { ScheduleArn = "" } = await eventually(isRoleUnknown, () => scheduler.createSchedule(scheduleOf(inputs)));
    return ScheduleArn.split("/").slice(1).join("/");
  },
  async read(aws, id) {
    const scheduler = await aws.scheduler();
    const [GroupName, Name] = id.split("/");
    const found = await unlessMissing(MISSING, () => scheduler.getSchedule({ GroupName, Name }));
    return (
      found && {
        name: found.Name,
        arn: found.Arn,
        groupName: found.GroupName,
        description: found.Description,
        scheduleExpression: found.ScheduleExpression,
        scheduleExpressionTimezone: found.ScheduleExpressionTimezone,
        state: found.State,
        actionAfterCompletion: found.ActionAfterCompletion,
        flexibleTimeWindow: {
          mode: found.FlexibleTimeWindow?.Mode,
          maximumWindowInMinutes: found.FlexibleTimeWindow?.MaximumWindowInMinutes,
        },
        target: { arn: found.Target?.Arn, roleArn: found.Target?.RoleArn, input: found.Target?.Input },
      }
    );
  },
  async update(aws, { inputs }) {
    const scheduler = await aws.scheduler();
    await eventually(isRoleUnknown, () => scheduler.updateSchedule(scheduleOf(inputs)));
  },
  async delete(aws, id) {
    const scheduler = await aws.scheduler();
    const [GroupName, Name] = id.split("/");
    await unlessMissing(MISSING, () => scheduler.deleteSchedule({ GroupName, Name }));
  },
};
