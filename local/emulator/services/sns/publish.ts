import { parseArn } from "../../aws";
import type { Cloud } from "../../context";
import { isAllowed } from "../../policy/authorize";
import type { Principal } from "../../policy/principal";
import { resourcePolicies } from "../../policy/resource-policies";
import { sendMessage } from "./email";

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
  const question = { principal, action: "sns:Publish", resource: topicArn, account, region };
  if (!isAllowed(cloud, question, resourcePolicies(cloud, topicArn, question.action))) return;
  for (const subscription of topic.subscriptions.values()) {
    if (subscription.token === undefined) sendMessage(cloud, topic, subscription, message);
  }
}
