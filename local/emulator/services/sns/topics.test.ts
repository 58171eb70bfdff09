import assert from "node:assert/strict";
import type { SNS } from "@aws-sdk/client-sns";
import { whole } from "../../testing/answers";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, refused, TestCloud } from "../../testing/support";

const [team, cost] = [{ Key: "team", Value: "a" }, { Key: "cost", Value: "b" }]; // biome-ignore format: short

/** Source: the API reference of each operation, "Response Elements". */
describe("emulator: topics and subscriptions", () => {
  const cloud = TestCloud.forSuite();
  const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
  const topic = { TopicArn };
  let sns: SNS;
  beforeEach(async () => {
    sns = cloud.sns();
    await sns.createTopic({ Name: "alerts" });
  });

  /** The attributes without the policy, which is long. */
  const attributes = async () => {
    const { Policy: _, ...rest } = (await sns.getTopicAttributes(topic)).Attributes ?? {};
    return rest;
  };
  const plain = {
    TopicArn,
    Owner: ACCOUNT,
    DisplayName: "",
    SubscriptionsConfirmed: "0",
    SubscriptionsPending: "0",
  };
  const set = (AttributeName: string, AttributeValue?: string) =>
    sns.setTopicAttributes({ TopicArn, AttributeName, AttributeValue });

  it("a topic keeps its attributes until they are set to empty", async () => {
    assert.deepEqual(await attributes(), plain);
    await set("DisplayName", "Alerts");
    await set("KmsMasterKeyId", "alias/aws/sns");
    assert.deepEqual(await attributes(), { ...plain, DisplayName: "Alerts", KmsMasterKeyId: "alias/aws/sns" });
    await set("DisplayName");
    await set("KmsMasterKeyId", "");
    assert.deepEqual(await attributes(), plain);
    const policy = allow("sns:Publish", { Principal: { Service: "events.amazonaws.com" }, Resource: TopicArn });
    await set("Policy", policy);
    assert.equal((await sns.getTopicAttributes(topic)).Attributes?.Policy, policy);
    await refused(set("Policy", "{"), "InvalidParameterException", /Policy Error/);
    const allowing = (action: string) => allow(action, { Principal: { AWS: ACCOUNT }, Resource: TopicArn });
    for (const action of ["SNS:Publish", "sns:*"]) await set("Policy", allowing(action));
    for (const action of ["xsns:Publish", "sqs:SendMessage"]) {
      await refused(set("Policy", allowing(action)), "InvalidParameterException", /out of service scope/);
    }
  });

  it("a topic is created with attributes and tags, once", async () => {
    const Attributes = { DisplayName: "Alerts", KmsMasterKeyId: "alias/aws/sns" };
    const create = (more = {}) => sns.createTopic({ Name: "new", Attributes, Tags: [team, cost], ...more });
    const NewArn = `arn:aws:sns:${REGION}:${ACCOUNT}:new`;
    assert.deepEqual(whole(await create()), { TopicArn: NewArn });
    const read = (await sns.getTopicAttributes({ TopicArn: NewArn })).Attributes ?? {};
    assert.deepEqual([read.DisplayName, read.KmsMasterKeyId], ["Alerts", "alias/aws/sns"]);
    const tags = async () => whole(await sns.listTagsForResource({ ResourceArn: NewArn }));
    assert.deepEqual(await tags(), { Tags: [team, cost] });
    assert.deepEqual(whole(await create()), { TopicArn: NewArn }, "the same again");
    await sns.untagResource({ ResourceArn: NewArn, TagKeys: ["team"] });
    await sns.tagResource({ ResourceArn: NewArn, Tags: [{ ...cost, Value: "c" }] });
    assert.deepEqual(await tags(), { Tags: [{ ...cost, Value: "c" }] });
    const refusals: [object, RegExp][] = [
      [{ Name: "a", Attributes: { FifoTopic: "true" } }, /AttributeName FifoTopic/],
      [{ Name: "a", DataProtectionPolicy: "{}" }, /data protection/],
      [{ Name: "a", Tags: [{ Key: "aws:team", Value: "" }] }, /reserved/],
      [{ Name: "" }, /Topic Name/],
      [{ Name: "a.fifo" }, /Topic Name/],
    ];
    for (const [more, message] of refusals) await refused(create(more), "InvalidParameterException", message);
    await refused(sns.getTopicAttributes({ TopicArn: NewArn.replace("new", "a") }), "NotFoundException");
    assert.deepEqual(whole(await sns.createTopic({ Name: "b", Tags: [] })), {
      TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:b`,
    });
  });

  it("a topic is deleted with its subscriptions, only in its own Region, and twice", async () => {
    await subscribe();
    await cloud.sns({ region: "us-east-1" }).deleteTopic(topic);
    await sns.getTopicAttributes(topic);
    for (let time = 0; time < 2; time++) await sns.deleteTopic(topic);
    await refused(sns.getTopicAttributes(topic), "NotFoundException");
    await sns.createTopic({ Name: "alerts" });
    assert.deepEqual(whole(await sns.listSubscriptionsByTopic(topic)), { Subscriptions: [] });
  });

  it("a topic's owner alone may use it, until its policy says otherwise", async () => {
    const other = cloud.sns({ account: OTHER_ACCOUNT });
    const read = () => other.getTopicAttributes(topic);
    await refused(read(), "AuthorizationErrorException");
    const actions = ["sns:GetTopicAttributes", "sns:DeleteTopic"];
    await set("Policy", allow(actions, { Principal: { AWS: OTHER_ACCOUNT }, Resource: TopicArn }));
    assert.equal((await read()).Attributes?.Owner, ACCOUNT);
    await other.deleteTopic(topic);
    await refused(sns.getTopicAttributes(topic), "NotFoundException");
  });

  const Endpoint = "ops@example.com";
  const subscribe = async (more = {}) =>
    (await sns.subscribe({ TopicArn, Protocol: "email", Endpoint, ...more })).SubscriptionArn ?? "";

  it("a subscription is pending until its token comes back", async () => {
    assert.equal(await subscribe(), "pending confirmation");
    assert.equal(await subscribe({ ReturnSubscriptionArn: false }), "pending confirmation");
    const SubscriptionArn = await subscribe({ ReturnSubscriptionArn: true });
    assert.match(SubscriptionArn, new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
    const listed = { Owner: ACCOUNT, Protocol: "email", Endpoint, TopicArn };
    const pending = { Subscriptions: [{ ...listed, SubscriptionArn: "PendingConfirmation" }] };
    assert.deepEqual(whole(await sns.listSubscriptionsByTopic(topic)), pending);
    const read = async () => (await sns.getSubscriptionAttributes({ SubscriptionArn })).Attributes;
    const shown = {
      ...listed,
      SubscriptionArn,
      PendingConfirmation: "true",
      ConfirmationWasAuthenticated: "false",
      RawMessageDelivery: "false",
    };
    assert.deepEqual(await read(), shown);
    assert.deepEqual(await attributes(), { ...plain, SubscriptionsPending: "1" });
    assert.deepEqual(whole(await cloud.confirm(TopicArn)), { SubscriptionArn });
    assert.deepEqual(await read(), { ...shown, PendingConfirmation: "false" });
    assert.deepEqual(await attributes(), { ...plain, SubscriptionsConfirmed: "1" });
    const confirmed = { Subscriptions: [{ ...listed, SubscriptionArn }] };
    assert.deepEqual(whole(await sns.listSubscriptionsByTopic(topic)), confirmed);
    const mails = (await cloud.mails()).length;
    assert.equal(await subscribe(), SubscriptionArn);
    assert.equal((await cloud.mails()).length, mails, "no other email to who confirmed");
    await sns.unsubscribe({ SubscriptionArn });
    assert.deepEqual(await attributes(), plain);
  });

  it("an email asks to confirm, in the topic's name", async () => {
    await subscribe();
    await set("DisplayName", "Alerts");
    await subscribe();
    const mails = await cloud.mails();
    const [first, second] = mails;
    const token = /[?&]Token=(\w+)/.exec(first?.body ?? "")?.[1];
    assert.match(token ?? "", /^[0-9a-f]{64}$/);
    const query = new URLSearchParams({ TopicArn, Token: token ?? "", Endpoint });
    const link = `https://sns.${REGION}.amazonaws.com/confirmation.html?${query}`;
    const wanted = {
      to: Endpoint,
      from: "AWS Notifications <no-reply@sns.amazonaws.com>",
      subject: "AWS Notification - Subscription Confirmation",
      body: `You have chosen to subscribe to the topic:\n${TopicArn}\n\nTo confirm this subscription, open:\n${link}\n`,
    };
    const shown = mails.map(({ to, from, subject, body }) => ({ to, from, subject, body }));
    assert.deepEqual(shown, [wanted, { ...wanted, from: "Alerts <no-reply@sns.amazonaws.com>" }]);
    assert.equal(second?.to, Endpoint);
  });

  it("a subscription is refused with what the emulator would not do", async () => {
    const refusals: [object, RegExp][] = [
      [{ Protocol: "sms" }, /Protocol/],
      [{ Protocol: "email-json" }, /Protocol/],
      [{ Endpoint: "ops" }, /Email address/],
      [{ Endpoint: "ops@example.com other@example.com" }, /Email address/],
      [{ Endpoint: undefined }, /Email address/],
      [{ Attributes: { RawMessageDelivery: "true" } }, /Attributes/],
    ];
    for (const [more, message] of refusals) await refused(subscribe(more), "InvalidParameterException", message);
    assert.deepEqual(await cloud.mails(), []);
    assert.equal(await subscribe({ Attributes: {} }), "pending confirmation");
  });

  it("subscriptions are listed in pages of 100", async () => {
    const all = Array.from({ length: 101 }, (_, index) => `ops-${index}@example.com`);
    for (const Endpoint of all) await subscribe({ Endpoint });
    const endpoints = async (NextToken?: string) => {
      const answer = await sns.listSubscriptionsByTopic({ TopicArn, NextToken });
      return [(answer.Subscriptions ?? []).map(({ Endpoint }) => Endpoint), answer.NextToken] as const;
    };
    const [first, next] = await endpoints();
    assert.deepEqual(first, all.slice(0, 100));
    assert.deepEqual(await endpoints(next), [all.slice(100), undefined]);
    await refused(endpoints("made up"), "InvalidParameterException", /^Invalid parameter: NextToken$/);
  });

  it("a subscription that does not exist has no attributes", async () => {
    const missing = { SubscriptionArn: `${TopicArn}:1-2-3` };
    await refused(sns.getSubscriptionAttributes(missing), "NotFoundException", /^Subscription does not exist$/);
    for (const SubscriptionArn of [TopicArn, "x", `x${TopicArn}:1`]) {
      const read = sns.getSubscriptionAttributes({ SubscriptionArn });
      await refused(read, "InvalidParameterException", /^Invalid parameter: SubscriptionArn$/);
    }
    const queue = sns.getTopicAttributes({ TopicArn: TopicArn.replace("sns", "sqs") });
    await refused(queue, "InvalidParameterException", /^Invalid parameter: TopicArn$/);
    const token = sns.confirmSubscription({ TopicArn, Token: "made up" });
    await refused(token, "InvalidParameterException", /^Invalid parameter: Token$/);
    const elsewhere = cloud.sns({ region: "us-east-1" }).getTopicAttributes(topic);
    await refused(elsewhere, "NotFoundException", /^Topic does not exist$/);
  });

  it("a call without what its operation needs is refused by its shape", async () => {
    const nameless = sns.createTopic({ Name: undefined });
    await refused(nameless, "ValidationError", /^1 validation error detected: Value at 'name' failed to satisfy/);
    const wrong = sns.tagResource({ ResourceArn: TopicArn, Tags: [{ Key: "", Value: "x".repeat(257) }] });
    await refused(wrong, "ValidationError", /^2 validation errors detected: .*Key'.*; Value at '.*Value'/);
  });
});
