import type { TypeRow } from "../fields";
import { anything, arn, bool, json, number, object, oneOf, text } from "../validators";
import { AUTO_NAME, iamPolicy, NAME, tagField } from "./common";

const eventName = /^[.\-_A-Za-z0-9]+$/;
const topicName = /^[A-Za-z0-9_-]+$/;
const scheduleName = /^[0-9A-Za-z_.-]+$/;

/** The types of Amazon EventBridge, its Scheduler and Amazon SNS. */
export const ALERTS: Readonly<Record<string, TypeRow>> = {
  "aws:cloudwatch/eventRule:EventRule": {
    title: "EventBridge Rule",
    fields: {
      name: { ...NAME, validate: [text(1, 64, eventName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 64, eventName)] },
      description: { validate: [text(0, 512)] },
      eventBusName: { default: "default", forceNew: true, validate: [oneOf("default")] },
      eventPattern: { kind: "json", validate: [json, text(0, 4096)], orElse: ["scheduleExpression"] },
      forceDestroy: { default: false, writeOnly: true, validate: [bool] },
      isEnabled: { keptWhenMissing: true, validate: [bool], conflictsWith: ["state"] },
      roleArn: { validate: [arn] },
      scheduleExpression: { validate: [text(0, 256)] },
      // Source: DiffSuppressFunc of state.
      state: { keptWhenMissing: true, validate: [oneOf("ENABLED", "DISABLED")] },
      tags: tagField,
    },
    computed: ["arn"],
    tagged: true,
    autoName: AUTO_NAME,
    awaited: true,
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    title: "EventBridge Target",
    fields: {
      arn: { required: true, validate: [arn] },
      rule: { required: true, forceNew: true, validate: [text(1, 64, eventName)] },
      eventBusName: { default: "default", forceNew: true, validate: [oneOf("default")] },
      forceDestroy: { default: false, writeOnly: true, validate: [bool] },
      input: { validate: [json, text(0, 8192)], conflictsWith: ["inputPath", "inputTransformer"] },
      inputPath: { validate: [text(0, 256)], conflictsWith: ["input", "inputTransformer"] },
      inputTransformer: {
        objects: true,
        conflictsWith: ["input", "inputPath"],
        validate: [object({ inputPaths: anything, inputTemplate: text(1, 8192) }, ["inputTemplate"])],
      },
      roleArn: { validate: [arn] },
      targetId: { required: true, forceNew: true, validate: [text(1, 64, eventName)] },
    },
    computed: [],
  },
  "aws:sns/topic:Topic": {
    title: "SNS Topic",
    fields: {
      name: { ...NAME, validate: [text(1, 256, topicName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 230, topicName)] },
      displayName: {},
      kmsMasterKeyId: {},
      policy: { kind: "policy", computed: true, validate: [json] },
      tags: tagField,
    },
    computed: ["arn", "owner"],
    tagged: true,
    autoName: AUTO_NAME,
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    title: "SNS Topic Policy",
    fields: { arn: { required: true, forceNew: true, validate: [arn] }, policy: iamPolicy },
    computed: ["owner"],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    title: "SNS Topic Subscription",
    fields: {
      topic: { required: true, forceNew: true, validate: [arn] },
      protocol: {
        required: true,
        forceNew: true,
        validate: [oneOf("application", "email-json", "email", "firehose", "http", "https", "lambda", "sms", "sqs")],
      },
      endpoint: { required: true, forceNew: true },
    },
    computed: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],
    awaited: true,
  },
  "aws:scheduler/schedule:Schedule": {
    title: "EventBridge Scheduler Schedule",
    fields: {
      name: { ...NAME, validate: [text(1, 64, scheduleName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 38, scheduleName)] },
      groupName: { forceNew: true, computed: true, validate: [text(1, 64)] },
      description: { validate: [text(0, 512)] },
      scheduleExpression: { required: true, validate: [text(1, 256)] },
      scheduleExpressionTimezone: { default: "UTC", validate: [text(1, 50)] },
      state: { default: "ENABLED", validate: [oneOf("ENABLED", "DISABLED")] },
      actionAfterCompletion: { computed: true, validate: [oneOf("NONE", "DELETE")] },
      flexibleTimeWindow: {
        required: true,
        objects: true,
        validate: [object({ mode: oneOf("OFF", "FLEXIBLE"), maximumWindowInMinutes: number(1, 1440) }, ["mode"])],
      },
      target: {
        required: true,
        objects: true,
        validate: [object({ arn, roleArn: arn, input: text(1, 262144) }, ["arn", "roleArn"])],
      },
    },
    computed: ["arn"],
    autoName: AUTO_NAME,
  },
};
