import assert from "node:assert/strict";
import { CreatePullThroughCacheRuleCommand } from "@aws-sdk/client-ecr";
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { ACCOUNT, REGION, refused, TestCloud } from "../../testing/support";

const HUB = "registry-1.docker.io";
const PATTERN = {
  source: ["aws.ecr"],
  "detail-type": ["ECR Pull Through Cache Action"],
  detail: { "sync-status": [{ "anything-but": "SUCCESS" }], "ecr-repository-prefix": ["dockerhub"] },
};
const TRANSFORMER = {
  InputPathsMap: { repository: "$.detail.repository-name", tag: "$.detail.image-tag", code: "$.detail.failure-code" },
  InputTemplate: '"<repository>:<tag> failed"\n"Code: <code>"',
};

/** Amazon SNS Developer Guide, the default policy of a topic. */
const DEFAULT_POLICY = {
  Version: "2008-10-17",
  Id: "__default_policy_ID",
  Statement: [
    {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
      ],
      Resource: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`,
      Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT } },
    },
  ],
};

describe("emulator: EventBridge and SNS", () => {
  const cloud = TestCloud.forSuite();
  let topicArn: string;
  beforeEach(async () => {
    topicArn = (await cloud.sns().send(new CreateTopicCommand({ Name: "alerts" }))).TopicArn ?? "";
  });

  const putRule = (pattern: unknown = PATTERN) =>
    cloud.events().send(new PutRuleCommand({ Name: "failures", EventPattern: JSON.stringify(pattern) }));
  const putTarget = (more: Partial<Target> = {}) =>
    cloud.events().send(
      new PutTargetsCommand({
        Rule: "failures",
        Targets: [{ Id: "topic", Arn: topicArn, InputTransformer: TRANSFORMER, ...more }],
      }),
    );
  const setPolicy = (statement: Record<string, unknown>) =>
    cloud.sns().send(
      new SetTopicAttributesCommand({
        TopicArn: topicArn,
        AttributeName: "Policy",
        AttributeValue: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: "sns:Publish", Resource: topicArn, ...statement },
        }),
      }),
    );
  const subscribe = async (Endpoint = "ops@example.com") => {
    const command = new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: "email",
      Endpoint,
      ReturnSubscriptionArn: true,
    });
    return (await cloud.sns().send(command)).SubscriptionArn ?? "";
  };
  const confirm = async () => {
    await cloud.confirm(topicArn);
    await cloud.control("DELETE", "mail");
  };

  describe("when an image is pulled", () => {
    beforeEach(async () => {
      for (const prefix of ["dockerhub", "other"]) {
        const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
        const secret = new CreateSecretCommand({ Name: `ecr-pullthroughcache/${prefix}`, SecretString });
        const { ARN } = await cloud.secrets().send(secret);
        const rule = { ecrRepositoryPrefix: prefix, upstreamRegistryUrl: HUB, credentialArn: ARN };
        await cloud.ecr().send(new CreatePullThroughCacheRuleCommand(rule));
      }
      const { RuleArn } = await putRule();
      await putTarget();
      await setPolicy({
        Principal: { Service: "events.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": RuleArn } },
      });
      await subscribe();
      await confirm();
    });
    const newToken = () =>
      cloud.control("POST", "upstreams/credentials", { host: HUB, username: "demo-user", accessToken: "new" });
    const bodies = async () => (await cloud.mails()).map(({ body }) => body.split("\n\n--\n")[0]);

    it("emails a failure of the cache, but not a success or another cache's failure", async () => {
      assert.equal((await cloud.pull("dockerhub/library/nginx", "1.27")).status, 200);
      await newToken();
      assert.equal((await cloud.pull("other/library/nginx", "1.27")).status, 403);
      assert.deepEqual(await cloud.mails(), []);
      assert.equal((await cloud.pull("dockerhub/library/nginx", "stable")).status, 403);
      const [mail, ...more] = await cloud.mails();
      assert.deepEqual(more, []);
      assert.equal(mail?.to, "ops@example.com");
      assert.equal(mail.subject, "AWS Notification Message");
      assert.match(mail.body, /^"dockerhub\/library\/nginx:stable failed"\n"Code: UpstreamAccessDenied"\n\n--\n/);
    });

    it("a limit, an upstream that is down and a missing image have different codes, also while the cached image is served", async () => {
      await cloud.pull("dockerhub/library/nginx", "1.27");
      await cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 0 });
      assert.equal((await cloud.pull("dockerhub/library/nginx", "stable")).status, 429);
      await cloud.control("POST", "upstreams/limit", { host: HUB });
      assert.equal((await cloud.pull("dockerhub/library/nginx", "none")).status, 404);
      await cloud.control("POST", "upstreams/online", { host: HUB, online: false });
      await cloud.control("POST", "clock", { advanceSeconds: 25 * 3600 });
      assert.equal((await cloud.pull("dockerhub/library/nginx", "1.27")).status, 200);
      assert.deepEqual(await bodies(), [
        '"dockerhub/library/nginx:stable failed"\n"Code: UpstreamTooManyRequests"',
        '"dockerhub/library/nginx:none failed"\n"Code: ImageNotFound"',
        '"dockerhub/library/nginx:1.27 failed"\n"Code: UpstreamUnavailable"',
      ]);
    });

    const undelivered: [string, () => Promise<unknown>][] = [
      [
        "a topic policy that names another rule",
        () =>
          setPolicy({
            Principal: { Service: "events.amazonaws.com" },
            Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:events:${REGION}:${ACCOUNT}:rule/other` } },
          }),
      ],
      ["a topic policy without EventBridge", () => setPolicy({ Principal: { AWS: ACCOUNT } })],
      [
        "a topic that is encrypted",
        () =>
          cloud.sns().send(
            new SetTopicAttributesCommand({
              TopicArn: topicArn,
              AttributeName: "KmsMasterKeyId",
              AttributeValue: "alias/aws/sns",
            }),
          ),
      ],
      ["no target", () => cloud.events().send(new RemoveTargetsCommand({ Rule: "failures", Ids: ["topic"] }))],
      [
        "a rule that is disabled",
        () =>
          cloud
            .events()
            .send(new PutRuleCommand({ Name: "failures", EventPattern: JSON.stringify(PATTERN), State: "DISABLED" })),
      ],
      ["no topic", () => cloud.sns().send(new DeleteTopicCommand({ TopicArn: topicArn }))],
    ];
    for (const [what, change] of undelivered) {
      it(`nothing is delivered with ${what}`, async () => {
        await change();
        await newToken();
        assert.equal((await cloud.pull("dockerhub/library/nginx", "stable")).status, 403);
        assert.deepEqual(await cloud.mails(), []);
      });
    }

    it("a target without a transformer gets the event as AWS sends it", async () => {
      await putTarget({ InputTransformer: undefined });
      await newToken();
      await cloud.pull("dockerhub/library/nginx", "stable");
      const common = (name: string) => ({
        version: "0",
        "detail-type": "ECR Pull Through Cache Action",
        source: "aws.ecr",
        account: ACCOUNT,
        region: REGION,
        resources: [`arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`],
      });
      const events = async () =>
        (await bodies()).map((body) => {
          assert.doesNotMatch(body ?? "", /demo-token/);
          const { id, time, ...rest } = JSON.parse(body ?? "");
          assert.match(id, /^[0-9a-f-]{36}$/);
          assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
          return rest;
        });
      const detail = {
        "rule-version": "1",
        "ecr-repository-prefix": "dockerhub",
        "repository-name": "dockerhub/library/nginx",
        "upstream-registry-url": HUB,
        "image-tag": "stable",
      };
      const failure = {
        ...common("dockerhub/library/nginx"),
        detail: {
          ...detail,
          "sync-status": "FAILURE",
          "failure-code": "UpstreamAccessDenied",
          "failure-reason": `Upstream access denied: ${HUB} refuses the credentials`,
        },
      };
      assert.deepEqual(await events(), [failure]);
      await cloud.control("DELETE", "mail");
      await putRule({ source: ["aws.ecr"] });
      await cloud.control("POST", "upstreams/credentials", {
        host: HUB,
        username: "demo-user",
        accessToken: "demo-token",
      });
      const { headers } = await cloud.pull("dockerhub/library/nginx", "stable");
      const digest = { "image-digest": headers["docker-content-digest"] };
      assert.deepEqual(await events(), [{ ...failure, detail: { ...detail, "sync-status": "SUCCESS", ...digest } }]);
    });
  });

  it("an address gets nothing and cannot be unsubscribed before it is confirmed, and then twice", async () => {
    const SubscriptionArn = await subscribe();
    await refused(
      cloud.sns().send(new UnsubscribeCommand({ SubscriptionArn })),
      "InvalidParameterException",
      /pending confirmation/,
    );
    const list = () => cloud.sns().send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    assert.equal((await list()).Subscriptions?.[0]?.SubscriptionArn, "PendingConfirmation");
    await refused(
      cloud.sns().send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: "made-up" })),
      "InvalidParameterException",
    );
    await confirm();
    assert.equal(await subscribe(), SubscriptionArn, "an address is subscribed once");
    assert.equal((await list()).Subscriptions?.[0]?.SubscriptionArn, SubscriptionArn);
    await cloud.sns().send(new UnsubscribeCommand({ SubscriptionArn }));
    await cloud.sns().send(new UnsubscribeCommand({ SubscriptionArn }));
    assert.deepEqual((await list()).Subscriptions, []);
  });

  it("a topic accepts policies for its service, and names that AWS accepts", async () => {
    await refused(
      setPolicy({ Principal: { AWS: ACCOUNT }, Action: "ecr:*" }),
      "InvalidParameterException",
      /out of service/,
    );
    await refused(setPolicy({}), "InvalidParameterException", /Principal/);
    await refused(cloud.sns().send(new CreateTopicCommand({ Name: "a b" })), "InvalidParameterException");
    const { Attributes } = await cloud.sns().send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    assert.deepEqual(JSON.parse(Attributes?.Policy ?? "null"), DEFAULT_POLICY);
    const elsewhere = cloud.sns({ region: "us-east-1" }).send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    await refused(elsewhere, "NotFoundException", /^Topic does not exist$/);
  });

  it("a rule keeps its targets until they are removed, and cannot be deleted before that", async () => {
    await putRule();
    await putTarget();
    await putRule({ source: ["aws.ecr"] });
    const { EventPattern } = await cloud.events().send(new DescribeRuleCommand({ Name: "failures" }));
    assert.equal(EventPattern, '{"source":["aws.ecr"]}');
    const { Targets } = await cloud.events().send(new ListTargetsByRuleCommand({ Rule: "failures" }));
    assert.deepEqual(Targets, [{ Id: "topic", Arn: topicArn, InputTransformer: TRANSFORMER }]);
    const remove = new DeleteRuleCommand({ Name: "failures" });
    await refused(cloud.events().send(remove), "ValidationException", /has targets/);
    await cloud.events().send(new RemoveTargetsCommand({ Rule: "failures", Ids: ["topic"] }));
    await cloud.events().send(remove);
    await refused(cloud.events().send(new DescribeRuleCommand({ Name: "failures" })), "ResourceNotFoundException");
  });

  const badTemplates: [string, string][] = [
    ["a text without quotes", "<repository> failed"],
    ["a line without quotes", '"<repository>"\nfailed'],
    ["a placeholder that no path fills", '"<reason>"'],
    ["an escape", '"a\\nb"'],
  ];
  for (const [what, InputTemplate] of badTemplates) {
    it(`a target is refused with ${what}`, async () => {
      await putRule();
      await refused(
        putTarget({ InputTransformer: { ...TRANSFORMER, InputTemplate } }),
        "ValidationException",
        /InputTemplate/,
      );
    });
  }

  const badPatterns: [string, string][] = [
    ["no JSON", "{"],
    ["a list", "[]"],
    ["nothing", "{}"],
    ["a value that is no list", '{"source":"aws.ecr"}'],
    ["an empty list", '{"source":[]}'],
    ["an unknown operator", '{"source":[{"sufix":"a"}]}'],
    ["anything-but of mixed values", '{"source":[{"anything-but":["a",1]}]}'],
  ];
  for (const [what, EventPattern] of badPatterns) {
    it(`a pattern of ${what} is refused`, () =>
      refused(
        cloud.events().send(new PutRuleCommand({ Name: "failures", EventPattern })),
        "InvalidEventPatternException",
      ));
  }
});
