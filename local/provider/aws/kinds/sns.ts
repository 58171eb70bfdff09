import type { Properties } from "../../wire";
import { says } from "../errors";
import { type Ask, kindsOf, PREFIX, REPLACES, within } from "./kind";

/** Attributes of a topic, by property. */
const ATTRIBUTES = { displayName: "DisplayName", kmsMasterKeyId: "KmsMasterKeyId", policy: "Policy" };

/** The types of SNS. Sources: hashicorp/terraform-provider-aws, internal/service/sns. */
export const SNS = kindsOf("SNS", { service: "sns", missing: ["NotFoundException"] } as const, {
  "aws:sns/topic:Topic": {
    creates: "createTopic",
    fields: {
      name: REPLACES,
      namePrefix: PREFIX,
      displayName: { apart: true },
      kmsMasterKeyId: { apart: true },
      policy: { form: "policy", apart: true },
    },
    outputs: { arn: "TopicArn" },
    tags: { member: "ResourceArn", by: "arn", list: true },
    id: ({ TopicArn }) => TopicArn,
    complete: (ask) => setAttributes(ask, (property) => ask.inputs[property] !== undefined),
    read: async ({ call, id }) => ({ ...(await attributesOf(call, id)), Name: id.split(":").at(-1) }),
    update: (ask) => setAttributes(ask, (property) => ask.changed.has(property)),
    delete: ({ call, id }) => call("deleteTopic", { TopicArn: id }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    creates: "setTopicAttributes",
    fields: { arn: { ...REPLACES, api: "TopicArn" }, policy: { form: "policy" } },
    id: ({ TopicArn }) => TopicArn,
    create: ({ call, sent }) => setPolicy(call, sent.TopicArn, sent.Policy),
    read: ({ call, id }) => attributesOf(call, id),
    update: ({ call, id, sent }) => setPolicy(call, id, sent.Policy),
    // A topic always has a policy, so it gets the default one back, which allows its owner everything.
    delete: ({ call, id, state }) => setPolicy(call, id, defaultPolicy(id, state.owner)),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    creates: "subscribe",
    fields: { topic: { ...REPLACES, api: "TopicArn" }, protocol: REPLACES, endpoint: REPLACES },
    outputs: { arn: "SubscriptionArn", ownerId: "Owner" },
    awaited: true,
    id: ({ SubscriptionArn }) => SubscriptionArn,
    create: ({ call, sent }) => call("subscribe", { ...sent, ReturnSubscriptionArn: true }),
    async read({ call, id }) {
      const found = within(await call("getSubscriptionAttributes", { SubscriptionArn: id }), "Attributes");
      const flags = ["PendingConfirmation", "ConfirmationWasAuthenticated"];
      return { ...found, ...Object.fromEntries(flags.map((flag) => [flag, found[flag] === "true"])) };
    },
    // AWS removes a subscription that nobody confirms. Until then it cannot be deleted.
    delete: ({ call, id }) =>
      call("unsubscribe", { SubscriptionArn: id }).catch((error: Error) => {
        if (!says(error, "InvalidParameterException", /pending confirmation/)) throw error;
      }),
  },
});

async function attributesOf(call: Ask["call"], TopicArn: string): Promise<Properties> {
  return within(await call("getTopicAttributes", { TopicArn }), "Attributes");
}

async function setAttributes({ call, id, inputs }: Ask, wanted: (property: string) => boolean): Promise<void> {
  for (const [property, AttributeName] of Object.entries(ATTRIBUTES).filter(([property]) => wanted(property))) {
    const AttributeValue = inputs[property] ?? "";
    // An empty policy is ignored: putTopicAttributes.
    if (property !== "policy" || AttributeValue !== "")
      await call("setTopicAttributes", { TopicArn: id, AttributeName, AttributeValue });
  }
}

function setPolicy(call: Ask["call"], TopicArn: unknown, AttributeValue: unknown): Promise<Properties> {
  return call("setTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue });
}

function defaultPolicy(arn: string, owner: unknown): string {
  const attributes = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"];
  const actions = [...attributes, "Subscribe", "ListSubscriptionsByTopic", "Publish", "Receive"];
  const statement = {
    Sid: "__default_statement_ID",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: actions.map((action) => `SNS:${action}`),
    Resource: arn,
    Condition: { StringEquals: { "AWS:SourceOwner": owner } },
  };
  return JSON.stringify({ Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] });
}
