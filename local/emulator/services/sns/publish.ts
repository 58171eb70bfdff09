import { parseArn } from "../../aws";
import type { Cloud } from "../../context";
import type { Principal } from "../../policy/principal";
import { isAllowedOn } from "../../policy/resource-policies";
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

/**
 * Publishes a message to a topic as an AWS service. Nothing happens if the topic's policy or the role does not allow
 * it. A topic that is encrypted with KMS cannot be reached: the managed key's policy does not let services use it, and
 * the emulator has no other keys (Amazon SNS Developer Guide, "Enable compatibility between event sources and encrypted
 * topics").
 */
export function publish(cloud: Cloud, principal: Principal, topicArn: string, message: string): void {
  const { account = "", region = "" } = parseArn(topicArn) ?? {};
  const topic = cloud.store.region(account, region).topics.get(topicArn);
  if (topic === undefined || topic.attributes.has("KmsMasterKeyId")) return;
  if (!isAllowedOn(cloud, { principal, action: "sns:Publish", resource: topicArn, account, region })) return;
  for (const { Endpoint, SubscriptionArn, token } of topic.subscriptions.values()) {
    if (token !== undefined) continue;
    const leave = link(topic, "unsubscribe", { SubscriptionArn, Endpoint });
    const body = `${message}\n\n--\nTo stop receiving these mails, open:\n${leave}\n`;
    // Messages of EventBridge and EventBridge Scheduler have no subject of their own.
    send(cloud, topic, Endpoint, "AWS Notification Message", body);
  }
}
