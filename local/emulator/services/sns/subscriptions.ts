import { randomBytes, randomUUID } from "node:crypto";
import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { read, write } from "../../operation";
import type { Subscription, Topic } from "../../state/model";
import { page } from "../../validation/pages";
import { boolean, map, required, string, structure } from "../../validation/shape";
import { sendConfirmation } from "./email";
import { invalidParameter, notFound } from "./errors";
import { findTopic } from "./topics";

const PENDING = "pending confirmation";
const PAGE = 100;

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

function findSubscription(subscriptionArn: string, context: CallContext): Found {
  const found = lookUp(subscriptionArn, context);
  if (!found) throw notFound("Subscription");
  return found;
}

/** The emulator delivers only by email. As on AWS, nothing is delivered before the receiver confirms. */
export const Subscribe = write(
  structure({
    TopicArn: required(string()),
    Protocol: required(string()),
    Endpoint: string(),
    Attributes: map(string(), string()),
    ReturnSubscriptionArn: boolean(),
  }),
  (input, context) => {
    const topic = findTopic(input.TopicArn, context);
    if (input.Protocol !== "email") throw invalidParameter("Protocol: the emulator delivers by email only");
    const endpoint = input.Endpoint ?? "";
    if (!/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalidParameter("Email address");
    if (Object.keys(input.Attributes ?? {}).length > 0) throw invalidParameter("Attributes: not known to the emulator");
    const known = [...topic.subscriptions.values()].find((each) => each.endpoint === endpoint);
    const subscription = known ?? {
      arn: `${topic.arn}:${randomUUID()}`,
      endpoint,
      token: randomBytes(32).toString("hex"),
    };
    topic.subscriptions.set(subscription.arn, subscription);
    if (subscription.token !== undefined) sendConfirmation(context.cloud, topic, subscription);
    const shown = subscription.token === undefined || input.ReturnSubscriptionArn === true;
    return { SubscriptionArn: shown ? subscription.arn : PENDING };
  },
  (input) => input.TopicArn,
);

export const ConfirmSubscription = write(
  structure({ TopicArn: required(string()), Token: required(string()), AuthenticateOnUnsubscribe: string() }),
  (input, context) => {
    const topic = findTopic(input.TopicArn, context);
    const subscription = [...topic.subscriptions.values()].find(({ token }) => token === input.Token);
    if (subscription === undefined) throw invalidParameter("Token");
    subscription.token = undefined;
    return { SubscriptionArn: subscription.arn };
  },
  (input) => input.TopicArn,
);

const subscriptionOnly = structure({ SubscriptionArn: required(string()) });
const topicOf = (input: { SubscriptionArn: string }) => input.SubscriptionArn.replace(/:[^:]+$/, "");

// To unsubscribe twice succeeds. Source: a test of localstack that was run against AWS, `test_unsubscribe_idempotency` in
// tests/aws/services/sns/test_sns.py.
export const Unsubscribe = write(
  subscriptionOnly,
  (input, context) => {
    const found = lookUp(input.SubscriptionArn, context);
    if (!found) return;
    const { topic, subscription } = found;
    // Words that the real provider looks for: hashicorp/terraform-provider-aws, internal/service/sns/topic_subscription.go.
    if (subscription.token !== undefined) {
      throw invalidParameter("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation");
    }
    topic.subscriptions.delete(subscription.arn);
  },
  topicOf,
);

export const GetSubscriptionAttributes = read(
  subscriptionOnly,
  (input, context) => {
    const { topic, subscription } = findSubscription(input.SubscriptionArn, context);
    return {
      Attributes: new Map([
        ["SubscriptionArn", subscription.arn],
        ["TopicArn", topic.arn],
        ["Owner", parseArn(topic.arn)?.account ?? ""],
        ["Protocol", "email"],
        ["Endpoint", subscription.endpoint],
        ["PendingConfirmation", String(subscription.token !== undefined)],
        ["ConfirmationWasAuthenticated", "false"],
        ["RawMessageDelivery", "false"],
      ]),
    };
  },
  topicOf,
);

export const ListSubscriptionsByTopic = read(
  structure({ TopicArn: required(string()), NextToken: string() }),
  (input, context) => {
    const topic = findTopic(input.TopicArn, context);
    const all = [...topic.subscriptions.values()];
    const { items, nextToken } = page(all, PAGE, input.NextToken, invalidParameter("NextToken"));
    return {
      Subscriptions: items.map(({ arn, endpoint, token }) => ({
        SubscriptionArn: token === undefined ? arn : "PendingConfirmation",
        Owner: parseArn(topic.arn)?.account,
        Protocol: "email",
        Endpoint: endpoint,
        TopicArn: topic.arn,
      })),
      NextToken: nextToken,
    };
  },
  (input) => input.TopicArn,
);
