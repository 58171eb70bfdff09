import assert from "node:assert/strict";
import type { EventBridge, PutRuleCommandInput, Target } from "@aws-sdk/client-eventbridge";
import { whole } from "../../testing/answers";
import { ACCOUNT, allow, REGION, refused, TestCloud } from "../../testing/support";
import { matchesPattern, parsePattern } from "./pattern";

const [team, cost] = [{ Key: "team", Value: "a" }, { Key: "cost", Value: "b" }]; // biome-ignore format: short
const EventPattern = '{"source":["aws.ecr"]}';
const Name = "failures";
const Rule = Name;
const RuleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/${Name}`;
const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/events`;

/** Source: the API reference of each operation, "Response Elements". */
describe("emulator: event rules and their targets", () => {
  const cloud = TestCloud.forSuite();
  let events: EventBridge;
  beforeEach(() => {
    events = cloud.events();
  });
  const put = (more: Partial<PutRuleCommandInput> = {}) => events.putRule({ Name, EventPattern, ...more });
  const plain = { Name, Arn: RuleArn, EventPattern, State: "ENABLED", EventBusName: "default", CreatedBy: ACCOUNT };
  const described = async (more = {}) => whole(await events.describeRule({ Name, ...more }));

  it("a rule is what was put last", async () => {
    assert.deepEqual(whole(await put()), { RuleArn });
    assert.deepEqual(await described(), plain);
    assert.deepEqual(await described({ EventBusName: "default" }), plain);
    const full = { Description: "fails", RoleArn, State: "DISABLED" as const };
    assert.deepEqual(whole(await put({ ...full, EventBusName: "default" })), { RuleArn });
    assert.deepEqual(await described(), { ...plain, ...full });
    await put({ State: "ENABLED", EventPattern: '{"source":["aws.s3"]}' });
    assert.deepEqual(await described(), { ...plain, EventPattern: '{"source":["aws.s3"]}' });
  });

  it("a rule keeps its targets, and the tags that it got first or by name", async () => {
    const tags = async () => whole(await events.listTagsForResource({ ResourceARN: RuleArn }));
    await put({ Tags: [team, cost] });
    await events.putTargets({ Rule, Targets: [{ Id: "topic", Arn: TopicArn }] });
    await put({ Tags: [{ Key: "other", Value: "" }] });
    assert.deepEqual(await tags(), { Tags: [team, cost] });
    await events.tagResource({ ResourceARN: RuleArn, Tags: [{ ...cost, Value: "c" }] });
    await events.untagResource({ ResourceARN: RuleArn, TagKeys: ["team"] });
    assert.deepEqual(await tags(), { Tags: [{ ...cost, Value: "c" }] });
    const { Targets } = await events.listTargetsByRule({ Rule });
    assert.deepEqual(Targets, [{ Id: "topic", Arn: TopicArn }]);
    await put({ Name: "plain", Tags: [] });
    for (const ResourceARN of [RuleArn.replace(REGION, "us-east-1"), `${RuleArn}s`, RuleArn.replace("rule/", "")]) {
      await refused(events.listTagsForResource({ ResourceARN }), "ResourceNotFoundException");
    }
    const wrong = events.tagResource({ ResourceARN: RuleArn, Tags: [{ Key: "aws:x", Value: "" }] });
    await refused(wrong, "ValidationException", /reserved/);
  });

  it("a rule needs a pattern, and no schedule", async () => {
    const ScheduleExpression = "rate(1 day)";
    await refused(put({ EventPattern: undefined }), "ValidationException", /must be specified/);
    await refused(put({ ScheduleExpression }), "ValidationException", /schedule/);
    await refused(put({ EventPattern: undefined, ScheduleExpression }), "ValidationException", /schedule/);
  });

  it("another bus has no rules", async () => {
    await put();
    const EventBusName = "other";
    for (const call of [
      () => put({ EventBusName }),
      () => events.describeRule({ Name, EventBusName }),
      () => events.deleteRule({ Name, EventBusName }),
      () => events.putTargets({ Rule, EventBusName, Targets: [{ Id: "topic", Arn: TopicArn }] }),
      () => events.listTargetsByRule({ Rule, EventBusName }),
      () => events.removeTargets({ Rule, EventBusName, Ids: ["topic"] }),
    ]) {
      await refused(call(), "ResourceNotFoundException", /^Event bus other does not exist\.$/);
    }
    await described();
  });

  it("a bus has 300 rules, which are still changed, and a deletion makes room", async () => {
    for (let index = 0; index < 300; index++) await put({ Name: `rule-${index}` });
    await refused(put(), "LimitExceededException");
    await put({ Name: "rule-0", Description: "changed" });
    for (let time = 0; time < 2; time++) await events.deleteRule({ Name: "rule-1", EventBusName: "default" });
    await put();
  });

  const TRANSFORMER = { InputPathsMap: { code: "$.detail.code" }, InputTemplate: '"<code>"' };
  const list = async (more = {}) => whole(await events.listTargetsByRule({ Rule, ...more }));
  const target = (Id: string, more: Partial<Target> = {}): Target => ({ Id, Arn: TopicArn, ...more });
  const putTargets = (...Targets: Target[]) => events.putTargets({ Rule, Targets });

  it("targets are listed in pages, replaced by their ids and removed", async () => {
    await put();
    assert.deepEqual(await list(), { Targets: [] });
    const [plainTarget, transforming] = [target("a"), target("b", { InputTransformer: TRANSFORMER })];
    const done = { FailedEntryCount: 0, FailedEntries: [] };
    assert.deepEqual(whole(await putTargets(plainTarget, transforming)), done);
    assert.deepEqual(await list(), { Targets: [plainTarget, transforming] });
    const { NextToken, Targets } = await events.listTargetsByRule({ Rule, Limit: 1 });
    assert.deepEqual(Targets, [plainTarget]);
    assert.deepEqual(await list({ NextToken }), { Targets: [transforming] });
    await refused(list({ NextToken: "made up" }), "ValidationException", /token/);
    const fixed = { InputPathsMap: {}, InputTemplate: '"It failed."' };
    await putTargets(target("b", { InputTransformer: fixed }));
    assert.deepEqual(await list(), { Targets: [plainTarget, target("b", { InputTransformer: fixed })] });
    assert.deepEqual(whole(await events.removeTargets({ Rule, Ids: ["b", "none"] })), {
      FailedEntryCount: 1,
      FailedEntries: [
        {
          TargetId: "none",
          ErrorCode: "ResourceNotFoundException",
          ErrorMessage: "Rule failures does not have the target none.",
        },
      ],
    });
    assert.deepEqual(whole(await events.removeTargets({ Rule, Ids: ["a"] })), done);
    assert.deepEqual(await list(), { Targets: [] });
  });

  it("a rule has five targets", async () => {
    await put();
    await putTargets(...["a", "b", "c", "d", "e"].map((id) => target(id)));
    await refused(putTargets(target("f")), "LimitExceededException");
    await putTargets(target("e", { InputTransformer: TRANSFORMER }));
    assert.equal((await events.listTargetsByRule({ Rule })).Targets?.length, 5);
  });

  const transformed = (paths: Record<string, string>): Partial<Target> => ({
    InputTransformer: { InputPathsMap: paths, InputTemplate: '"It failed."' },
  });
  const badTargets: [string, Partial<Target>, RegExp][] = [
    ["that is no topic", { Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f` }, /SNS topics/],
    ["that is no ARN", { Arn: "alerts" }, /SNS topics/],
    ["in another Region", { Arn: TopicArn.replace(REGION, "us-east-1") }, /must be in Region eu-central-1/],
    ["with an input", { Input: "{}" }, /InputTransformer/],
    ["with a path", { InputPath: "$.detail" }, /InputTransformer/],
    ["with a role", { RoleArn }, /InputTransformer/],
    ["with a reserved name of a path", transformed({ AwsCode: "$.detail" }), /reserved/],
    ["with a path without its root", transformed({ code: "detail.code" }), /no path/],
    ["with a path that starts late", transformed({ code: "x$.detail" }), /no path/],
    ["with a path into a list", transformed({ code: "$.resources[0]" }), /no path/],
    ["with a path that ends in a dot", transformed({ code: "$.detail." }), /no path/],
  ];
  for (const [what, more, message] of badTargets) {
    it(`a target ${what} is refused, and its rule keeps the others`, async () => {
      await put();
      await putTargets(target("good"));
      await refused(putTargets(target("other"), target("bad", more)), "ValidationException", message);
      assert.deepEqual(await list(), { Targets: [target("good")] });
    });
  }

  it("a transformer reads texts, numbers and objects of an event, and what is missing is left out", async () => {
    const sns = cloud.sns();
    await sns.createTopic({ Name: "alerts" });
    const policy = allow("sns:Publish", {
      Principal: { Service: "events.amazonaws.com" },
      Resource: TopicArn,
      Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
    });
    await sns.setTopicAttributes({ TopicArn, AttributeName: "Policy", AttributeValue: policy });
    await sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" });
    await cloud.confirm(TopicArn);
    await sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "pending@example.com" });
    await cloud.control("DELETE", "mail");
    await put();
    const InputPathsMap = {
      kind: "$.detail-type",
      images: "$.resources",
      version: "$.version",
      missing: "$.detail.none",
      deep: "$.none.deeper",
      whole: "$",
    };
    const InputTemplate = '  "<kind>|<images>|<version>"  \n  "<missing>|<deep>|"\n"<whole>"\n';
    await putTargets(target("topic", { InputTransformer: { InputPathsMap, InputTemplate } }));
    await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    await cloud.pull("quay/argoproj/argocd", "none");
    const [mail, ...more] = await cloud.mails();
    assert.deepEqual(more, []);
    assert.equal(mail?.to, "ops@example.com");
    const [texts = "", footer = ""] = mail.body.split("\n\n--\n") ?? [];
    const [first, second, third = ""] = texts.split("\n");
    const images = JSON.stringify([`arn:aws:ecr:${REGION}:${ACCOUNT}:repository/quay/argoproj/argocd`]);
    assert.equal(first, `"ECR Pull Through Cache Action|${images}|0"`);
    assert.equal(second, '"||"');
    const { id, time, detail, ...event } = JSON.parse(third.slice(1, -1));
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.match(time, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
    assert.equal(detail["image-tag"], "none");
    assert.deepEqual(event, {
      version: "0",
      "detail-type": "ECR Pull Through Cache Action",
      source: "aws.ecr",
      account: ACCOUNT,
      region: REGION,
      resources: JSON.parse(images),
    });
    const unsubscribe = `https://sns.${REGION}.amazonaws.com/unsubscribe.html?SubscriptionArn=`;
    assert.ok(footer.startsWith(`To stop receiving these mails, open:\n${unsubscribe}`), footer);
    assert.ok(footer.endsWith("&Endpoint=ops%40example.com\n"), footer);
  });

  const event = {
    source: "aws.ecr",
    resources: ["a", ["b", "c"]],
    items: [{ id: 1 }, { id: 2, name: "two" }],
    detail: { code: "X", empty: {} },
  };
  const matches: [unknown, boolean][] = [
    [{ resources: ["c"] }, true],
    [{ items: { id: [2] } }, true],
    [{ items: { id: [3] } }, false],
    [{ items: { name: [{ exists: false }] } }, true],
    [{ detail: [{ exists: true }] }, false],
    [{ detail: { empty: { code: [{ exists: false }] } } }, true],
    [{ detail: { code: [{ prefix: "Y" }, "X"] } }, true],
    [{ detail: { code: [{ "anything-but": [1, 2] }] } }, true],
    [{ detail: { code: [{ prefix: "" }] } }, true],
    [{ items: { id: [{ prefix: "" }] } }, false],
    [{ items: { id: [{ "anything-but": 1 }] } }, true],
    [{ source: { length: [{ exists: false }] } }, true],
    [{ constructor: { name: ["Object"] } }, false],
    [{ detail: { code: [{ exists: false }] } }, false],
    [{ none: { deeper: [{ exists: false }] } }, true],
  ];
  for (const [pattern, wanted] of matches) {
    it(`${JSON.stringify(pattern)} ${wanted ? "matches" : "does not match"}`, () => {
      assert.equal(matchesPattern(parsePattern(JSON.stringify(pattern)), event), wanted);
    });
  }

  const badPatterns: [unknown, RegExp][] = [
    [{ source: [{ prefix: 1 }] }, /match type prefix/],
    [{ source: [{ exists: "true" }] }, /match type exists/],
    [{ source: [{ exists: true, prefix: "a" }] }, /one operator/],
    [{ source: [{}] }, /one operator/],
    [{ source: [["aws.ecr"]] }, /one operator/],
    [{ source: [{ "anything-but": [] }] }, /anything-but/],
    [{ source: [{ "anything-but": [true] }] }, /anything-but/],
    [{ source: [{ "anything-but": null }] }, /anything-but/],
    [{ $or: [{ source: ["a"] }] }, /\$or/],
    [{ detail: {} }, /Empty objects/],
    [{ detail: { code: [] } }, /Empty arrays/],
    [{ detail: null }, /"detail" must be an object or an array/],
    ["aws.ecr", /not an object/],
    [null, /not an object/],
  ];
  for (const [pattern, message] of badPatterns) {
    it(`the pattern ${JSON.stringify(pattern)} is refused`, () =>
      refused(put({ EventPattern: JSON.stringify(pattern) }), "InvalidEventPatternException", message));
  }
});
