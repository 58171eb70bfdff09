import { type RecordedType, recordedType } from "../recorder";
import type { Field, TypeRow } from "./fields";
import {
  anything,
  arn,
  bool,
  exclusionFilter,
  json,
  list,
  number,
  object,
  oneOf,
  registryPrefix,
  tags,
  text,
} from "./validators";

const secretName = /^[0-9A-Za-z/_+=.@-]+$/;
const iamName = /^[\w+=,.@-]+$/;
const eventName = /^[.\-_A-Za-z0-9]+$/;
const topicName = /^[A-Za-z0-9_-]+$/;
const scheduleName = /^[0-9A-Za-z_.-]+$/;
const policy: Field = { required: true, kind: "json", validate: [json] };
const iamPolicy: Field = { ...policy, kind: "policy" };
const name: Pick<Field, "computed" | "forceNew" | "conflictsWith"> = {
  computed: true,
  forceNew: true,
  conflictsWith: ["namePrefix"],
};
/** Longest automatic name, unless a type says otherwise. Source: pulumi-aws, provider/autonaming.go. */
const AUTO_NAME = { maxLength: 255 };
const tagField: Field = { validate: [tags] };
const mutability = oneOf("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION");
const exclusionFilters: Field = {
  objects: true,
  validate: [list(0, 5, object({ filter: exclusionFilter, filterType: oneOf("WILDCARD") }, ["filter", "filterType"]))],
};
const encryption = object({ encryptionType: oneOf("AES256", "KMS", "KMS_DSSE"), kmsKey: anything });

/**
 * The resource types of this provider, as the AWS provider for Terraform 6 (which Pulumi's version 7 bridges) defines
 * them. Programs should see no difference to the real provider. If there is one, add a line here.
 */
