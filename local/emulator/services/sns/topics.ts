import type { SNS } from "@aws-sdk/client-sns";
import { parseArn, partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError, found } from "../../errors";
import { type OperationsOf, operation, operationsOn } from "../../operation";
import { parsePolicyAs, TOPIC_POLICY } from "../../policy/document";
import { requirePermission } from "../../policy/require";
import type { Topic } from "../../state/model";
import { tagOperations, withTags } from "../tags";

export const invalidParameter = (message: string) => new AwsError("InvalidParameter", `Invalid parameter: ${message}`);
export const notFound = (what: string) => new AwsError("NotFound", `${what} does not exist`);

/** Attributes that the emulator supports. SetTopicAttributes refuses the others. */
const ATTRIBUTES = ["DisplayName", "Policy", "KmsMasterKeyId"];
const TAGS = { invalid: (message: string) => invalidParameter(`Tags Reason: ${message}`) };
const ACTIONS = [
  ..."GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic Subscribe".split(" "),
  ..."ListSubscriptionsByTopic Publish".split(" "),
];

interface TopicInput {
  readonly TopicArn: string;
}
interface ResourceInput {
  readonly ResourceArn: string;
}

export const topicResource = ({ TopicArn }: TopicInput) => TopicArn;
const taggedResource = ({ ResourceArn }: ResourceInput) => ResourceArn;

function findTopic({ TopicArn }: TopicInput, context: CallContext, missing = () => notFound("Topic")): Topic {
  const parsed = parseArn(TopicArn);
  if (parsed?.service !== "sns") throw invalidParameter("TopicArn");
  if (parsed.region !== context.region) throw missing();
  return found(context.cloud.store.region(parsed.account, parsed.region).topics.get(TopicArn), missing);
}

/** Operations on tags have an exception of their own. Source: API reference of Amazon SNS, TagResource. */
const findTagged = ({ ResourceArn }: ResourceInput, context: CallContext) =>
  findTopic({ TopicArn: ResourceArn }, context, () => new AwsError("ResourceNotFound", "Resource does not exist"));

function arnOf({ Name }: { Name: string }, { account, region }: CallContext): string {
  return `arn:${partitionOf(region)}:sns:${region}:${account}:${Name}`;
}

function setAttribute(topic: Topic, name: string, value: string): void {
  if (!ATTRIBUTES.includes(name)) throw invalidParameter(`AttributeName ${name}`);
  if (name === "DisplayName" && value.length > 100) {
    throw invalidParameter("DisplayName must be at most 100 characters");
  }
  if (name === "Policy") parsePolicyAs(value, TOPIC_POLICY, (reason) => invalidParameter(`Policy Error: ${reason}`));
  if (value === "") topic.attributes.delete(name);
  else topic.attributes.set(name, value);
}

/** The policy of a new topic: its owner may do everything (Amazon SNS Developer Guide, default policy). */
export function topicPolicy({ arn, attributes }: Topic): string {
  const statement = {
    Sid: "__default_statement_ID",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ACTIONS.map((action) => `SNS:${action}`),
    Resource: arn,
    Condition: { StringEquals: { "AWS:SourceOwner": parseArn(arn)?.account } },
  };
  const initial = { Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] };
  return attributes.get("Policy") ?? JSON.stringify(initial);
}

export const onTopic = operationsOn(findTopic, topicResource);
const { tag, untag } = tagOperations(findTagged, TAGS, taggedResource);

export const topics: OperationsOf<SNS> = {
  CreateTopic: operation((input, context) => {
    // CreateTopic's reference: letters, digits, underscores and hyphens, 1 to 256 characters. FIFO topics are not there.
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(input.Name)) throw invalidParameter("Topic Name");
    const arn = arnOf(input, context);
    const { topics } = context.cloud.store.region(context.account, context.region);
    // Source: API reference of Amazon SNS, CreateTopic.
    if (input.Tags?.length) requirePermission(context, "sns:TagResource", arn);
    // The reference: creating an existing topic with the same attributes returns its ARN.
    if (topics.has(arn)) return { TopicArn: arn };
    const topic: Topic = { arn, attributes: new Map(), Tags: withTags(TAGS, input.Tags), subscriptions: new Map() };
    for (const [name, value] of Object.entries(input.Attributes ?? {})) setAttribute(topic, name, value);
    topics.set(arn, topic);
    return { TopicArn: arn };
  }, arnOf),
  GetTopicAttributes: onTopic((topic) => {
    const subscriptions = [...topic.subscriptions.values()];
    const confirmed = subscriptions.filter(({ token }) => token === undefined).length;
    return {
      Attributes: {
        TopicArn: topic.arn,
        Owner: parseArn(topic.arn)?.account,
        DisplayName: "",
        ...Object.fromEntries(topic.attributes),
        Policy: topicPolicy(topic),
        SubscriptionsConfirmed: String(confirmed),
        SubscriptionsPending: String(subscriptions.length - confirmed),
      },
    };
  }),
  SetTopicAttributes: onTopic((topic, { AttributeName, AttributeValue = "" }) =>
    setAttribute(topic, AttributeName, AttributeValue),
  ),
  DeleteTopic: operation((input, context) => {
    // DeleteTopic's reference: deleting a topic that does not exist is no error. Its subscriptions are deleted too.
    const { account = context.account } = parseArn(input.TopicArn) ?? {};
    context.cloud.store.region(account, context.region).topics.delete(input.TopicArn);
  }, topicResource),
  ListTagsForResource: operation(findTagged, taggedResource),
  TagResource: tag,
  UntagResource: untag,
};
