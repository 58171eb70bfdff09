import assert from "node:assert/strict";
import { TABLE } from "../../../../local/provider/aws/table";
import type { Properties } from "../../../../local/provider/wire";
import { check } from "../offline";

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
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filterType: "WILDCARD" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "a", filterType: "REGEX" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "/a", filterType: "WILDCARD" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "a--b", filterType: "WILDCARD" }] }],
        [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "", filterType: "WILDCARD" }] }],
      ],
    ],
  },
  Repository: {
    imageTagMutability: [["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"], ["mutable"]],
    encryptionConfigurations: [
      [[], [{ encryptionType: "AES256" }], [{ encryptionType: "KMS_DSSE", kmsKey: "k" }]],
      [[{ encryptionType: "NONE" }], [{}, {}], [{ type: "KMS" }]],
    ],
    imageScanningConfiguration: [
      [{ scanOnPush: true }, { scanOnPush: false }],
      [{ scanOnPush: "true" }, { scan: true }, [{ scanOnPush: true }], "true"],
    ],
    imageTagMutabilityExclusionFilters: [
      [[{ filter: "a".repeat(128), filterType: "WILDCARD" }], [{ filter: "*A9._-*", filterType: "WILDCARD" }]],
      [
        [{ filter: "", filterType: "WILDCARD" }],
        [{ filter: "a".repeat(129), filterType: "WILDCARD" }],
        [{ filter: "*a*b*", filterType: "WILDCARD" }],
        [{ filter: "a/b", filterType: "WILDCARD" }],
        [{ filter: 1, filterType: "WILDCARD" }],
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
    eventBusName: [["default"], ["other"]],
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
        { maximumWindowInMinutes: 1 },
        [{ mode: "OFF" }],
        "OFF",
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
        { arn: "alerts", roleArn: ARN },
        { arn: ARN, roleArn: "role" },
        { arn: ARN, roleArn: ARN, input: "" },
        { arn: ARN, roleArn: ARN, input: "a".repeat(262_145) },
      ],
    ],
  },
};

/** Characters beside letters that a text may have, and some that it may not have, between two letters. */
const CHARACTERS: {
  readonly [type: string]: { readonly [field: string]: readonly [taken: string, refused: string] };
} = {
  PullThroughCacheRule: {
    ecrRepositoryPrefix: ["0._-/", "A@ "],
    upstreamRepositoryPrefix: ["0._-/", "A@ "],
  },
  Secret: { name: ["0AZ/_+=.@-", "#: "], namePrefix: ["0AZ/_+=.@-", "#: "] },
  Role: { name: ["0AZ_+=,.@-", "/: "], namePrefix: ["0AZ_+=,.@-", "/: "] },
  RolePolicy: { name: ["0AZ_+=,.@-", "/: "], namePrefix: ["0AZ_+=,.@-", "/: "] },
  Policy: { name: ["0AZ_+=,.@-", "/: "], namePrefix: ["0AZ_+=,.@-", "/: "] },
  EventRule: { name: ["0AZ._-", "/@ "], namePrefix: ["0AZ._-", "/@ "] },
  EventTarget: { rule: ["0AZ._-", "/@ "], targetId: ["0AZ._-", "/@ "] },
  Topic: { name: ["0AZ_-", ".@ "], namePrefix: ["0AZ_-", ".@ "] },
  Schedule: { name: ["0AZ_.-", "/@ "], namePrefix: ["0AZ_.-", "/@ "] },
};

/** What a property takes if it takes only such values. */
const KINDS: {
  readonly [kind: string]: {
    readonly taken: readonly unknown[];
    readonly refused: readonly unknown[];
    readonly fields: { readonly [type: string]: readonly string[] };
  };
} = {
  "an ARN": {
    taken: [ARN, "arn:aws:iam::aws:policy/a", "arn:aws-cn:s3:::bucket", "arn:aws:ec2::third-party:a"],
    refused: ["alerts", "arn:aws:sns", `x${ARN}`, "arn:aws:sns:us-east-1:1:alerts", "arn:aws:sns:us-east-1::", 1],
    fields: {
      PullThroughCacheRule: ["credentialArn", "customRoleArn"],
      RepositoryCreationTemplate: ["customRoleArn"],
      SecretPolicy: ["secretArn"],
      Role: ["permissionsBoundary"],
      RolePolicyAttachment: ["policyArn"],
      EventRule: ["roleArn"],
      EventTarget: ["arn", "roleArn"],
      TopicPolicy: ["arn"],
      TopicSubscription: ["topic"],
    },
  },
  JSON: {
    taken: ["{}", '{"a":[1]}'],
    refused: ["{", "a", "{}}"],
    fields: {
      RepositoryCreationTemplate: ["lifecyclePolicy", "repositoryPolicy"],
      RegistryPolicy: ["policy"],
      LifecyclePolicy: ["policy"],
      RepositoryPolicy: ["policy"],
      Secret: ["policy"],
      SecretPolicy: ["policy"],
      Role: ["assumeRolePolicy"],
      RolePolicy: ["policy"],
      Policy: ["policy"],
      EventRule: ["eventPattern"],
      EventTarget: ["input"],
      Topic: ["policy"],
      TopicPolicy: ["policy"],
    },
  },
  "true or false": {
    taken: [true, false],
    refused: ["true", 1, [true]],
    fields: {
      Repository: ["forceDelete"],
      Secret: ["forceOverwriteReplicaSecret"],
      SecretPolicy: ["blockPublicPolicy"],
      Role: ["forceDetachPolicies"],
      EventRule: ["forceDestroy", "isEnabled"],
      EventTarget: ["forceDestroy"],
    },
  },
  "a map of texts": {
    taken: [{}, { a: "b", c: "" }],
    refused: ["a", ["a"], { a: 1 }, { a: "b", c: { d: "e" } }],
    fields: {
      RepositoryCreationTemplate: ["resourceTags"],
      Repository: ["tags"],
      Secret: ["tags"],
      Role: ["tags"],
      Policy: ["tags"],
      EventRule: ["tags"],
      Topic: ["tags"],
    },
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
        for (const other of [5, ["aaa"], { a: "b" }]) assert.equal(isRefused(type, field, other), true);
      });
    }
  }

  for (const [type, fields] of Object.entries(CHARACTERS)) {
    for (const [field, [taken, refused]] of Object.entries(fields)) {
      it(`${type}.${field} may have the characters ${taken}, and not ${refused.trim()} or blanks`, () => {
        for (const character of taken) assert.equal(isRefused(type, field, `a${character}b`), false, character);
        for (const character of refused) assert.equal(isRefused(type, field, `a${character}b`), true, character);
      });
    }
  }

  for (const [kind, { taken, refused, fields }] of Object.entries(KINDS)) {
    it(`are ${kind} for these properties`, () => {
      for (const [type, names] of Object.entries(fields)) {
        for (const field of names) {
          for (const value of taken)
            assert.equal(isRefused(type, field, value), false, `${type}.${field} ${JSON.stringify(value)}`);
          for (const value of refused)
            assert.equal(isRefused(type, field, value), true, `${type}.${field} ${JSON.stringify(value)}`);
        }
      }
    });
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
