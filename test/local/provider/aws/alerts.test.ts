import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNT, TestCloud } from "../../../../local/emulator/testing/support";
import type { Properties } from "../../../../local/provider/wire";
import { check } from "../offline";
import { resourceType } from "../support";
import { ROLE } from "../tokens";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const PATTERN = '{"source":["aws.ecr"]}';

describe("local AWS provider's calls for alerts", () => {
  const cloud = TestCloud.forSuite();

  /** Waits until the operation has been called. */
  async function called(operation: string): Promise<void> {
    while (!(await cloud.calls()).includes(operation)) await sleep(10);
  }

  const typeOf = (token: string) => resourceType(cloud.url, token);

  /** A resource of one type, from its inputs to its end. */
  function resource(token: string, given: Properties) {
    const type = typeOf(token);
    const inputsFor = (change: Properties) => check(token, { ...given, ...change }).inputs;
    let [id, state]: [string, Properties] = ["", {}];
    const make = async () => {
      ({ id, state } = await type.create(inputsFor({})));
    };
    return {
      state: () => state,
      make,
      create: () => cloud.callsOf(make),
      diff: (change: Properties = {}) => type.diff({ oldInputs: {}, state, inputs: inputsFor(change) }),
      update: (change: Properties) =>
        cloud.callsOf(async () => {
          state = await type.update(id, { oldInputs: {}, state, inputs: inputsFor(change) });
        }),
      read: async () => (await type.read(id, state, inputsFor({})))?.state,
      destroy: () => type.delete(id, state),
      delete: () => cloud.callsOf(() => type.delete(id, state)),
    };
  }

  const topicArn = `arn:aws:sns:us-east-1:${ACCOUNT}:alerts`;
  const topic = (more: Properties = {}) => resource(TOPIC, { name: "alerts", ...more });
  const allowEvents = (Sid: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid,
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topicArn,
        },
      ],
    });

  it("sends all of an event rule in one call, and its tags in separate calls", async () => {
    const rule = resource(RULE, { name: "failed", eventPattern: PATTERN, tags: { team: "a" } });
    assert.deepEqual(await rule.create(), ["PutRule", "DescribeRule", "ListTagsForResource"]);
    assert.equal(rule.state().state, "ENABLED");
    assert.deepEqual(rule.diff().changed, [], "a state that nobody asked for is no difference");
    assert.deepEqual(rule.diff({ name: "other" }).replaces, ["name"]);
    assert.deepEqual(await rule.update({ isEnabled: false }), ["PutRule", "DescribeRule", "ListTagsForResource"]);
    assert.equal(rule.state().state, "DISABLED");
    assert.deepEqual(await rule.update({ isEnabled: false, forceDestroy: true }), [
      "DescribeRule",
      "ListTagsForResource",
    ]);
    assert.deepEqual(await rule.update({ isEnabled: false, tags: { team: "b" } }), [
      "TagResource",
      "DescribeRule",
      "ListTagsForResource",
    ]);
    assert.deepEqual(await rule.delete(), ["DeleteRule"]);
    assert.equal(await rule.read(), undefined);
  });

  it("refuses an event rule without a pattern or schedule, and one with both isEnabled and state", () => {
    const reasons = (inputs: Properties) => check(RULE, inputs).refusals.map(({ reason }) => reason);
    assert.match(reasons({ name: "failed" }).join(), /one of eventPattern, scheduleExpression must be specified/);
    assert.deepEqual(reasons({ name: "failed", scheduleExpression: "rate(1 day)" }), []);
    const twice = { name: "failed", eventPattern: PATTERN, isEnabled: true, state: "ENABLED" };
    assert.match(reasons(twice).join(), /"isEnabled" conflicts with state/);
  });

  it("sends all of a target in one call, and deletes a rule only after its targets", async () => {
    await topic().create();
    const rule = resource(RULE, { name: "failed", eventPattern: PATTERN });
    await rule.create();
    const inputTransformer = { inputPaths: { a: "$.detail" }, inputTemplate: '"<a>"' };
    const target = resource(TARGET, { rule: "failed", targetId: "mail", arn: topicArn, inputTransformer });
    assert.deepEqual(await target.create(), ["PutTargets", "ListTargetsByRule"]);
    assert.deepEqual(target.diff().changed, []);
    assert.deepEqual(target.diff({ targetId: "post" }).replaces, ["targetId"]);
    const others = { inputTransformer: { inputTemplate: '"other"' } };
    assert.deepEqual(await target.update(others), ["PutTargets", "ListTargetsByRule"]);
    assert.deepEqual(await target.update({ ...others, forceDestroy: true }), ["ListTargetsByRule"]);
    const deleting = rule.delete();
    await called("DeleteRule");
    await target.destroy();
    const calls = await deleting;
    assert.ok(calls.indexOf("RemoveTargets") > 0 && calls.at(-1) === "DeleteRule", calls.join());
    assert.equal(await target.read(), undefined, "a target of a rule that is gone is gone");
    assert.deepEqual(await target.delete(), ["RemoveTargets"], "and is deleted twice without an error");
  });

  it("sets a topic's attributes one by one after it creates the topic", async () => {
    const one = topic({ displayName: "Cache", tags: { team: "a" } });
    const READS = ["GetTopicAttributes", "ListTagsForResource"];
    assert.deepEqual(await one.create(), ["CreateTopic", "SetTopicAttributes", ...READS]);
    assert.deepEqual(one.diff().changed, [], "the policy that every topic has is no difference");
    assert.deepEqual(await one.update({ displayName: "Other" }), ["SetTopicAttributes", ...READS]);
    assert.deepEqual(await one.update({ displayName: "Other", tags: {} }), ["UntagResource", ...READS]);
    assert.deepEqual(one.diff({ name: "mails" }).replaces, ["name"]);
    await one.delete();
    assert.equal(await one.read(), undefined);
  });

  it("restores a topic's default policy when its own is deleted", async () => {
    const one = topic();
    await one.create();
    const normal = JSON.parse(String(one.state().policy));
    const policy = resource(TOPIC_POLICY, { arn: topicArn, policy: allowEvents("One") });
    assert.deepEqual(await policy.create(), ["SetTopicAttributes", "GetTopicAttributes"]);
    assert.deepEqual(policy.diff().changed, []);
    assert.deepEqual(await policy.update({ policy: allowEvents("Two") }), ["SetTopicAttributes", "GetTopicAttributes"]);
    assert.match(String(policy.state().policy), /"Two"/);
    assert.deepEqual(await policy.delete(), ["SetTopicAttributes"]);
    const restored = JSON.parse(String((await one.read())?.policy));
    const receiving = [...normal.Statement[0].Action, "SNS:Receive"];
    assert.deepEqual(restored, { ...normal, Statement: [{ ...normal.Statement[0], Action: receiving }] });
    await one.delete();
    assert.deepEqual(await policy.delete(), ["SetTopicAttributes"], "a topic that is gone needs none");
  });

  it("does not delete a subscription that nobody has confirmed, because AWS refuses that", async () => {
    await topic().create();
    const one = resource(SUBSCRIPTION, { topic: topicArn, protocol: "email", endpoint: "ops@example.com" });
    assert.deepEqual(await one.create(), ["Subscribe", "GetSubscriptionAttributes"]);
    assert.equal(one.state().pendingConfirmation, true);
    assert.deepEqual(one.diff({ endpoint: "dev@example.com" }).replaces, ["endpoint"]);
    assert.deepEqual(await one.delete(), ["Unsubscribe"]);
    assert.notEqual(await one.read(), undefined);
  });

  it("reads the group and name of a schedule from its ARN, and sends all of it in an update", async () => {
    await topic().create();
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    const role = resource(ROLE, { name: "reminder", assumeRolePolicy: trust });
    const given = {
      name: "token",
      scheduleExpression: "at(2099-01-01T00:00:00)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: topicArn, roleArn: `arn:aws:iam::${ACCOUNT}:role/reminder`, input: "soon" },
    };
    const schedule = resource(SCHEDULE, given);
    const creating = schedule.create();
    await called("CreateSchedule");
    await role.make();
    assert.ok((await creating).lastIndexOf("CreateSchedule") > 1, "it is tried again until the role can be assumed");
    assert.equal(schedule.state().groupName, "default");
    assert.deepEqual(schedule.diff().changed, [], "what AWS chose is no difference");
    assert.deepEqual(schedule.diff({ groupName: "other" }).replaces, ["groupName"]);
    const later = { scheduleExpression: "at(2099-02-01T00:00:00)" };
    assert.deepEqual(await schedule.update(later), ["UpdateSchedule", "GetSchedule"]);
    assert.equal(schedule.state().scheduleExpression, later.scheduleExpression);
    assert.deepEqual(await schedule.delete(), ["DeleteSchedule"]);
    assert.equal(await schedule.read(), undefined);
    assert.deepEqual(await schedule.delete(), ["DeleteSchedule"], "twice, without an error");
  });
});
