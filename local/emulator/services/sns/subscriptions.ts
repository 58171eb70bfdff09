import { randomBytes, randomUUID } from "node:crypto";
import type { SNS } from "@aws-sdk/client-sns";
import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import type { Subscription, Topic } from "../../state/model";
import { page } from "../pages";
import { sendConfirmation } from "./email";
import { invalidParameter, notFound } from "./errors";
import { findTopic, topicResource } from "./topics";

interface Found {
  readonly topic: Topic;
  readonly subscription: Subscription;
}

function lookUp(subscriptionArn: string, context: CallContext): Found | undefined {
  const match = /^(arn:[^:]+:sns:[^:]+:\d{12}:[^:]+):[^:]+$/.exec(subscriptionArn);
  if (!match?.[1]) throw invalidParameter("SubscriptionArn");
  const { account = "", region = "" } = parseArn(subscriptionArn) ?? {};
  const topic = context.cloud.store.region(account, region).topics.get(match[1]);
  const subscription = topic?.subscriptions.get(subscriptionArn);
  return topic && subscription && { topic, subscription };
}

const topicOf = (input: { SubscriptionArn: string }) => input.SubscriptionArn.replace(/:[^:]+$/, "");

export const subscriptions: OperationsOf<SNS> = {
  /** The emulator delivers only by email. As on AWS, nothing is delivered before the receiver confirms. */
  Subscribe: operation((input, context) => {
    const topic = findTopic(input.TopicArn, context);
    if (input.Protocol !== "email") throw invalidParameter("Protocol: the emulator delivers by email only");
    const { Endpoint = "" } = input;
    if (!/^[^@\s]+@[^@\s]+$/.test(Endpoint)) throw invalidParameter("Email address");
    if (Object.keys(input.Attributes ?? {}).length > 0) throw invalidParameter("Attributes: not known to the emulator");
    const known = [...topic.subscriptions.values()].find((each) => each.Endpoint === Endpoint);
    const subscription = known ?? {
      SubscriptionArn: `${topic.arn}:${randomUUID()}`,
      Owner: parseArn(topic.arn)?.account,
      Protocol: "email",
      Endpoint,
      TopicArn: topic.arn,
      token: randomBytes(32).toString("hex"),
    };
    topic.subscriptions.set(subscription.SubscriptionArn, subscription);
    if (subscription.token !== undefined) sendConfirmation(context.cloud, topic, subscription);
    const shown = subscription.token === undefined || input.ReturnSubscriptionArn === true;
    return { SubscriptionArn: shown ? subscription.SubscriptionArn : "pending confirmation" };
  }, topicResource),
  ConfirmSubscription: operation((input, context) => {
    const topic = findTopic(input.TopicArn, context);
    const subscription = [...topic.subscriptions.values()].find(({ token }) => token === input.Token);
    if (subscription === undefined) throw invalidParameter("Token");
    subscription.token = undefined;
    return subscription;
  }, topicResource),
  // To unsubscribe twice succeeds. Source: a test of localstack that was run against AWS, `test_unsubscribe_idempotency`
  // in tests/aws/services/sns/test_sns.py.
  Unsubscribe: operation((input, context) => {
    const found = lookUp(input.SubscriptionArn, context);
    if (!found) return;
    // Words that the real provider looks for: hashicorp/terraform-provider-aws, internal/service/sns/topic_subscription.go.
    if (found.subscription.token !== undefined) {
      throw invalidParameter("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation");
    }
    found.topic.subscriptions.delete(input.SubscriptionArn);
  }, topicOf),
  GetSubscriptionAttributes: operation((input, context) => {
    const found = lookUp(input.SubscriptionArn, context);
    if (!found) throw notFound("Subscription");
    const { token, ...attributes } = found.subscription;
    return {
      Attributes: {
        ...attributes,
        PendingConfirmation: String(token !== undefined),
        ConfirmationWasAuthenticated: "false",
        RawMessageDelivery: "false",
      },
    };
  }, topicOf),
  ListSubscriptionsByTopic: operation((input, context) => {
    const all = [...findTopic(input.TopicArn, context).subscriptions.values()];
    const { items, nextToken } = page(all, undefined, input.NextToken, () => invalidParameter("NextToken"));
    const listed = items.map((each) =>
      each.token === undefined ? each : { ...each, SubscriptionArn: "PendingConfirmation" },
    );
    return { Subscriptions: listed, NextToken: nextToken };
  }, topicResource),
};
