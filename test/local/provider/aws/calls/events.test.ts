import assert from "node:assert/strict";
import type { Properties } from "../../../../../local/provider/wire";
import { NotedCalls } from "../../noted-calls";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const ROLE = "arn:aws:iam::111122223333:role/r";
const EVENTS = "arn:aws:events:us-east-1:111122223333:rule/failed";
const TOPIC = "arn:aws:sns:us-east-1:111122223333:alerts";

/** Whole calls, and whole states after whole answers. */
describe("local AWS provider's calls of EventBridge, with every property", () => {
  const calls = NotedCalls.forSuite();

  const target = { rule: "failed", targetId: "mail", arn: TOPIC, roleArn: ROLE };
  const rule = {
    name: "failed",
    description: "ours",
    eventPattern: '{"source":["aws.ecr"]}',
    roleArn: ROLE,
    scheduleExpression: "rate(1 day)",
    state: "DISABLED",
    tags: { team: "a" },
  };
  const sentRule = {
    Name: "failed",
    Description: "ours",
    EventBusName: "default",
    EventPattern: '{"source":["aws.ecr"]}',
    RoleArn: ROLE,
    ScheduleExpression: "rate(1 day)",
    State: "DISABLED",
    Tags: [{ Key: "team", Value: "a" }],
  };

  it("creates an event rule with all of it, and reads all of it", async () => {
    calls.aws.answers = {
      PutRule: [{}],
      DescribeRule: [{ ...sentRule, Arn: EVENTS }],
      ListTagsForResource: [{ Tags: [{ Key: "team", Value: "a" }] }],
    };
    const { id, state } = await calls.create(RULE, rule);
    assert.equal(id, "failed");
    assert.deepEqual(calls.aws.bodies("PutRule"), [sentRule]);
    assert.deepEqual(calls.aws.bodies("DescribeRule"), [{ Name: "failed" }]);
    assert.deepEqual(calls.aws.bodies("ListTagsForResource"), [{ ResourceARN: EVENTS }]);
    assert.deepEqual(state, {
      ...rule,
      isEnabled: false,
      eventBusName: "default",
      forceDestroy: false,
      tagsAll: { team: "a" },
      arn: EVENTS,
      region: "us-east-1",
    });
  });

  it("waits for a rule that EventBridge does not show yet, and not for a target", async () => {
    const missing: [string, string] = ["ResourceNotFoundException", "no"];
    calls.aws.answers = {
      PutRule: [{}],
      DescribeRule: [missing, { ...sentRule, Arn: EVENTS }],
      ListTagsForResource: [{}],
      PutTargets: [{}],
      ListTargetsByRule: [missing, { Targets: [{ Id: "mail", Arn: TOPIC }] }],
    };
    await calls.create(RULE, rule);
    assert.equal(calls.aws.bodies("DescribeRule").length, 2);
    await assert.rejects(
      calls.create(TARGET, target),
      /^Error: creating EventBridge Target: reading EventBridge Target \(failed-mail\): couldn't find resource$/,
    );
    assert.equal(calls.aws.bodies("ListTargetsByRule").length, 1);
  });

  it("enables and disables an event rule, changes its tags, and deletes rules of AWS services only if forced", async () => {
    calls.aws.answers = {
      PutRule: [{}],
      DescribeRule: [{ ...sentRule, Arn: EVENTS }],
      ListTagsForResource: [{}],
      TagResource: [{}],
      UntagResource: [{}],
      DeleteRule: [{}],
    };
    const given = { ...rule, state: undefined };
    const read = {
      isEnabled: false,
      eventBusName: "default",
      tagsAll: { team: "a" },
      arn: EVENTS,
      region: "us-east-1",
    };
    const state = { ...rule, ...read };
    const sent = (change: Properties) => calls.update(RULE, "failed", state, { ...given, ...change });
    assert.deepEqual(await sent({ isEnabled: true }), [["PutRule", { ...sentRule, State: "ENABLED" }]]);
    assert.deepEqual(await sent({ description: "new" }), [["PutRule", { ...sentRule, Description: "new" }]]);
    assert.deepEqual(await sent({ tags: { news: "b" } }), [
      ["UntagResource", { ResourceARN: EVENTS, TagKeys: ["team"] }],
      ["TagResource", { ResourceARN: EVENTS, Tags: [{ Key: "news", Value: "b" }] }],
    ]);
    await calls.typeOf(RULE).delete("failed", { forceDestroy: true });
    await calls.typeOf(RULE).delete("failed", { forceDestroy: false });
    assert.deepEqual(calls.aws.bodies("DeleteRule"), [
      { Name: "failed", Force: true },
      { Name: "failed", Force: false },
    ]);
  });

  it("puts a target with all of it, and reads all of it", async () => {
    const sent = { Id: "mail", Arn: TOPIC, RoleArn: ROLE };
    for (const [inputs, more] of [
      [{ input: '{"a":1}' }, { Input: '{"a":1}' }],
      [{ inputPath: "$.detail" }, { InputPath: "$.detail" }],
      [
        { inputTransformer: { inputPaths: { a: "$.a" }, inputTemplate: '"<a>"' } },
        { InputTransformer: { InputPathsMap: { a: "$.a" }, InputTemplate: '"<a>"' } },
      ],
    ] as const) {
      const Targets = [
        { Id: "other", Arn: TOPIC },
        { ...sent, ...more },
      ];
      calls.aws.answers = { PutTargets: [{ FailedEntries: [] }], ListTargetsByRule: [{ Targets }] };
      const { id, state } = await calls.create(TARGET, { ...target, ...inputs });
      assert.equal(id, "failed-mail");
      assert.deepEqual(calls.aws.bodies("PutTargets").at(-1), { Rule: "failed", Targets: [{ ...sent, ...more }] });
      assert.deepEqual(calls.aws.bodies("ListTargetsByRule").at(-1), { Rule: "failed" });
      assert.deepEqual(state, {
        ...target,
        ...inputs,
        eventBusName: "default",
        forceDestroy: false,
        region: "us-east-1",
      });
    }
  });

  it("says which target EventBridge could not put or remove, although it answers with success", async () => {
    const FailedEntries = [{ TargetId: "mail", ErrorCode: "ConcurrentModificationException" }];
    calls.aws.answers = { PutTargets: [{ FailedEntries }], RemoveTargets: [{ FailedEntries }] };
    const message = /EventBridge Target.*"TargetId":"mail","ErrorCode":"ConcurrentModificationException"/;
    await assert.rejects(calls.create(TARGET, target), message);
    await assert.rejects(calls.typeOf(TARGET).delete("failed-mail", { ...target, forceDestroy: true }), message);
    calls.aws.answers.RemoveTargets = [{}];
    await calls.typeOf(TARGET).delete("failed-mail", target);
    assert.deepEqual(calls.aws.bodies("RemoveTargets"), [
      { Rule: "failed", Ids: ["mail"], Force: true },
      { Rule: "failed", Ids: ["mail"], Force: false },
    ]);
  });
});
