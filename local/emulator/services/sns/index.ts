import type { Operations } from "../../operation";
import * as subscriptions from "./subscriptions";
import * as topics from "./topics";

/** The operations of Amazon SNS that the emulator knows: standard topics with subscriptions by email. */
export const snsOperations: Operations = {
  CreateTopic: topics.CreateTopic,
  GetTopicAttributes: topics.GetTopicAttributes,
  SetTopicAttributes: topics.SetTopicAttributes,
  DeleteTopic: topics.DeleteTopic,
  ListTagsForResource: topics.ListTagsForResource,
  TagResource: topics.TagResource,
  UntagResource: topics.UntagResource,
  Subscribe: subscriptions.Subscribe,
  ConfirmSubscription: subscriptions.ConfirmSubscription,
  Unsubscribe: subscriptions.Unsubscribe,
  GetSubscriptionAttributes: subscriptions.GetSubscriptionAttributes,
  ListSubscriptionsByTopic: subscriptions.ListSubscriptionsByTopic,
};
