import { kindsOf, only, PREFIX, REPLACES, within } from "./kind";

const COMMON = { service: "scheduler", missing: ["ResourceNotFoundException"] } as const;

/** The type of EventBridge Scheduler. Source: hashicorp/terraform-provider-aws, internal/service/scheduler. */
export const SCHEDULER = kindsOf("EventBridge Scheduler", COMMON, {
  "aws:scheduler/schedule:Schedule": {
    creates: "createSchedule",
    fields: {
      name: REPLACES,
      namePrefix: PREFIX,
      groupName: REPLACES,
      description: {},
      scheduleExpression: {},
      scheduleExpressionTimezone: { default: "UTC" },
      state: { default: "ENABLED" },
      actionAfterCompletion: {},
      flexibleTimeWindow: {},
      target: {},
    },
    transient: [["ValidationException", /The execution role you provide must allow/]],
    id: ({ ScheduleArn }) => String(ScheduleArn).split("/").slice(1).join("/"),
    async read({ call, id }) {
      const found = await call("getSchedule", scheduleNamed(id));
      return { ...found, Target: only(within(found, "Target"), "Arn", "RoleArn", "Input") };
    },
    update: ({ call, sent }) => call("updateSchedule", sent),
    delete: ({ call, id }) => call("deleteSchedule", scheduleNamed(id)),
  },
});

function scheduleNamed(id: string): object {
  const [GroupName, Name] = id.split("/");
  return { GroupName, Name };
}
