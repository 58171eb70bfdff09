import assert from "node:assert/strict";
import type { Properties } from "../../../../../local/provider/wire";
import { NotedCalls } from "../../noted-calls";

const SCHEDULE = "aws:scheduler/schedule:Schedule";
const TOPIC = "arn:aws:sns:us-east-1:111122223333:alerts";
const ROLE = "arn:aws:iam::111122223333:role/r";

/** Whole calls, and whole states after whole answers. */
describe("local AWS provider's calls of EventBridge Scheduler, with every property", () => {
  const calls = NotedCalls.forSuite();

  const schedule = {
    name: "token",
    groupName: "own",
    description: "ours",
    scheduleExpression: "at(2099-01-01T00:00:00)",
    scheduleExpressionTimezone: "Europe/Berlin",
    state: "DISABLED",
    actionAfterCompletion: "DELETE",
    flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
    target: { arn: TOPIC, roleArn: ROLE, input: '"soon"' },
  };
  const sent = {
    GroupName: "own",
    Description: "ours",
    ScheduleExpression: "at(2099-01-01T00:00:00)",
    ScheduleExpressionTimezone: "Europe/Berlin",
    State: "DISABLED",
    ActionAfterCompletion: "DELETE",
    FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
    Target: { Arn: TOPIC, RoleArn: ROLE, Input: '"soon"' },
  };
  const arn = "arn:aws:scheduler:us-east-1:111122223333:schedule/own/token";
  const notAssumable: [string, string] = [
    "ValidationException",
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  ];
  const bodies = (operation: string) => calls.aws.bodies(operation).map(({ ClientToken, ...body }: Properties) => body);

  it("creates a schedule with all of it once its role can be assumed, and reads all of it", async () => {
    calls.aws.answers = {
      "POST /schedules/token": [notAssumable, { ScheduleArn: arn }],
      "GET /schedules/token?groupName=own": [{ Name: "token", Arn: arn, ...sent }],
    };
    const { id, state } = await calls.create(SCHEDULE, schedule);
    assert.equal(id, "own/token");
    assert.deepEqual(bodies("POST /schedules/token"), [sent, sent]);
    assert.deepEqual(state, { ...schedule, arn, region: "us-east-1" });
  });

  it("sends all of a schedule in an update too, and deletes it in its group", async () => {
    calls.aws.answers = {
      "PUT /schedules/token": [notAssumable, {}],
      "GET /schedules/token?groupName=own": [{ Name: "token", Arn: arn, ...sent }],
      "DELETE /schedules/token?groupName=own": [{}],
    };
    const state = { ...schedule, arn, region: "us-east-1" };
    await calls
      .typeOf(SCHEDULE)
      .update("own/token", { oldInputs: {}, state, inputs: { ...schedule, description: "new" } });
    assert.deepEqual(bodies("PUT /schedules/token"), [
      { ...sent, Description: "new" },
      { ...sent, Description: "new" },
    ]);
    await calls.typeOf(SCHEDULE).delete("own/token", state);
    assert.equal(calls.aws.calls.filter(({ operation }) => operation.startsWith("DELETE ")).length, 1);
  });

  it("does not try again after another error", async () => {
    for (const answer of [
      ["ValidationException", "no"],
      ["ConflictException", notAssumable[1]],
    ] as [string, string][]) {
      calls.aws.answers = { "POST /schedules/token": [answer], "PUT /schedules/token": [answer] };
      await assert.rejects(calls.create(SCHEDULE, schedule), new RegExp(answer[0]));
      const args = { oldInputs: {}, state: {}, inputs: schedule };
      await assert.rejects(calls.typeOf(SCHEDULE).update("own/token", args), new RegExp(answer[0]));
    }
    assert.equal(bodies("POST /schedules/token").length, 2);
    assert.equal(bodies("PUT /schedules/token").length, 2);
  });
});
