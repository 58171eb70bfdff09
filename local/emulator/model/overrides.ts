import type { Shape } from "./model";

interface Override {
  readonly shape: Shape;
  readonly source: string;
}

/** A shape of which the emulator knows some members: it would do something else than AWS if it ignored the others. */
const knows = (...members: string[]): Override => ({
  shape: { type: "structure", known: members.join(" ").split(" ") },
  source: "the emulator",
});
const SCHEDULE = knows(
  "Name GroupName ScheduleExpression Description ScheduleExpressionTimezone State Target",
  "FlexibleTimeWindow ClientToken ActionAfterCompletion",
);

/** Where AWS does something else than its model says, or the emulator less, by service and shape. */
export const OVERRIDES: Readonly<Record<string, Readonly<Record<string, Override>>>> = {
  ecr: {
    DescribeImagesRequest: knows("registryId repositoryName nextToken maxResults"),
    GetLifecyclePolicyPreviewRequest: knows("registryId repositoryName"),
    ListImageReferrersRequest: knows("registryId repositoryName subjectId nextToken maxResults"),
    ScanningRepositoryFilterValue: {
      shape: { type: "string", pattern: "[a-z0-9*]+([._\\-/][a-z0-9*]+)*" },
      source: "the same texts as the model's pattern, on which JavaScript backtracks exponentially",
    },
    TagKey: {
      shape: { type: "string", min: 1, max: 128 },
      source: "AWS General Reference, tag naming limits and requirements; the model has none",
    },
    TagValue: {
      shape: { type: "string", min: 0, max: 256 },
      source: "AWS General Reference, tag naming limits and requirements; the model has none",
    },
  },
  events: {
    PutRuleRequest: knows("Name EventPattern State Description RoleArn Tags EventBusName"),
    Target: knows("Id Arn InputTransformer"),
  },
  scheduler: {
    CreateScheduleInput: SCHEDULE,
    UpdateScheduleInput: SCHEDULE,
    Target: knows("Arn RoleArn Input"),
  },
  sts: { AssumeRoleRequest: knows("RoleArn RoleSessionName DurationSeconds") },
  secretsmanager: {
    CreateSecretRequest: knows(
      "Name ClientRequestToken Description KmsKeyId SecretString Tags ForceOverwriteReplicaSecret",
    ),
    UpdateSecretRequest: knows("SecretId ClientRequestToken Description KmsKeyId SecretString"),
    PutSecretValueRequest: knows("SecretId ClientRequestToken SecretString"),
    UpdateSecretVersionStageRequest: knows("SecretId VersionStage RemoveFromVersionId"),
    ListSecretsRequest: knows("IncludePlannedDeletion MaxResults NextToken Filters"),
  },
  sns: { CreateTopicInput: knows("Name Attributes Tags") },
  iam: {
    SimulatePrincipalPolicyRequest: knows("PolicySourceArn ActionNames ResourceArns ContextEntries MaxItems Marker"),
    PermissionsBoundaryAttachmentType: {
      shape: { type: "string", enum: ["Policy"] },
      source: "IAM API reference, AttachedPermissionsBoundary: the value is Policy; the model has another word",
    },
  },
};
