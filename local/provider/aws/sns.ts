import { isAwsError, unlessMissing } from "./errors";
import { fromTagList, type Operations, str, toTagList, updateTags } from "./operations";

/** Sources: hashicorp/terraform-provider-aws, internal/service/sns/topic.go, topic_policy.go and topic_subscription.go. */

const MISSING = ["NotFoundException"];
/** Attributes of a topic that this provider supports, by property. */
const ATTRIBUTES = { displayName: "DisplayName", kmsMasterKeyId: "KmsMasterKeyId", policy: "Policy" } as const;

export const topic: Operations = {
  async create(aws, inputs, exists) {
    const sns = await aws.sns();
    const { TopicArn } = await sns.createTopic({ Name: String(inputs.name), Tags: toTagList(inputs.tagsAll) });
    const arn = String(TopicArn);
    exists(arn);
    for (const [property, AttributeName] of Object.entries(ATTRIBUTES)) {
      const AttributeValue = str(inputs[property]);
      if (AttributeValue !== undefined) await sns.setTopicAttributes({ TopicArn: arn, AttributeName, AttributeValue });
    }
    return arn;
  },
  async read(aws, id) {
    const sns = await aws.sns();
    const found = await unlessMissing(MISSING, () => sns.getTopicAttributes({ TopicArn: id }));
    if (!found) return undefined;
    const { Tags } = await sns.listTagsForResource({ ResourceArn: id });
    const { Attributes = {} } = found;
    return {
      arn: Attributes.TopicArn,
      name: Attributes.TopicArn?.split(":").at(-1),
      owner: Attributes.Owner,
      displayName: Attributes.DisplayName,
      kmsMasterKeyId: Attributes.KmsMasterKeyId,
      policy: Attributes.Policy,
      tagsAll: fromTagList(Tags as { Key?: string; Value?: string }[] | undefined),
    };
  },
  async update(aws, args) {
    const sns = await aws.sns();
    const { id, inputs, changed } = args;
    for (const [property, AttributeName] of Object.entries(ATTRIBUTES)) {
      const AttributeValue = str(inputs[property]) ?? "";
      // An empty policy is ignored: putTopicAttributes.
      if (changed.has(property) && !(property === "policy" && AttributeValue === ""))
        await sns.setTopicAttributes({ TopicArn: id, AttributeName, AttributeValue });
    }
    await updateTags(
      args,
      (Tags) => sns.tagResource({ ResourceArn: id, Tags }),
      (TagKeys) => sns.untagResource({ ResourceArn: id, TagKeys }),
    );
  },
  async delete(aws, id) {
    const sns = await aws.sns();
    await unlessMissing(MISSING, () => sns.deleteTopic({ TopicArn: id }));
  },
};

export const topicPolicy: Operations = {
  async create(aws, inputs) {
    const sns = await aws.sns();
    const TopicArn = String(inputs.arn);
    await sns.setTopicAttributes({ TopicArn, AttributeName: "Policy", AttributeValue: String(inputs.policy) });
    return TopicArn;
  },
  async read(aws, id) {
    const sns = await aws.sns();
    const found = await unlessMissing(MISSING, () => sns.getTopicAttributes({ TopicArn: id }));
    return found && { arn: id, owner: found.Attributes?.Owner, policy: found.Attributes?.Policy };
  },
  async update(aws, { id, inputs }) {
    const sns = await aws.sns();
    await sns.setTopicAttributes({ TopicArn: id, AttributeName: "Policy", AttributeValue: String(inputs.policy) });
  },
  // A topic always has a policy, so it gets the default one back, which allows its owner everything.
  async delete(aws, id, state) {
    const sns = await aws.sns();
    const actions = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"];
    const policy = {
      Version: "2008-10-17",
      Id: "__default_policy_ID",
      Statement: [
        {
          Sid: "__default_statement_ID",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: [...actions, "Subscribe", "ListSubscriptionsByTopic", "Publish", "Receive"].map(
            (action) => `SNS:${action}`,
          ),
          Resource: id,
          Condition: { StringEquals: { "AWS:SourceOwner": state.owner } },
        },
      ],
    };
    const AttributeValue = JSON.stringify(policy);
    await unlessMissing(MISSING, () =>
      sns.setTopicAttributes({ TopicArn: id, AttributeName: "Policy", AttributeValue }),
    );
  },
};

export const topicSubscription: Operations = {
  async create(aws, inputs) {
    const sns = await aws.sns();
    const { SubscriptionArn } = await sns.subscribe({
      TopicArn: String(inputs.topic),
      Protocol: String(inputs.protocol),
      Endpoint: String(inputs.endpoint),
      ReturnSubscriptionArn: true,
    });
    return String(SubscriptionArn);
  },
  async read(aws, id) {
    const sns = await aws.sns();
    const found = await unlessMissing(MISSING, () => sns.getSubscriptionAttributes({ SubscriptionArn: id }));
    const { Attributes = {} } = found ?? {};
    return (
      found && {
        arn: Attributes.SubscriptionArn,
        topic: Attributes.TopicArn,
        protocol: Attributes.Protocol,
        endpoint: Attributes.Endpoint,
        ownerId: Attributes.Owner,
        pendingConfirmation: Attributes.PendingConfirmation === "true",
        confirmationWasAuthenticated: Attributes.ConfirmationWasAuthenticated === "true",
      }
    );
  },
  async delete(aws, id) {
    const sns = await aws.sns();
    try {
      await sns.unsubscribe({ SubscriptionArn: id });
    } catch (error) {
      // AWS removes a subscription that nobody confirms. Until then it cannot be deleted.
      if (!isAwsError(error, "InvalidParameterException") || !/pending confirmation/.test((error as Error).message))
        throw error;
    }
  },
};
