import assert from "node:assert/strict";
import { TABLE } from "../../../local/provider/aws/table";
import type { Properties } from "../../../local/provider/wire";
import { check } from "./offline";

const ARN = "arn:aws:sns:us-east-1:111122223333:alerts";
const JSON_TEXT = (length: number) => `{${" ".repeat(Math.max(0, length - 2))}}`;

/**
 * The shortest and the longest text of each property. Source: hashicorp/terraform-provider-aws 6, the validation in
 * each resource's schema.
 */
const LENGTHS: { readonly [type: string]: { readonly [field: string]: readonly [least: number, most: number] } } = {
  PullThroughCacheRule: {
    ecrRepositoryPrefix: [2, 30],
    upstreamRepositoryPrefix: [2, 30],
    upstreamRegistryUrl: [0, 2048],
  },
  RepositoryCreationTemplate: { prefix: [2, 256], description: [0, 255] },
  Repository: { name: [2, 256] },
  Secret: { name: [1, 512], namePrefix: [0, 486] },
  Role: { name: [1, 64], namePrefix: [1, 38], description: [0, 1000], path: [1, 512] },
  RolePolicy: { name: [1, 128], namePrefix: [1, 102] },
  Policy: { name: [1, 128], namePrefix: [1, 102], description: [0, 1000] },
  EventRule: { name: [1, 64], namePrefix: [1, 64], description: [0, 512], scheduleExpression: [0, 256] },
  EventTarget: { rule: [1, 64], targetId: [1, 64], inputPath: [0, 256] },
  Topic: { name: [1, 256], namePrefix: [1, 230] },
  Schedule: {
    name: [1, 64],
    namePrefix: [1, 38],
    groupName: [1, 64],
    description: [0, 512],
    scheduleExpression: [1, 256],
    scheduleExpressionTimezone: [1, 50],
  },
};

/** Values that a property accepts, and values that it refuses. */
const VALUES: {
  readonly [type: string]: { readonly [field: string]: readonly [taken: unknown[], refused: unknown[]] };
} = {
  RepositoryCreationTemplate: {
    imageTagMutability: [["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"], ["mutable"]],
    appliedFors: [
      [["REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"], ["REPLICATION"]],
      [[], ["PUSH"]],
    ],
    encryptionConfigurations: [
      [[], [{ encryptionType: "AES256" }], [{ encryptionType: "KMS", kmsKey: "k" }], [{ encryptionType: "KMS_DSSE" }]],
      [[{ encryptionType: "NONE" }], [{}, {}], [{ type: "KMS" }], "KMS"],
    ],
    imageTagMutabilityExclusionFilters: [
      [[], Array.from({ length: 5 }, () => ({ filter: "v*", filterType: "WILDCARD" }))],
      [
        Array.from({ length: 6 }, () => ({ filter: "v*", filterType: "WILDCARD" })),
        [{ filter: "v*" }],
        [{ filterType: "WILDCARD" }],
        [{ filter: "v*", filterType: "REGEX" }],
      ],
    ],
  },
  RegistryScanningConfiguration: {
    scanType: [["BASIC", "ENHANCED"], ["FULL"]],
    rules: [
      [
        [],
        ["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"].map((scanFrequency) => ({
          scanFrequency,
          repositoryFilters: [{ filter: "a".repeat(256), filterType: "WILDCARD" }],
        })),
      ],
      [
        [{ scanFrequency: "DAILY", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [] }],
        [{ scanFrequency: "MANUAL" }],
        [{ repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "a".repeat(257), filterType: "WILDCARD" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "A", filterType: "WILDCARD" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "a" }] }],
      ],
    ],
  },
  Secret: {
    recoveryWindowInDays: [
      [0, 7, 30],
      [-1, 1, 6, 31, 7.5, "7"],
    ],
  },
  Role: {
    maxSessionDuration: [
      [3600, 43200],
      [3599, 43201, "3600"],
    ],
    managedPolicyArns: [
      [[], Array.from({ length: 20 }, () => ARN)],
      [Array.from({ length: 21 }, () => ARN), ["x"]],
    ],
    permissionsBoundary: [["arn:aws:iam::aws:policy/ReadOnlyAccess"], ["ReadOnlyAccess"]],
    forceDetachPolicies: [[true, false], ["true"]],
  },
  EventRule: {
    eventPattern: [
      ["{}", JSON_TEXT(4096)],
      ["{", JSON_TEXT(4097)],
    ],
    eventBusName: [["default"], ["other"]],
    state: [["ENABLED", "DISABLED"], ["enabled"]],
  },
  EventTarget: {
    input: [
      ["{}", JSON_TEXT(8192)],
      ["{", JSON_TEXT(8193)],
    ],
    inputTransformer: [
      [{ inputTemplate: "a" }, { inputTemplate: "a".repeat(8192), inputPaths: { a: "$.a" } }],
      [{ inputTemplate: "" }, { inputTemplate: "a".repeat(8193) }, { inputPaths: {} }, { template: "a" }],
    ],
  },
  TopicSubscription: {
    protocol: [
      ["application", "email-json", "email", "firehose", "http", "https", "lambda", "sms", "sqs"],
      ["fax", ""],
    ],
  },
  Schedule: {
    state: [["ENABLED", "DISABLED"], ["enabled"]],
    actionAfterCompletion: [["NONE", "DELETE"], ["KEEP"]],
    flexibleTimeWindow: [
      [
        { mode: "OFF" },
        { mode: "FLEXIBLE", maximumWindowInMinutes: 1 },
        { mode: "FLEXIBLE", maximumWindowInMinutes: 1440 },
      ],
      [
        {},
        { mode: "ON" },
        { mode: "FLEXIBLE", maximumWindowInMinutes: 0 },
        { mode: "FLEXIBLE", maximumWindowInMinutes: 1441 },
      ],
    ],
    target: [
      [
        { arn: ARN, roleArn: ARN },
        { arn: ARN, roleArn: ARN, input: "a".repeat(262_144) },
      ],
      [
        { arn: ARN },
        { roleArn: ARN },
        { arn: ARN, roleArn: ARN, input: "" },
        { arn: ARN, roleArn: ARN, input: "a".repeat(262_145) },
      ],
    ],
  },
};

/** Whether the provider refuses a property, whatever else is missing. */
function isRefused(type: string, field: string, value: unknown): boolean {
  const token = Object.keys(TABLE).find((each) => each.endsWith(`:${type}`)) ?? "";
  const { refusals } = check(token, { [field]: value } as Properties);
  return refusals.some(({ property, reason }) => property === field && !/conflicts/.test(reason));
}

describe("the local provider's limits", () => {
  for (const [type, fields] of Object.entries(LENGTHS)) {
    for (const [field, [least, most]] of Object.entries(fields)) {
      it(`${type}.${field} has ${least} to ${most} characters`, () => {
        for (const length of [least, most])
          assert.equal(isRefused(type, field, "a".repeat(length)), false, `${length}`);
        for (const length of least > 1 ? [least - 1, most + 1] : [most + 1])
          assert.equal(isRefused(type, field, "a".repeat(length)), true, `${length}`);
      });
    }
  }

  for (const [type, fields] of Object.entries(VALUES)) {
    for (const [field, [taken, refused]] of Object.entries(fields)) {
      it(`${type}.${field} accepts what the real provider accepts`, () => {
        for (const value of taken)
          assert.equal(isRefused(type, field, value), false, JSON.stringify(value).slice(0, 200));
        for (const value of refused)
          assert.equal(isRefused(type, field, value), true, JSON.stringify(value).slice(0, 200));
      });
    }
  }
});
