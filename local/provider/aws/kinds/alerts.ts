import type { Properties } from "../../wire";
import { eventually, says } from "../errors";
import { type Ask, type Kinds, only, PREFIX, REPLACES, within } from "./kind";

const MISSING = ["ResourceNotFoundException"];
const TOPIC_MISSING = ["NotFoundException"];
/** Attributes of a topic, by property. */
const ATTRIBUTES = { displayName: "DisplayName", kmsMasterKeyId: "KmsMasterKeyId", policy: "Policy" };

/** The types of EventBridge, its Scheduler and SNS. Sources: hashicorp/terraform-provider-aws, internal/service/events, scheduler, sns. */
export const ALERTS: Kinds = {
  "aws:cloudwatch/eventRule:EventRule": {
    title: "EventBridge Rule",
    service: "events",
    model: "PutRule",
    fields: {
      name: REPLACES,
      namePrefix: PREFIX,
      description: {},
      eventPattern: { form: "json" },
      forceDestroy: { default: false, writeOnly: true },
      scheduleExpression: {},
      state: { keptWhenMissing: true },
    },
    missing: MISSING,
    tags: { member: "ResourceARN", by: "arn", list: true },
    awaited: true,
    async create({ call, sent }) {
      await call("putRule", sent);
      return sent.Name;
    },
    read: ({ call, id }) => call("describeRule", { Name: id }),
    async update({ call, sent, changed }) {
      if ([...changed].some((key) => !["tags", "tagsAll", "forceDestroy"].includes(key))) await call("putRule", sent);
    },
    delete: ({ call, id, state }) =>
      eventually(
        (error) => says(error, "ValidationException", /since it has targets/),
        () => call("deleteRule", { Name: id, Force: state.forceDestroy === true }),
      ),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    title: "EventBridge Target",
    service: "events",
    model: "PutTargets",
    fields: {
      arn: {},
      rule: REPLACES,
      forceDestroy: { default: false, writeOnly: true },
      input: {},
      inputTransformer: {},
      roleArn: {},
      targetId: { ...REPLACES, api: "Id" },
    },
    missing: MISSING,
    async create(ask) {
      await putTarget(ask);
      return `${ask.inputs.rule}-${ask.inputs.targetId}`;
    },
    async read({ call, state }) {
      const { Targets } = await call("listTargetsByRule", { Rule: state.rule });
      const target = (Targets as Properties[] | undefined)?.find(({ Id }) => Id === state.targetId);
      const { InputPathsMap, InputTemplate } = within(target ?? {}, "InputTransformer");
      const InputTransformer = InputTemplate && { InputPaths: InputPathsMap, InputTemplate };
      return target && { ...target, Rule: state.rule, InputTransformer };
    },
    async update(ask) {
      if ([...ask.changed].some((key) => key !== "forceDestroy")) await putTarget(ask);
    },
    delete: async ({ call, state }) => {
      const { rule, targetId, forceDestroy } = state;
      refuseFailed(await call("removeTargets", { Rule: rule, Ids: [targetId], Force: forceDestroy === true }));
    },
  },
  "aws:sns/topic:Topic": {
    title: "SNS Topic",
    service: "sns",
    model: "CreateTopic",
    fields: {
      name: REPLACES,
      namePrefix: PREFIX,
      displayName: { apart: true },
      kmsMasterKeyId: { apart: true },
      policy: { form: "policy", apart: true },
    },
    outputs: { arn: "TopicArn" },
    missing: TOPIC_MISSING,
    tags: { member: "ResourceArn", by: "arn", list: true },
    async create(ask) {
      const { TopicArn } = await ask.call("createTopic", ask.sent);
      ask.exists(String(TopicArn));
      await setAttributes({ ...ask, id: String(TopicArn) }, (property) => ask.inputs[property] !== undefined);
      return TopicArn;
    },
    async read({ call, id }) {
      const attributes = within(await call("getTopicAttributes", { TopicArn: id }), "Attributes");
      return { ...attributes, Name: id.split(":").at(-1) };
    },
    update: (ask) => setAttributes(ask, (property) => ask.changed.has(property)),
    delete: ({ call, id }) => call("deleteTopic", { TopicArn: id }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    title: "SNS Topic Policy",
    service: "sns",
    model: "SetTopicAttributes",
    fields: { arn: { ...REPLACES, api: "TopicArn" }, policy: { form: "policy" } },
    missing: TOPIC_MISSING,
    async create({ call, sent }) {
      await call("setTopicAttributes", policyOf(sent.TopicArn, sent.Policy));
      return sent.TopicArn;
    },
    read: async ({ call, id }) => within(await call("getTopicAttributes", { TopicArn: id }), "Attributes"),
    update: ({ call, id, sent }) => call("setTopicAttributes", policyOf(id, sent.Policy)),
    // A topic always has a policy, so it gets the default one back, which allows its owner everything.
    delete: ({ call, id, state }) => call("setTopicAttributes", policyOf(id, defaultPolicy(id, state.owner))),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    title: "SNS Topic Subscription",
    service: "sns",
    model: "Subscribe",
    fields: { topic: { ...REPLACES, api: "TopicArn" }, protocol: REPLACES, endpoint: REPLACES },
    outputs: { arn: "SubscriptionArn", ownerId: "Owner" },
    missing: TOPIC_MISSING,
    awaited: true,
    create: async ({ call, sent }) =>
      (await call("subscribe", { ...sent, ReturnSubscriptionArn: true })).SubscriptionArn,
    async read({ call, id }) {
      const found = within(await call("getSubscriptionAttributes", { SubscriptionArn: id }), "Attributes");
      const { PendingConfirmation, ConfirmationWasAuthenticated } = found;
      return {
        ...found,
        PendingConfirmation: PendingConfirmation === "true",
        ConfirmationWasAuthenticated: ConfirmationWasAuthenticated === "true",
      };
    },
    // AWS removes a subscription that nobody confirms. Until then it cannot be deleted.
    delete: ({ call, id }) =>
      call("unsubscribe", { SubscriptionArn: id }).catch((error: Error) => {
        if (!says(error, "InvalidParameterException", /pending confirmation/)) throw error;
      }),
  },
  "aws:scheduler/schedule:Schedule": {
    title: "EventBridge Scheduler Schedule",
    service: "scheduler",
    model: "CreateSchedule",
    fields: {
      name: REPLACES,
      namePrefix: PREFIX,
      groupName: { ...REPLACES },
      description: {},
      scheduleExpression: {},
      scheduleExpressionTimezone: { default: "UTC" },
      state: { default: "ENABLED" },
      actionAfterCompletion: {},
      flexibleTimeWindow: {},
      target: {},
    },
    missing: MISSING,
    async create({ call, sent }) {
      const { ScheduleArn } = await eventually(isRoleUnknown, () => call("createSchedule", sent));
      return String(ScheduleArn).split("/").slice(1).join("/");
    },
    async read({ call, id }) {
      const found = await call("getSchedule", scheduleOf(id));
      return { ...found, Target: only(within(found, "Target"), "Arn", "RoleArn", "Input") };
    },
    update: ({ call, sent }) => eventually(isRoleUnknown, () => call("updateSchedule", sent)),
    delete: ({ call, id }) => call("deleteSchedule", scheduleOf(id)),
  },
};

async function putTarget({ call, sent }: Ask): Promise<void> {
  const { Rule, InputTransformer, ...target } = sent;
  const { InputPaths, InputTemplate } = (InputTransformer ?? {}) as Properties;
  const transformer = InputTemplate === undefined ? undefined : { InputPathsMap: InputPaths, InputTemplate };
  refuseFailed(await call("putTargets", { Rule, Targets: [{ ...target, InputTransformer: transformer }] }));
}

/** EventBridge answers with success, and names what failed. */
function refuseFailed({ FailedEntries }: Properties): void {
  const entries = (FailedEntries ?? []) as unknown[];
  if (entries.length > 0) throw new Error(JSON.stringify(entries));
}

async function setAttributes({ call, id, inputs }: Ask, wanted: (property: string) => boolean): Promise<void> {
  for (const [property, AttributeName] of Object.entries(ATTRIBUTES).filter(([property]) => wanted(property))) {
    const AttributeValue = inputs[property] ?? "";
    // An empty policy is ignored: putTopicAttributes.
    if (property !== "policy" || AttributeValue !== "")
      await call("setTopicAttributes", { TopicArn: id, AttributeName, AttributeValue });
  }
}

function policyOf(TopicArn: unknown, AttributeValue: unknown): object {
  return { TopicArn, AttributeName: "Policy", AttributeValue };
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

function isRoleUnknown(error: Error): boolean {
  return says(error, "ValidationException", /The execution role you provide must allow/);
}

function scheduleOf(id: string): object {
  const [GroupName, Name] = id.split("/");
  return { GroupName, Name };
}
