import { parseArn, partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import { MalformedPolicy, parsePolicy, RESOURCE_POLICY } from "../../policy/document";
import { requirePermission } from "../../policy/require";
import type { Topic } from "../../state/model";
import { list, map, required, string, structure } from "../../validation/shape";
import { type Tag, tagsFrom, tagsView } from "../tags";
import { invalidParameter, notFound, resourceNotFound } from "./errors";

/** Attributes that the emulator supports. SetTopicAttributes refuses the others. */
const ATTRIBUTES = ["DisplayName", "Policy", "KmsMasterKeyId"] as const;
type Attribute = (typeof ATTRIBUTES)[number];

const arn = string();
const tagKey = string({ min: 1, max: 128 });
const tags = list(structure({ Key: required(tagKey), Value: required(string({ min: 0, max: 256 })) }));
const resourceArn = string({ min: 1, max: 1011 });

export function findTopic(topicArn: string, context: CallContext, missing = () => notFound("Topic")): Topic {
  const parsed = parseArn(topicArn);
  if (parsed?.service !== "sns") throw invalidParameter("TopicArn");
  const topic = context.cloud.store.region(parsed.account, parsed.region).topics.get(topicArn);
  if (topic === undefined || parsed.region !== context.region) throw missing();
  return topic;
}

const tagRefusal = (message: string) => new AwsError("InvalidParameter", `Invalid parameter: Tags Reason: ${message}`);

export const CreateTopic = write(
  structure({
    Name: required(string()),
    Attributes: map(string(), string()),
    Tags: tags,
    DataProtectionPolicy: string(),
  }),
  (input, context) => {
    // CreateTopic's reference: letters, digits, underscores and hyphens, 1 to 256 characters. FIFO topics are not there.
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(input.Name)) throw invalidParameter("Topic Name");
    if (input.DataProtectionPolicy !== undefined) throw invalidParameter("the emulator has no data protection");
    const { account, region } = context;
    const topicArn = arnOf(input, context);
    const { topics } = context.cloud.store.region(account, region);
    // Source: API reference of Amazon SNS, CreateTopic.
    if (input.Tags !== undefined && input.Tags.length > 0) requirePermission(context, "sns:TagResource", topicArn);
    // The reference: creating an existing topic with the same attributes returns its ARN.
    if (topics.has(topicArn)) return { TopicArn: topicArn };
    const topic: Topic = {
      arn: topicArn,
      attributes: new Map(),
      tags: tagsFrom(input.Tags as Tag[] | undefined, tagRefusal),
      subscriptions: new Map(),
    };
    for (const [name, value] of Object.entries(input.Attributes ?? {})) setAttribute(topic, name, value);
    topics.set(topicArn, topic);
    return { TopicArn: topicArn };
  },
  arnOf,
);

function arnOf({ Name }: { Name: string }, { account, region }: CallContext): string {
  return `arn:${partitionOf(region)}:sns:${region}:${account}:${Name}`;
}

function setAttribute(topic: Topic, name: string, value: string): void {
  if (!ATTRIBUTES.includes(name as Attribute)) throw invalidParameter(`AttributeName ${name}`);
  if (name === "DisplayName" && value.length > 100)
    throw invalidParameter("DisplayName must be at most 100 characters");
  if (name === "Policy") checkPolicy(value);
  if (value === "") topic.attributes.delete(name);
  else topic.attributes.set(name, value);
}

function checkPolicy(text: string): void {
  try {
    const statements = parsePolicy(text, RESOURCE_POLICY);
    const foreign = statements.flatMap(({ actions }) => actions ?? []).find((action) => !/^sns:/i.test(action));
    if (foreign !== undefined) throw invalidParameter("Policy statement action out of service scope!");
  } catch (error) {
    if (error instanceof MalformedPolicy) throw invalidParameter(`Policy Error: ${error.message}`);
    throw error;
  }
}

/** The policy of a new topic: its owner may do everything (Amazon SNS Developer Guide, default policy). */
export function topicPolicy(topic: Topic): string {
  const set = topic.attributes.get("Policy");
  if (set !== undefined) return set;
  const account = parseArn(topic.arn)?.account;
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: topic.arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });
}

const topicOnly = structure({ TopicArn: required(arn) });
const topicResource = (input: { TopicArn: string }) => input.TopicArn;

export const GetTopicAttributes = read(
  topicOnly,
  (input, context) => {
    const topic = findTopic(input.TopicArn, context);
    const subscriptions = [...topic.subscriptions.values()];
    return {
      Attributes: new Map([
        ["TopicArn", topic.arn],
        ["Owner", parseArn(topic.arn)?.account ?? ""],
        ["DisplayName", topic.attributes.get("DisplayName") ?? ""],
        ["Policy", topicPolicy(topic)],
        ...[...topic.attributes].filter(([name]) => name === "KmsMasterKeyId"),
        ["SubscriptionsConfirmed", String(subscriptions.filter(({ token }) => token === undefined).length)],
        ["SubscriptionsPending", String(subscriptions.filter(({ token }) => token !== undefined).length)],
      ]),
    };
  },
  topicResource,
);

export const SetTopicAttributes = write(
  structure({ TopicArn: required(arn), AttributeName: required(string()), AttributeValue: string() }),
  (input, context) => setAttribute(findTopic(input.TopicArn, context), input.AttributeName, input.AttributeValue ?? ""),
  topicResource,
);

export const DeleteTopic = write(
  topicOnly,
  (input, context) => {
    // DeleteTopic's reference: deleting a topic that does not exist is no error. Its subscriptions are deleted too.
    const { account = context.account } = parseArn(input.TopicArn) ?? {};
    context.cloud.store.region(account, context.region).topics.delete(input.TopicArn);
  },
  topicResource,
);

interface ResourceInput {
  ResourceArn: string;
}

const resourceInput = (input: ResourceInput) => input.ResourceArn;

/** Operations on tags have an exception of their own. Source: API reference of Amazon SNS, TagResource. */
function tagged({ ResourceArn }: ResourceInput, context: CallContext): Topic {
  return findTopic(ResourceArn, context, resourceNotFound);
}

export const ListTagsForResource = read(
  structure({ ResourceArn: required(resourceArn) }),
  (input, context) => ({ Tags: tagsView(tagged(input, context).tags) }),
  resourceInput,
);

export const TagResource = write(
  structure({ ResourceArn: required(resourceArn), Tags: required(tags) }),
  (input, context) => {
    const topic = tagged(input, context);
    topic.tags = tagsFrom(input.Tags, tagRefusal, topic.tags);
  },
  resourceInput,
);

export const UntagResource = write(
  structure({ ResourceArn: required(resourceArn), TagKeys: required(list(tagKey)) }),
  (input, context) => {
    const topic = tagged(input, context);
    for (const key of input.TagKeys) topic.tags.delete(key);
  },
  resourceInput,
);
