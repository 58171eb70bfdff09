import { parseArn } from "../../aws";
import type { Cloud } from "../../context";
import type { Subscription, Topic } from "../../state/model";

function send(cloud: Cloud, topic: Topic, to: string, subject: string, body: string): void {
  const from = `${topic.attributes.get("DisplayName") ?? "AWS Notifications"} <no-reply@sns.amazonaws.com>`;
  cloud.mailbox.push({ to, from, subject, body, time: new Date(cloud.clock.now()).toISOString() });
}

const link = (topic: Topic, page: string, query: Record<string, string>) =>
  `https://sns.${parseArn(topic.arn)?.region}.amazonaws.com/${page}.html?${new URLSearchParams(query)}`;

export function sendConfirmation(cloud: Cloud, topic: Topic, { Endpoint, token = "" }: Subscription): void {
  const confirm = link(topic, "confirmation", { TopicArn: topic.arn, Token: token, Endpoint });
  const body = `You have chosen to subscribe to the topic:\n${topic.arn}\n\nTo confirm this subscription, open:\n${confirm}\n`;
  send(cloud, topic, Endpoint, "AWS Notification - Subscription Confirmation", body);
}

/** A message without its own subject, as EventBridge and EventBridge Scheduler publish it. */
export function sendMessage(
  cloud: Cloud,
  topic: Topic,
  { Endpoint, SubscriptionArn }: Subscription,
  message: string,
): void {
  const leave = link(topic, "unsubscribe", { SubscriptionArn, Endpoint });
  send(
    cloud,
    topic,
    Endpoint,
    "AWS Notification Message",
    `${message}\n\n--\nTo stop receiving these mails, open:\n${leave}\n`,
  );
}