export const TABLE: Readonly<Record<string, TypeRow>> = {
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    title: "ECR Pull Through Cache Rule",
    fields: {
      ecrRepositoryPrefix: { required: true, forceNew: true, validate: [registryPrefix] },
      upstreamRegistryUrl: { required: true, forceNew: true, validate: [text(0, 2048)] },
      upstreamRepositoryPrefix: { forceNew: true, validate: [registryPrefix] },
      credentialArn: { validate: [arn] },
      customRoleArn: { validate: [arn] },
    },
    computed: ["registryId"],
    importId: "<ecrRepositoryPrefix>",
  },
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
    title: "ECR Repository Creation Template",
    fields: {
      prefix: { required: true, forceNew: true, validate: [text(2, 256)] },
      appliedFors: {
        required: true,
        kind: "set",
        validate: [list(1, 3, oneOf("REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"))],
      },
      customRoleArn: { validate: [arn] },
      description: { validate: [text(0, 255)] },
      // Source: SuppressMissingOptionalConfigurationBlock; kms_key is Optional and Computed.
      encryptionConfigurations: {
        keptWhenMissing: true,
        computedItems: ["kmsKey"],
        objects: true,
        validate: [list(0, 1, encryption)],
      },
      imageTagMutability: { default: "MUTABLE", validate: [mutability] },
      imageTagMutabilityExclusionFilters: exclusionFilters,
      lifecyclePolicy: { kind: "json", validate: [json] },
      repositoryPolicy: { kind: "json", validate: [json] },
      resourceTags: tagField,
    },
    computed: ["registryId"],
    importId: "<prefix>",
  },
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
    title: "ECR Registry Scanning Configuration",
    fields: {
      scanType: { required: true, validate: [oneOf("BASIC", "ENHANCED")] },
      rules: {
        kind: "set",
        objects: true,
        validate: [
          list(
            0,
            100,
            object(
              {
                scanFrequency: oneOf("SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"),
                repositoryFilters: list(
                  1,
                  100,
                  object(
                    {
                      filter: text(1, 256, /^[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*$/),
                      filterType: oneOf("WILDCARD"),
                    },
                    ["filter", "filterType"],
                  ),
                ),
              },
              ["scanFrequency", "repositoryFilters"],
            ),
          ),
        ],
      },
    },
    computed: ["registryId"],
    importId: "<registryId>",
  },
  "aws:ecr/registryPolicy:RegistryPolicy": {
    title: "ECR Registry Policy",
    fields: { policy },
    computed: ["registryId"],
    importId: "<registryId>",
  },
  "aws:ecr/repository:Repository": {
    title: "ECR Repository",
    fields: {
      name: { forceNew: true, validate: [text(2, 256)] },
      encryptionConfigurations: {
        forceNew: true,
        keptWhenMissing: true,
        computedItems: ["kmsKey"],
        objects: true,
        validate: [list(0, 1, encryption)],
      },
      forceDelete: { writeOnly: true, validate: [bool] },
      imageScanningConfiguration: {
        keptWhenMissing: true,
        objects: true,
        validate: [object({ scanOnPush: bool }, ["scanOnPush"])],
      },
      imageTagMutability: { default: "MUTABLE", validate: [mutability] },
      imageTagMutabilityExclusionFilters: exclusionFilters,
      tags: tagField,
    },
    computed: ["arn", "registryId", "repositoryUrl"],
    tagged: true,
    autoName: AUTO_NAME,
    awaited: true,
    importId: "<name>",
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    title: "ECR Lifecycle Policy",
    deleteBeforeReplace: true,
    fields: { repository: { required: true, forceNew: true }, policy: { ...policy, forceNew: true } },
    computed: ["registryId"],
    awaited: true,
    importId: "<repository>",
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    title: "ECR Repository Policy",
    fields: { repository: { required: true, forceNew: true }, policy },
    computed: ["registryId"],
    awaited: true,
    importId: "<repository>",
  },
  "aws:secretsmanager/secret:Secret": {
    title: "Secrets Manager Secret",
    fields: {
      name: { ...name, validate: [text(1, 512, secretName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(0, 486, secretName)] },
      description: {},
      kmsKeyId: {},
      // Without a policy, an existing one is not changed. "{}" deletes it.
      policy: { kind: "json", computed: true, validate: [json] },
      recoveryWindowInDays: { default: 30, writeOnly: true, validate: [number(7, 30, 0)] },
      forceOverwriteReplicaSecret: { default: false, writeOnly: true, validate: [bool] },
      replicas: { computed: true, kind: "set", objects: true },
      type: { forceNew: true },
      tags: tagField,
    },
    computed: ["arn"],
    tagged: true,
    autoName: AUTO_NAME,
    awaited: true,
    importId: "<ARN>",
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    title: "Secrets Manager Secret Version",
    fields: {
      secretId: { required: true, forceNew: true },
      secretString: { forceNew: true, conflictsWith: ["secretBinary"] },
      secretBinary: { forceNew: true },
      versionStages: { computed: true, kind: "set" },
    },
    computed: ["arn", "versionId"],
    secretOutputs: ["secretString", "secretBinary"],
    awaited: true,
    importId: "<secret ARN>|<versionId>",
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    title: "Secrets Manager Secret Policy",
    awaited: true,
    fields: {
      secretArn: { required: true, forceNew: true, validate: [arn] },
      policy,
      blockPublicPolicy: { writeOnly: true, validate: [bool] },
    },
    computed: [],
    importId: "<secret ARN>",
  },
  "aws:iam/role:Role": {
    title: "IAM Role",
    fields: {
      assumeRolePolicy: policy,
      name: { ...name, validate: [text(1, 64, iamName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 38, iamName)] },
      description: { validate: [text(0, 1000)] },
      forceDetachPolicies: { default: false, writeOnly: true, validate: [bool] },
      inlinePolicies: { computed: true, kind: "set", objects: true },
      managedPolicyArns: { computed: true, kind: "set", validate: [list(0, 20, arn)] },
      maxSessionDuration: { default: 3600, validate: [number(3600, 43200)] },
      path: { default: "/", forceNew: true, validate: [text(1, 512)] },
      permissionsBoundary: { validate: [arn] },
      tags: tagField,
    },
    computed: ["arn", "createDate", "uniqueId"],
    regional: false,
    tagged: true,
    autoName: { maxLength: 64 },
    awaited: true,
    importId: "<name>",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    title: "IAM Role Policy",
    fields: {
      role: { required: true, forceNew: true },
      policy: iamPolicy,
      name: { ...name, validate: [text(1, 128, iamName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 102, iamName)] },
    },
    computed: [],
    regional: false,
    autoName: AUTO_NAME,
    awaited: true,
    importId: "<role>:<name>",
  },
  "aws:iam/policy:Policy": {
    title: "IAM Policy",
    fields: {
      policy: iamPolicy,
      name: { ...name, validate: [text(1, 128, iamName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 102, iamName)] },
      description: { forceNew: true, validate: [text(0, 1000)] },
      path: { default: "/", forceNew: true },
      tags: tagField,
    },
    computed: ["arn", "attachmentCount", "policyId"],
    regional: false,
    tagged: true,
    autoName: AUTO_NAME,
    awaited: true,
    importId: "<ARN>",
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    title: "IAM Role Policy Attachment",
    deleteBeforeReplace: true,
    awaited: true,
    fields: {
      role: { required: true, forceNew: true },
      policyArn: { required: true, forceNew: true, validate: [arn] },
    },
    computed: [],
    regional: false,
    importId: "<role>/<policy ARN>",
  },
  "aws:cloudwatch/eventRule:EventRule": {
    title: "EventBridge Rule",
    fields: {
      name: { ...name, validate: [text(1, 64, eventName)] },
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
    importId: "<name>",
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
    importId: "<rule>/<targetId>",
  },
  "aws:sns/topic:Topic": {
    title: "SNS Topic",
    fields: {
      name: { ...name, validate: [text(1, 256, topicName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 230, topicName)] },
      displayName: {},
      kmsMasterKeyId: {},
      policy: { kind: "policy", computed: true, validate: [json] },
      tags: tagField,
    },
    computed: ["arn", "owner"],
    tagged: true,
    autoName: AUTO_NAME,
    importId: "<ARN>",
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    title: "SNS Topic Policy",
    fields: { arn: { required: true, forceNew: true, validate: [arn] }, policy: iamPolicy },
    computed: ["owner"],
    importId: "<topic ARN>",
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
    importId: "<ARN>",
  },
  "aws:scheduler/schedule:Schedule": {
    title: "EventBridge Scheduler Schedule",
    fields: {
      name: { ...name, validate: [text(1, 64, scheduleName)] },
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
    importId: "<group>/<name>",
  },
};

const ACCOUNT = "000000000000";
const arnOf =
  (service: string, kind: string): RecordedType["compute"] =>
  (id, inputs) => ({
    arn: `arn:aws:${service}:${inputs.region ?? "us-east-1"}:${ACCOUNT}:${kind}/${inputs.name ?? inputs.family ?? id}`,
  });

/** Types without an emulator: they keep what a program gives them. */
export const RECORDED = {
  "aws:ecs/cluster:Cluster": recordedType({ computed: ["arn"], compute: arnOf("ecs", "cluster") }),
  "aws:ecs/service:Service": recordedType({ computed: ["arn"], compute: arnOf("ecs", "service") }),
  "aws:ecs/taskDefinition:TaskDefinition": recordedType({
    computed: ["arn", "revision"],
    forceNew: [
      "containerDefinitions",
      "cpu",
      "memory",
      "family",
      "executionRoleArn",
      "taskRoleArn",
      "networkMode",
      "volumes",
    ],
    compute: (id, inputs) => ({ ...arnOf("ecs", "task-definition")?.(id, inputs), revision: 1 }),
  }),
  "aws:batch/jobDefinition:JobDefinition": recordedType({
    computed: ["arn", "revision"],
    compute: arnOf("batch", "job-definition"),
  }),
  "aws:apprunner/service:Service": recordedType({
    computed: ["arn", "serviceUrl"],
    compute: arnOf("apprunner", "service"),
  }),
  "aws:lambda/function:Function": recordedType({ computed: ["arn", "version"], compute: arnOf("lambda", "function") }),
} as const;
