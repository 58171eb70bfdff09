import assert from "node:assert/strict";
import type { EventBridge } from "@aws-sdk/client-eventbridge";
import { calls, type Step } from "../../testing/steps";
import { ACCOUNT, allow, REGION, TestCloud } from "../../testing/support";
import { matchesPattern, parsePattern } from "./pattern";

const HUB = "registry-1.docker.io";
const team = { Key: "team", Value: "a" };
const Name = "failures";
const Rule = Name;
const RuleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/${Name}`;
const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/events`;
const EventPattern = JSON.stringify({
  source: ["aws.ecr"],
  "detail-type": ["ECR Pull Through Cache Action"],
  detail: { "sync-status": [{ "anything-but": "SUCCESS" }], "ecr-repository-prefix": ["hub"] },
});
const TRANSFORMER = {
  InputPathsMap: {
    image: "$.resources",
    tag: "$.detail.image-tag",
    code: "$.detail.failure-code",
    no: "$.none.deeper",
  },
  InputTemplate: '  "<image>:<tag> failed<no>"  \n"Code: <code>"\n',
};
const target = (Id: string, more: object = {}) => ({ Id, Arn: TopicArn, ...more });

/** Source: the API reference of each operation, "Response Elements" and "Errors". */
describe("emulator: EventBridge", () => {
  const cloud = TestCloud.forSuite();
  let events: EventBridge;
  beforeEach(() => {
    events = cloud.events();
  });
  const rule = { Name, EventPattern };
  const made: Step = ["putRule", rule, { RuleArn }];
  const putTargets = (...Targets: object[]): Step => ["putTargets", { Rule, Targets }, DONE];
  const DONE = { FailedEntryCount: 0, FailedEntries: [] };

  const paths = (InputPathsMap: object) => ({ InputTransformer: { InputPathsMap, InputTemplate: '"It failed."' } });
  const template = (InputTemplate: string) => ({ InputTransformer: { ...TRANSFORMER, InputTemplate } });
  const targets: [object, RegExp][] = [
    [{ Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f` }, /SNS topics/],
    [{ Arn: TopicArn.replace(REGION, "us-east-1") }, /must be in Region eu-central-1/],
    [{ Input: "{}" }, /does not know/],
    [{ RoleArn }, /does not know/],
    [paths({ AwsCode: "$.detail" }), /reserved/],
    [paths({ code: "detail.code" }), /no path/],
    [paths({ code: "$.resources[0]" }), /no path/],
    [template("<image> failed"), /InputTemplate/],
    [template('"<image>"\nfailed'), /InputTemplate/],
    [template('"<reason>"'), /InputTemplate/],
    [template('"a\\nb"'), /InputTemplate/],
  ];
  const patterns: unknown[] = [
    { source: "aws.ecr" },
    { source: [{ sufix: "a" }] },
    { source: [{ prefix: 1 }] },
    { source: [{ exists: "true" }] },
    { source: [{ exists: true, prefix: "a" }] },
    { source: [{}] },
    { source: [["aws.ecr"]] },
    { source: [{ "anything-but": ["a", 1] }] },
    { source: [{ "anything-but": [] }] },
    { $or: [{ source: ["a"] }] },
    { detail: {} },
    { detail: { code: [] } },
    { detail: null },
    {},
    [],
    null,
  ];
  const bus = { EventBusName: "other" };
  it("refuses what AWS refuses, and what it would not do itself", () =>
    calls(events, [
      made,
      putTargets(target("good")),
      ...targets.map(
        ([more, message]): Step => [
          "putTargets",
          { Rule, Targets: [target("x"), target("bad", more)] },
          "ValidationException",
          message,
        ],
      ),
      ["listTargetsByRule", { Rule }, { Targets: [target("good")] }],
      ...patterns.map(
        (pattern): Step => ["putRule", { Name, EventPattern: JSON.stringify(pattern) }, "InvalidEventPatternException"],
      ),
      ["putRule", { Name, EventPattern: "{" }, "InvalidEventPatternException"],
      ["putRule", { Name }, "ValidationException", /must be specified/],
      ["putRule", { ...rule, ScheduleExpression: "rate(1 day)" }, "ValidationException", /schedule/],
      ["putRule", { ...rule, ...bus }, "ResourceNotFoundException", /^Event bus other does not exist\.$/],
      ["describeRule", { Name, ...bus }, "ResourceNotFoundException"],
      ["putTargets", { Rule: "none", Targets: [target("a")] }, "ResourceNotFoundException"],
      ["tagResource", { ResourceARN: RuleArn.replace(REGION, "us-east-1"), Tags: [team] }, "ResourceNotFoundException"],
      ["tagResource", { ResourceARN: RuleArn, Tags: [{ Key: "aws:x", Value: "" }] }, "ValidationException", /reserved/],
      ["listTargetsByRule", { Rule, NextToken: "made up" }, "ValidationException", /token/],
    ]));

  const event = {
    source: "aws.ecr",
    resources: ["a", ["b", "c"]],
    items: [{ id: 1 }, { id: 2, name: "two" }],
    detail: { code: "X", empty: {} },
  };
  /** lab/differential/events.ts compares with AWS's own matcher. */
  const matches: [unknown, boolean][] = [
    [{ resources: ["c"] }, true],
    [{ items: { id: [2] } }, true],
    [{ items: { id: [3] } }, false],
    [{ detail: [{ exists: true }] }, false],
    [{ detail: { code: [{ prefix: "Y" }, "X"] } }, true],
    [{ detail: { code: [{ "anything-but": [1, 2] }] } }, true],
    [{ detail: { code: [{ "anything-but": ["X"] }] } }, false],
    [{ items: { id: [{ prefix: "" }] } }, false],
    [{ constructor: { name: ["Object"] } }, false],
    [{ none: { deeper: [{ exists: false }] } }, true],
  ];
  it("matches events by patterns", () => {
    for (const [pattern, wanted] of matches)
      assert.equal(matchesPattern(parsePattern(JSON.stringify(pattern)), event), wanted, JSON.stringify(pattern));
  });

  describe("when an image is pulled", () => {
    const policy = (statement: object) =>
      cloud.sns().setTopicAttributes({
        TopicArn,
        AttributeName: "Policy",
        AttributeValue: allow("sns:Publish", { Resource: TopicArn, ...statement }),
      });
    const ofRule = (arn: string) => ({
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": arn }, StringEquals: { "aws:SourceAccount": ACCOUNT } },
    });
    beforeEach(async () => {
      for (const prefix of ["hub", "other"]) {
        const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
        const { ARN } = await cloud.secrets().createSecret({ Name: `ecr-pullthroughcache/${prefix}`, SecretString });
        await cloud
          .ecr()
          .createPullThroughCacheRule({ ecrRepositoryPrefix: prefix, upstreamRegistryUrl: HUB, credentialArn: ARN });
      }
      await cloud.sns().createTopic({ Name: "alerts" });
      await policy(ofRule(RuleArn));
      await cloud.sns().subscribe({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" });
      await cloud.confirm(TopicArn);
      await cloud.sns().subscribe({ TopicArn, Protocol: "email", Endpoint: "pending@example.com" });
      await cloud.control("DELETE", "mail");
      await calls(events, [made, putTargets(target("topic", { InputTransformer: TRANSFORMER }))]);
    });
    const newToken = (accessToken = "new") =>
      cloud.control("POST", "upstreams/credentials", { host: HUB, username: "demo-user", accessToken });
    const bodies = async () => (await cloud.mails()).map(({ body }) => body.split("\n\n--\n")[0] ?? "");
    const pull = async (tag: string, prefix = "hub") => (await cloud.pull(`${prefix}/library/nginx`, tag)).status;
    const failed = (tag: string, code: string) =>
      `"["arn:aws:ecr:${REGION}:${ACCOUNT}:repository/hub/library/nginx"]:${tag} failed"\n"Code: ${code}"`;

    it("a failure of the cache is emailed, with its code, but no success and no other cache's failure", async () => {
      assert.equal(await pull("1.27"), 200);
      await newToken();
      assert.equal(await pull("1.27", "other"), 403);
      assert.deepEqual(await cloud.mails(), []);
      assert.equal(await pull("stable"), 403);
      await newToken("demo-token");
      await cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 0 });
      assert.equal(await pull("stable"), 429);
      await cloud.control("POST", "upstreams/limit", { host: HUB });
      assert.equal(await pull("none"), 404);
      await cloud.control("POST", "upstreams/online", { host: HUB, online: false });
      await cloud.control("POST", "clock", { advanceSeconds: 25 * 3600 });
      assert.equal(await pull("1.27"), 200, "the cached image is served");
      assert.deepEqual(await bodies(), [
        failed("stable", "UpstreamAccessDenied"),
        failed("stable", "UpstreamTooManyRequests"),
        failed("none", "ImageNotFound"),
        failed("1.27", "UpstreamUnavailable"),
      ]);
      const [mail] = await cloud.mails();
      assert.deepEqual([mail?.to, mail?.subject], ["ops@example.com", "AWS Notification Message"]);
      assert.match(
        mail?.body ?? "",
        /\n\n--\nTo stop receiving these mails, open:\nhttps:\/\/sns\.eu-central-1\.amazonaws/,
      );
    });

    const undelivered: [string, () => Promise<unknown>][] = [
      ["a topic policy that names another rule", () => policy(ofRule(`${RuleArn}-other`))],
      ["a topic policy without EventBridge", () => policy({ Principal: { AWS: ACCOUNT } })],
      [
        "a topic that is encrypted",
        () =>
          cloud
            .sns()
            .setTopicAttributes({ TopicArn, AttributeName: "KmsMasterKeyId", AttributeValue: "alias/aws/sns" }),
      ],
      ["no target", () => events.removeTargets({ Rule, Ids: ["topic"] })],
      ["a rule that is disabled", () => events.putRule({ ...rule, State: "DISABLED" })],
      ["no topic", () => cloud.sns().deleteTopic({ TopicArn })],
    ];
    for (const [what, change] of undelivered) {
      it(`nothing is delivered with ${what}`, async () => {
        await change();
        assert.equal(await pull("none"), 404);
        assert.deepEqual(await cloud.mails(), []);
      });
    }
  });
});
