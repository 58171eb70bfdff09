import { randomBytes, randomUUID } from "node:crypto";
import type { SNS } from "@aws-sdk/client-sns";
import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { found } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { page } from "../pages";
import { sendConfirmation } from "./publish";
import { invalidParameter, notFound, onTopic } from "./topics";

interface SubscriptionInput {
  readonly SubscriptionArn: string;
}

const topicOf = ({ SubscriptionArn }: SubscriptionInput) => SubscriptionArn.replace(/:[^:]+$/, "");

function lookUp(input: SubscriptionInput, context: CallContext) {
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+:[^:]+$/.test(input.SubscriptionArn))
    throw invalidParameter("SubscriptionArn");
  const { account = "", region = "" } = parseArn(input.SubscriptionArn) ?? {};
  const topic = context.cloud.store.region(account, region).topics.get(topicOf(input));
  return { topic, subscription: topic?.subscriptions.get(input.SubscriptionArn) };
}

export const subscriptions: OperationsOf<SNS> = {
  /** The emulator delivers only by email. As on AWS, nothing is delivered before the receiver confirms. */
  Subscribe: onTopic((topic, input, { cloud }) => {
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
    if (subscription.token !== undefined) sendConfirmation(cloud, topic, subscription);
    const shown = subscription.token === undefined || input.ReturnSubscriptionArn === true;
    return { SubscriptionArn: shown ? subscription.SubscriptionArn : "pending confirmation" };
  }),
  ConfirmSubscription: onTopic(({ subscriptions }, { Token }) => {
    const waiting = [...subscriptions.values()].find(({ token }) => token === Token);
    const subscription = found(waiting, () => invalidParameter("Token"));
    subscription.token = undefined;
    return subscription;
  }),
  // To unsubscribe twice succeeds. Source: a test of localstack that was run against AWS, `test_unsubscribe_idempotency`
  // in tests/aws/services/sns/test_sns.py.
  Unsubscribe: operation((input, context) => {
    const { topic, subscription } = lookUp(input, context);
    // Words that the real provider looks for: hashicorp/terraform-provider-aws, internal/service/sns/topic_subscription.go.
    if (subscription?.token !== undefined) {
      throw invalidParameter("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation");
    }
    topic?.subscriptions.delete(input.SubscriptionArn);
  }, topicOf),
  GetSubscriptionAttributes: operation((input, context) => {
    const { token, ...attributes } = found(lookUp(input, context).subscription, () => notFound("Subscription"));
    return {
      Attributes: {
        ...attributes,
        PendingConfirmation: String(token !== undefined),
        ConfirmationWasAuthenticated: "false",
        RawMessageDelivery: "false",
      },
    };
  }, topicOf),
  ListSubscriptionsByTopic: onTopic(({ subscriptions }, input) => {
    const all = [...subscriptions.values()];
    const { items, nextToken } = page(all, undefined, input.NextToken, () => invalidParameter("NextToken"));
    const listed = items.map((each) =>
      each.token === undefined ? each : { ...each, SubscriptionArn: "PendingConfirmation" },
    );
    return { Subscriptions: listed, NextToken: nextToken };
  }),
};
