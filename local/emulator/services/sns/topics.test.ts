import assert from "node:assert/strict";
import type { SNS } from "@aws-sdk/client-sns";
import { calls, type Step } from "../../testing/steps";
import { ACCOUNT, allow, REGION, TestCloud } from "../../testing/support";

const team = { Key: "team", Value: "a" };
const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const topic = { TopicArn };
const Endpoint = "ops@example.com";
const email = { TopicArn, Protocol: "email", Endpoint };
const x = (length: number) => "x".repeat(length);

/** Source: the API reference of each operation, "Response Elements" and "Errors". */
describe("emulator: topics and subscriptions", () => {
  const cloud = TestCloud.forSuite();
  let sns: SNS;
  beforeEach(async () => {
    sns = cloud.sns();
    await sns.createTopic({ Name: "alerts" });
  });

  const set = (AttributeName: string, AttributeValue?: string) => ({ TopicArn, AttributeName, AttributeValue });
  const attributes = (more: object = {}) => ({
    Attributes: {
      TopicArn,
      Owner: ACCOUNT,
      DisplayName: "",
      Policy: /"AWS:SourceOwner":"111122223333"/,
      SubscriptionsConfirmed: "0",
      SubscriptionsPending: "0",
      ...more,
    },
  });

  it("a subscription is pending until its token comes back", async () => {
    const { SubscriptionArn = "" } = await sns.subscribe({ ...email, ReturnSubscriptionArn: true });
    const listed = { Owner: ACCOUNT, Protocol: "email", Endpoint, TopicArn };
    const shown = (PendingConfirmation: string) => ({
      Attributes: {
        ...listed,
        SubscriptionArn,
        PendingConfirmation,
        ConfirmationWasAuthenticated: "false",
        RawMessageDelivery: "false",
      },
    });
    const pending = [{ ...listed, SubscriptionArn: "PendingConfirmation" }];
    await calls(sns, [
      ["subscribe", email, { SubscriptionArn: "pending confirmation" }],
      ["getSubscriptionAttributes", { SubscriptionArn }, shown("true")],
      ["listSubscriptionsByTopic", topic, { Subscriptions: pending }],
      ["getTopicAttributes", topic, attributes({ SubscriptionsPending: "1" })],
      ["confirmSubscription", { TopicArn, Token: "made up" }, "InvalidParameterException", /Token/],
      ["unsubscribe", { SubscriptionArn }, "InvalidParameterException", /pending confirmation/],
    ]);
    assert.equal((await cloud.confirm(TopicArn)).SubscriptionArn, SubscriptionArn);
    const sent = (await cloud.mails()).length;
    await calls(sns, [
      ["subscribe", email, { SubscriptionArn }],
      ["getSubscriptionAttributes", { SubscriptionArn }, shown("false")],
      ["listSubscriptionsByTopic", topic, { Subscriptions: [{ ...listed, SubscriptionArn }] }],
      ["getTopicAttributes", topic, attributes({ SubscriptionsConfirmed: "1" })],
      ["unsubscribe", { SubscriptionArn }, {}],
      ["unsubscribe", { SubscriptionArn }, {}],
      ["getSubscriptionAttributes", { SubscriptionArn }, "NotFoundException", /^Subscription does not exist$/],
      ["listSubscriptionsByTopic", topic, { Subscriptions: [] }],
    ]);
    assert.equal((await cloud.mails()).length, sent, "no other email to who confirmed");
  });

  const none = `${TopicArn}-none`;
  const allowing = (action: string) =>
    set("Policy", allow(action, { Principal: { AWS: ACCOUNT }, Resource: TopicArn }));
  const invalid = (operation: string, input: object, message: RegExp): Step => [
    operation,
    input,
    "InvalidParameterException",
    message,
  ];
  it("refuses what AWS refuses, and what it would not do itself", () =>
    calls(sns, [
      ...["", "a.fifo", "a b", x(257)].map((Name) => invalid("createTopic", { Name }, /Topic Name/)),
      invalid("createTopic", { Name: "a", Attributes: { FifoTopic: "true" } }, /AttributeName FifoTopic/),
      ["createTopic", { Name: "a", DataProtectionPolicy: "{}" }, "ValidationError", /does not know/],
      invalid("createTopic", { Name: "a", Tags: [{ Key: "aws:team", Value: "" }] }, /reserved/),
      ["createTopic", {}, "ValidationError", /^1 validation error detected: Value at 'name' failed to satisfy/],
      invalid("setTopicAttributes", set("Owner", "a"), /AttributeName/),
      invalid("setTopicAttributes", set("DisplayName", x(101)), /100 characters/),
      invalid("setTopicAttributes", set("Policy", "{"), /Policy Error/),
      invalid("setTopicAttributes", allowing("sqs:SendMessage"), /out of service scope/),
      invalid("subscribe", { ...email, Protocol: "email-json" }, /Protocol/),
      invalid("subscribe", { ...email, Endpoint: "ops" }, /Email address/),
      invalid("subscribe", { ...email, Endpoint: "ops@example.com other@example.com" }, /Email address/),
      invalid("subscribe", { ...email, Attributes: { RawMessageDelivery: "true" } }, /Attributes/),
      invalid("getSubscriptionAttributes", { SubscriptionArn: TopicArn }, /SubscriptionArn/),
      invalid("getTopicAttributes", { TopicArn: TopicArn.replace("sns", "sqs") }, /TopicArn/),
      invalid("listSubscriptionsByTopic", { TopicArn, NextToken: "made up" }, /NextToken/),
      ["getTopicAttributes", { TopicArn: none }, "NotFoundException"],
      ["subscribe", { ...email, TopicArn: none }, "NotFoundException"],
      ["tagResource", { ResourceArn: none, Tags: [team] }, "ResourceNotFoundException"],
    ]));

  it("finds a topic in its own Region only", () =>
    calls(cloud.sns({ region: "us-east-1" }), [
      ["deleteTopic", topic, {}],
      ["getTopicAttributes", topic, "NotFoundException", /^Topic does not exist$/],
    ]));
});
