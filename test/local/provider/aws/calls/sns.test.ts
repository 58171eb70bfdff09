import assert from "node:assert/strict";
import { NotedCalls } from "../../noted-calls";

const TOPIC = "aws:sns/topic:Topic";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const ARN = "arn:aws:sns:us-east-1:111122223333:alerts";

/** Whole calls, and whole states after whole answers. */
describe("local AWS provider's calls of SNS, with every property", () => {
  const calls = NotedCalls.forSuite();
  const attributes = (values: Readonly<Record<string, string>>) => ({
    xml: `<Attributes>${Object.entries(values)
      .map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`)
      .join("")}</Attributes>`,
  });
  const document = '{"Statement":[]}';
  const topic = {
    name: "alerts",
    displayName: "ours",
    kmsMasterKeyId: "alias/own",
    policy: document,
    tags: { a: "b" },
  };
  const reads = {
    GetTopicAttributes: [
      attributes({
        TopicArn: ARN,
        Owner: "111122223333",
        DisplayName: "ours",
        KmsMasterKeyId: "alias/own",
        Policy: document,
      }),
    ],
    ListTagsForResource: [{ xml: "<Tags><member><Key>a</Key><Value>b</Value></member></Tags>" }],
  };
  const set = (AttributeName: string, AttributeValue: string) => ({ TopicArn: ARN, AttributeName, AttributeValue });

  it("creates a topic and sets all of it, and reads all of it", async () => {
    calls.aws.answers = { ...reads, CreateTopic: [{ xml: `<TopicArn>${ARN}</TopicArn>` }], SetTopicAttributes: [{}] };
    const { id, state } = await calls.create(TOPIC, topic);
    assert.equal(id, ARN);
    assert.deepEqual(calls.aws.bodies("CreateTopic"), [
      { Name: "alerts", "Tags.member.1.Key": "a", "Tags.member.1.Value": "b" },
    ]);
    assert.deepEqual(calls.aws.bodies("SetTopicAttributes"), [
      set("DisplayName", "ours"),
      set("KmsMasterKeyId", "alias/own"),
      set("Policy", document),
    ]);
    assert.deepEqual(calls.aws.bodies("GetTopicAttributes"), [{ TopicArn: ARN }]);
    assert.deepEqual(calls.aws.bodies("ListTagsForResource"), [{ ResourceArn: ARN }]);
    assert.deepEqual(state, { ...topic, tagsAll: { a: "b" }, arn: ARN, owner: "111122223333", region: "us-east-1" });
    await calls.create(TOPIC, { name: "alerts", displayName: "" });
    assert.equal(calls.aws.bodies("SetTopicAttributes").length, 3, "nothing else is set");
  });

  it("keeps a topic of which SNS refuses an attribute, so that nothing is lost", async () => {
    calls.aws.answers = {
      CreateTopic: [{ xml: `<TopicArn>${ARN}</TopicArn>` }],
      SetTopicAttributes: [["InvalidParameter", "no"]],
    };
    await assert.rejects(calls.create(TOPIC, topic), (error: Error & { resource?: { id: string } }) => {
      assert.equal(error.resource?.id, ARN);
      return /creating SNS Topic \(alerts\): .*InvalidParameter.*: no/.test(error.message);
    });
  });

  it("changes attributes that differ, an empty one to nothing, but never a policy to nothing", async () => {
    calls.aws.answers = { ...reads, SetTopicAttributes: [{}], TagResource: [{}], UntagResource: [{}] };
    const state = { ...topic, tagsAll: { a: "b" }, arn: ARN, region: "us-east-1" };
    const sent = (change: object) => calls.update(TOPIC, ARN, state, { ...topic, ...change });
    const changed = (name: string, value: string) => [["SetTopicAttributes", set(name, value)]];
    assert.deepEqual(await sent({ displayName: "new" }), changed("DisplayName", "new"));
    assert.deepEqual(await sent({ displayName: undefined }), changed("DisplayName", ""));
    assert.deepEqual(await sent({ kmsMasterKeyId: undefined }), changed("KmsMasterKeyId", ""));
    assert.deepEqual(await sent({ policy: '{"Statement":[{}]}' }), changed("Policy", '{"Statement":[{}]}'));
    assert.deepEqual(await sent({ policy: "" }), []);
    assert.deepEqual(await sent({ tags: { c: "d" } }), [
      ["UntagResource", { ResourceArn: ARN, "TagKeys.member.1": "a" }],
      ["TagResource", { ResourceArn: ARN, "Tags.member.1.Key": "c", "Tags.member.1.Value": "d" }],
    ]);
  });

  it("gives a topic the policy back that AWS gives to new ones", async () => {
    calls.aws.answers = { ...reads, SetTopicAttributes: [{}] };
    const { id, state } = await calls.create(POLICY, { arn: ARN, policy: document });
    assert.deepEqual([id, state], [ARN, { arn: ARN, policy: document, owner: "111122223333", region: "us-east-1" }]);
    await calls.update(POLICY, ARN, state, { arn: ARN, policy: '{"Statement":[{}]}' });
    await calls.typeOf(POLICY).delete(ARN, state);
    const [made, changed, { AttributeValue, ...others } = {}] = calls.aws.bodies("SetTopicAttributes");
    assert.deepEqual([made, changed], [set("Policy", document), set("Policy", '{"Statement":[{}]}')]);
    assert.deepEqual(others, { TopicArn: ARN, AttributeName: "Policy" });
    // Source: hashicorp/terraform-provider-aws, internal/service/sns/topic_policy.go.
    const operations = [
      ...["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"],
      ...["Subscribe", "ListSubscriptionsByTopic", "Publish", "Receive"],
    ];
    assert.deepEqual(JSON.parse(String(AttributeValue)), {
      Version: "2008-10-17",
      Id: "__default_policy_ID",
      Statement: [
        {
          Sid: "__default_statement_ID",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: operations.map((operation) => `SNS:${operation}`),
          Resource: ARN,
          Condition: { StringEquals: { "AWS:SourceOwner": "111122223333" } },
        },
      ],
    });
  });

  it("subscribes, and reads whether somebody confirmed that", async () => {
    const id = `${ARN}:0123abcd-0000-1111-2222-333344445555`;
    const subscription = { topic: ARN, protocol: "email", endpoint: "ops@example.com" };
    for (const confirmed of [true, false]) {
      calls.aws.answers = {
        Subscribe: [{ xml: `<SubscriptionArn>${id}</SubscriptionArn>` }],
        GetSubscriptionAttributes: [
          attributes({
            SubscriptionArn: id,
            TopicArn: ARN,
            Protocol: "email",
            Endpoint: "ops@example.com",
            Owner: "111122223333",
            PendingConfirmation: String(!confirmed),
            ConfirmationWasAuthenticated: String(confirmed),
          }),
        ],
      };
      const made = await calls.create(SUBSCRIPTION, subscription);
      assert.equal(made.id, id);
      assert.deepEqual(made.state, {
        ...subscription,
        arn: id,
        ownerId: "111122223333",
        pendingConfirmation: !confirmed,
        confirmationWasAuthenticated: confirmed,
        region: "us-east-1",
      });
    }
    assert.deepEqual(calls.aws.bodies("Subscribe")[0], {
      TopicArn: ARN,
      Protocol: "email",
      Endpoint: "ops@example.com",
      ReturnSubscriptionArn: "true",
    });
    assert.deepEqual(calls.aws.bodies("GetSubscriptionAttributes")[0], { SubscriptionArn: id });
  });

  it("leaves a subscription that nobody confirmed to AWS, and no other that AWS does not delete", async () => {
    const pending: [string, string] = ["InvalidParameter", "Invalid parameter: it is pending confirmation"];
    calls.aws.answers = { Unsubscribe: [pending] };
    await calls.typeOf(SUBSCRIPTION).delete(ARN, {});
    assert.deepEqual(calls.aws.bodies("Unsubscribe"), [{ SubscriptionArn: ARN }]);
    for (const answer of [
      ["InvalidParameter", "no"],
      ["AuthorizationError", pending[1]],
    ] as [string, string][]) {
      calls.aws.answers = { Unsubscribe: [answer] };
      await assert.rejects(calls.typeOf(SUBSCRIPTION).delete(ARN, {}), /deleting SNS Topic Subscription/);
    }
  });
});
