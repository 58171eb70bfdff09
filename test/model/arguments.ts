import type { PullThroughCacheArgs, RegistryArgs } from "../../component/args";
import { TOKEN_EXPIRES_TAG } from "../../component/plan/expiry";
import { fixedName, POLICY_NAME_MAX, ROLE_NAME_MAX } from "../../component/plan/names";
import { type EncryptionType, type ScanFrequency, ScanType, type TagMutability } from "../../component/values";
import { ACCOUNT, type Call, REGION } from "./cloud";
import { around, sampleOf, spoilt, stretched, valuesOf } from "./values";

/** An argument of the component that ends in fields of AWS's APIs. */
export interface Argument {
  /** The path as users write it. A refusal is reported at its last part. */
  readonly path: string;
  /** Name of the component. Default: `cache`. */
  name?(value: never): string;
  /** Arguments that are valid except for this value. */
  args(value: never): PullThroughCacheArgs;
  /** AWS calls with the unchanged value. AWS must accept all of them. */
  calls(value: never): Call[];
  values(): unknown[];
  /** Calls that create what the other calls need. */
  readonly before?: readonly Call[];
  /** The calling account, if the value names one. */
  account?(value: never): string | undefined;
  /** Only the API model's constraints count, because the value names something that must exist. */
  readonly shapesOnly?: boolean;
}

const ECR_HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const CREDENTIAL = { dockerhub: { username: "someone", accessToken: "invented" } };
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const KMS_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123abcd-0123-0123-0123-0123456789ab`;

const registry = (settings: RegistryArgs): PullThroughCacheArgs => ({
  registries: { cache: { registry: "quay.io", ...settings } },
});
const withSecret = (secret: RegistryArgs["secret"]): PullThroughCacheArgs => ({
  registries: { dockerhub: { secret } },
  credentials: CREDENTIAL,
});

const rule = (input: object): Call => ({
  service: "ecr",
  operation: "CreatePullThroughCacheRule",
  input: { ecrRepositoryPrefix: "cache", upstreamRegistryUrl: "quay.io", ...input },
});
const template = (input: object): Call => ({
  service: "ecr",
  operation: "CreateRepositoryCreationTemplate",
  input: { prefix: "cache", appliedFor: ["PULL_THROUGH_CACHE"], ...input },
});
const scanning = (scanType: string, rules: unknown): Call => ({
  service: "ecr",
  operation: "PutRegistryScanningConfiguration",
  input: { scanType, rules },
});
const secret = (input: object): Call => ({
  service: "secretsmanager",
  operation: "CreateSecret",
  input: { Name: "ecr-pullthroughcache/cache-0123456789abcdef0123456789", ...input },
});
const SECRET_ID = { Name: "ecr-pullthroughcache/cache" };
const role = (input: object): Call => ({
  service: "iam",
  operation: "CreateRole",
  input: {
    RoleName: "cache-template-0123456",
    AssumeRolePolicyDocument: policy({ Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" }),
    ...input,
  },
});
const putRolePolicy = (RoleName: string, PolicyName: string): Call => ({
  service: "iam",
  operation: "PutRolePolicy",
  input: { RoleName, PolicyName, PolicyDocument: policy({ Action: "ecr:GetAuthorizationToken", Resource: "*" }) },
});
const putSecretPolicy = (ResourcePolicy: unknown): Call => ({
  service: "secretsmanager",
  operation: "PutResourcePolicy",
  input: { SecretId: SECRET_ID.Name, ResourcePolicy, BlockPublicPolicy: true },
});

function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}
const trusted = (AWS: unknown) => ({ Principal: { AWS }, Action: "ecr:BatchGetImage" });

function named(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `item${index}`);
}
function tagsOf(tags: { readonly [key: string]: unknown }) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
const counts = (...bounds: number[]) => [0, 1, 2, ...around(...bounds)];
const texts = (service: string, shape: string) => valuesOf(service, shape, (name) => sampleOf(service, name));

/** A text with lengths around a bound. It ends in spaces, which JSON ignores. */
function padded(text: string, ...bounds: number[]): string[] {
  return around(...bounds).map((length) => text.padEnd(length));
}

const TAG_TEXTS = (): string[] => [
  ...(texts("iam", "tagKeyType") as string[]),
  ...around(256).map((length) => stretched("value", length)),
  ...["aws:name", "AWS:name", "Aws:", "aws", "team aws:", "ÄÖ", "名前", "a\u00a0b"],
];

const ROLE_ARNS = () => {
  const path = (length: number) => `${"p".repeat(length)}/`;
  const arns = ["name", "team/name", "team/sub/name", `${path(509)}name`, `${path(510)}name`, `${path(511)}name`]
    .concat(["a".repeat(64), "a".repeat(65), "", "/", "/name", "team//name", "team/", "*", "team/*", "t*/name", "!~/n"])
    .map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`);
  const others = ["arn:aws-us-gov", "arn:aws-cn", "arn:AWS", "arn", "aws"].map((start) =>
    (arns[1] ?? "").replace("arn:aws", start),
  );
  return [...arns, ...others, ...arns.slice(0, 2).flatMap(spoilt), ...texts("iam", "arnType")];
};

/** A role's ARN as IAM makes it from a path and a name. Other texts are not roles. */
function roleOf(arn: string): Call[] {
  const [, account, path = "", name = ""] = /^arn:aws[a-z-]*:iam::(\d{12}):role(\/(?:.*\/)?)([^/]*)$/s.exec(arn) ?? [];
  return [account === undefined ? role({ RoleName: "" }) : role({ Path: path, RoleName: name })];
}
const accountIn = (text: string) => /::(\d{12}):/.exec(text)?.[1];

function lifecycle(selection: object, action: object = { type: "expire" }): string {
  const document = {
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1, ...selection },
        action,
      },
    ],
  };
  return JSON.stringify(document);
}
const LIFECYCLE = lifecycle({});
const PATTERNS = () => [
  ...texts("ecr", "ImageTagMutabilityExclusionFilterValue"),
  ...[1, 2, 3, 4, 5].map((wildcards) => `v${"*.".repeat(wildcards)}`),
];
const NUMBERS = [-1, 0, 1, 2, 1.5, 7, 90, 2 ** 31 - 1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY, "1", true];
const sinceDays = (countNumber: unknown) => ({ countType: "sinceImagePushed", countUnit: "days", countNumber });

/** Where every value is tried: in the component's argument, and in the fields that it becomes. */
export const ARGUMENTS: readonly Argument[] = [
  {
    path: "registries.cache.prefix",
    args: (prefix: string) => registry({ prefix }),
    calls: (prefix: string) => [
      template({ prefix }),
      rule({ ecrRepositoryPrefix: prefix }),
      secret({ Name: `ecr-pullthroughcache/${prefix}-0123456789abcdef0123456789` }),
    ],
    values: () => [...texts("ecr", "PullThroughCacheRuleRepositoryPrefix"), ...texts("ecr", "Prefix")],
  },
  {
    path: "registries.cache.upstreamPrefix",
    args: (upstreamPrefix: string) => registry({ registry: ECR_HOST, createRole: false, upstreamPrefix }),
    calls: (upstreamRepositoryPrefix: string) => [rule({ upstreamRegistryUrl: ECR_HOST, upstreamRepositoryPrefix })],
    values: () => texts("ecr", "PullThroughCacheRuleRepositoryPrefix"),
  },
  {
    path: "registries.cache.images",
    args: (images: string[]) => registry({ images }),
    calls: (images: string[]) =>
      images.map((image) => ({
        service: "ecr",
        operation: "CreateRepository",
        input: { repositoryName: `cache/${image.replaceAll("*", "a")}` },
      })),
    values: () =>
      ["*", "a*", "*-a", "a/*", "a/*/b", "*/a*", "a.*", "-*", "*-", "a/", "/a", "a//b", "a__*", "a?", "A", "a:1", "$*"]
        .concat(texts("ecr", "RepositoryName") as string[])
        .concat(around(249, 250).map((length) => "a".repeat(length)))
        .map((image) => [image]),
  },
  {
    path: "registries.cache.description",
    args: (description: string) => registry({ description }),
    calls: (description: string) => [template({ description })],
    values: () => texts("ecr", "RepositoryTemplateDescription"),
  },
  {
    path: "registries.cache.tagMutability",
    args: (tagMutability: TagMutability) =>
      registry({
        tagMutability,
        ...(tagMutability.endsWith("_WITH_EXCLUSION") && { tagMutabilityExclusionFilters: ["v*"] }),
      }),
    calls: (imageTagMutability: string) => [
      template({
        imageTagMutability,
        ...(imageTagMutability.endsWith("_WITH_EXCLUSION") && {
          imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "v*" }],
        }),
      }),
    ],
    values: () => texts("ecr", "ImageTagMutability"),
  },
  {
    path: "registries.cache.tagMutabilityExclusionFilters",
    args: (tagMutabilityExclusionFilters: string[]) =>
      registry({ tagMutability: "IMMUTABLE_WITH_EXCLUSION", tagMutabilityExclusionFilters }),
    calls: (filters: string[]) => [
      template({
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: "WILDCARD", filter })),
      }),
    ],
    values: () => [...PATTERNS().map((filter) => [filter]), ...counts(5).map(named)],
  },
  {
    path: "registries.cache.encryption.type",
    args: (type: EncryptionType) => registry({ encryption: { type } }),
    calls: (encryptionType: string) => [template({ encryptionConfiguration: { encryptionType } })],
    values: () => texts("ecr", "EncryptionType"),
  },
  {
    path: "registries.cache.encryption.kmsKey",
    args: (kmsKey: string) => registry({ encryption: { type: "KMS", kmsKey } }),
    calls: (kmsKey: string) => [template({ encryptionConfiguration: { encryptionType: "KMS", kmsKey } })],
    values: () => [...texts("ecr", "KmsKeyForRepositoryCreationTemplate"), ...spoilt(KMS_KEY)],
    shapesOnly: true,
  },
  {
    path: "registries.cache.resourceTags",
    args: (resourceTags: { [key: string]: string }) => registry({ resourceTags }),
    calls: (tags: { [key: string]: string }) => [template({ resourceTags: tagsOf(tags) })],
    values: () => [...tagMaps(5), { Team: "a", team: "b" }],
  },
  {
    path: "tags",
    args: (tags: { [key: string]: string }) => ({
      registries: { dockerhub: { encryption: { type: "KMS" } } },
      credentials: CREDENTIAL,
      tags,
    }),
    calls: (tags: { [key: string]: string }) => [secret({ Tags: tagsOf(tags) }), role({ Tags: tagsOf(tags) })],
    values: () => [...tagMaps(1), { Team: "a", team: "b" }],
  },
  {
    path: "registries.dockerhub.secret.tags",
    args: (tags: { [key: string]: string }) => withSecret({ tags }),
    calls: (tags: { [key: string]: string }) => [secret({ Tags: tagsOf(tags) })],
    values: () => [...tagMaps(5), { Team: "a", team: "b" }],
  },
  {
    path: "registries.dockerhub.secret.description",
    args: (description: string) => withSecret({ description }),
    calls: (Description: string) => [secret({ Description })],
    values: () => texts("secretsmanager", "DescriptionType"),
  },
  {
    path: "registries.dockerhub.secret.recoveryWindowInDays",
    args: (recoveryWindowInDays: number) => withSecret({ recoveryWindowInDays }),
    calls: (days: number) => [
      {
        service: "secretsmanager",
        operation: "DeleteSecret",
        input: {
          SecretId: SECRET_ID.Name,
          ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
        },
      },
    ],
    values: () => [...NUMBERS, ...around(7, 30)],
    before: [secret(SECRET_ID)],
  },
  {
    path: "registries.dockerhub.secret.policy",
    args: (text: string) => withSecret({ policy: text }),
    calls: (text: string) => [putSecretPolicy(text)],
    values: () => [
      "",
      ...padded(policy({ ...trusted(ACCOUNT), Action: "secretsmanager:GetSecretValue", Resource: "*" }), 20_480),
    ],
    before: [secret(SECRET_ID)],
  },
  {
    path: "registries.dockerhub.secret.readers",
    args: (readers: string[]) => withSecret({ readers }),
    calls: (AWS: string[]) => [
      ...AWS.filter((arn) => /:role\//.test(arn)).flatMap(roleOf),
      putSecretPolicy(policy({ ...trusted(AWS), Action: "secretsmanager:GetSecretValue", Resource: "*" })),
    ],
    values: () => [
      ...ROLE_ARNS().map((arn) => [arn]),
      ...["root", "user/name", "user/team/name", "group/name", "user/", "user/*", "user/a b", "role"].map((name) => [
        `arn:aws:iam::${ACCOUNT}:${name}`,
      ]),
      [`arn:aws:sts::${ACCOUNT}:assumed-role/name/session`],
      ["*"],
      [ACCOUNT],
    ],
    before: [secret(SECRET_ID)],
  },
  {
    path: "registries.dockerhub.tokenExpires",
    args: (tokenExpires: string) => ({ registries: { dockerhub: { tokenExpires } }, credentials: CREDENTIAL }),
    calls: (day: string) => [secret({ Tags: tagsOf({ [TOKEN_EXPIRES_TAG]: day }) })],
    values: () => ["2099-01-31", "2099-02-29", "2099-1-1", "2020-01-01", "2099-01-01T00:00:00Z", "soon", ""],
  },
  {
    path: "registries.cache.credentialArn",
    args: (credentialArn: string) => registry({ registry: "ghcr.io", credentialArn }),
    calls: (credentialArn: string) => [rule({ upstreamRegistryUrl: "ghcr.io", credentialArn })],
    values: () => texts("ecr", "CredentialArn"),
    shapesOnly: true,
  },
  {
    path: "registries.cache.roleArn",
    args: (roleArn: string) => registry({ registry: ECR_HOST, roleArn }),
    calls: (arn: string) => [...roleOf(arn), rule({ upstreamRegistryUrl: ECR_HOST, customRoleArn: arn })],
    values: ROLE_ARNS,
    account: accountIn,
  },
  {
    path: "templateRoleArn",
    args: (templateRoleArn: string) => ({ ...registry({ encryption: { type: "KMS" } }), templateRoleArn }),
    calls: (arn: string) => [...roleOf(arn), template({ customRoleArn: arn })],
    values: ROLE_ARNS,
    account: accountIn,
  },
  {
    path: "registries.cache.access.accounts",
    args: (accounts: string[]) => registry({ access: { accounts } }),
    calls: (accounts: string[]) => [
      template({
        repositoryPolicy: policy(trusted(accounts.map((account) => `arn:aws:iam::${account}:root`))),
      }),
    ],
    values: () => texts("ecr", "RegistryId").map((account) => [account]),
  },
  {
    path: "registries.cache.access.roleArns",
    args: (roleArns: string[]) => registry({ access: { roleArns } }),
    calls: (arns: string[]) => [...arns.flatMap(roleOf), template({ repositoryPolicy: policy(trusted(arns)) })],
    values: () => ROLE_ARNS().map((arn) => [arn]),
  },
  {
    path: "registries.cache.repositoryPolicy",
    args: (repositoryPolicy: string) => registry({ repositoryPolicy }),
    calls: (repositoryPolicy: string) => [template({ repositoryPolicy })],
    values: () => ["", "{}", "[]", "null", ...padded(policy(trusted(ACCOUNT)), 10_240)],
  },
  {
    path: "registryPolicy.statements",
    args: (statements: string[]) => ({ ...registry({}), registryPolicy: { statements } }),
    calls: (statements: string[]) => [
      {
        service: "ecr",
        operation: "PutRegistryPolicy",
        input: { policyText: `{"Version":"2012-10-17","Statement":[${statements.join(",")}]}` },
      },
    ],
    values: () => {
      const statement = { Effect: "Allow", ...trusted(ACCOUNT), Resource: "*" };
      const actions = ["ecr:*", "*", "ECR:CreateRepository", "s3:GetObject", "ecr", "ecr:", ["ecr:A", "iam:B"], []];
      return [
        ...actions.map((Action) => [JSON.stringify({ ...statement, Action })]),
        ...actions.map((NotAction) => [JSON.stringify({ ...statement, Action: undefined, NotAction })]),
        ...padded(JSON.stringify(statement), 10_200).map((text) => [text]),
        [JSON.stringify({ ...statement, Resource: undefined })],
        [JSON.stringify({ Sid: "A", ...statement }), JSON.stringify({ Sid: "B", ...statement })],
        [JSON.stringify({ Sid: "A", ...statement }), JSON.stringify({ Sid: "A", ...statement })],
        ["{}"],
        ["[]"],
      ];
    },
  },
  {
    path: "registries.cache.lifecycle.policy",
    args: (text: string) => registry({ lifecycle: { policy: text } }),
    calls: (lifecyclePolicy: string) => [template({ lifecyclePolicy })],
    values: () => ["", "{}", "[]", "null", ...padded(LIFECYCLE, 100, 30_720)],
  },
  ...(["keepImages", "expireAfterDays"] as const).map((field) => ({
    path: `registries.cache.lifecycle.${field}`,
    args: (value: number) => registry({ lifecycle: { [field]: value } }),
    calls: (value: number) => [
      template({ lifecyclePolicy: lifecycle(field === "keepImages" ? { countNumber: value } : sinceDays(value)) }),
    ],
    values: () => NUMBERS,
  })),
  {
    path: "registries.cache.lifecycle.expireUntaggedAfterDays",
    args: (expireUntaggedAfterDays: number) => registry({ lifecycle: { expireUntaggedAfterDays } }),
    calls: (days: number) => [template({ lifecyclePolicy: lifecycle({ tagStatus: "untagged", ...sinceDays(days) }) })],
    values: () => NUMBERS,
  },
  {
    path: "registries.cache.lifecycle.archiveUnpulledAfterDays",
    args: (archiveUnpulledAfterDays: number) => registry({ lifecycle: { archiveUnpulledAfterDays } }),
    calls: (days: number) => [
      template({
        lifecyclePolicy: lifecycle(
          { countType: "sinceImagePulled", countUnit: "days", countNumber: days },
          { type: "transition", targetStorageClass: "archive" },
        ),
      }),
    ],
    values: () => NUMBERS,
  },
  {
    path: "registries.cache.lifecycle.deleteArchivedAfterDays",
    args: (deleteArchivedAfterDays: number) =>
      registry({ lifecycle: { archiveUnpulledAfterDays: 30, deleteArchivedAfterDays } }),
    calls: (days: number) => {
      const archived = { countType: "sinceImageTransitioned", countUnit: "days", storageClass: "archive" };
      return [template({ lifecyclePolicy: lifecycle({ ...archived, countNumber: days }) })];
    },
    values: () => [...NUMBERS, ...around(90)],
  },
  {
    path: "registries.cache.lifecycle.tagged",
    args: (tagPatterns: string[]) => registry({ lifecycle: { tagged: [{ tagPatterns, keepImages: 1 }] } }),
    calls: (tagPatternList: string[]) => [
      template({ lifecyclePolicy: lifecycle({ tagStatus: "tagged", tagPatternList }) }),
    ],
    values: () => [...PATTERNS().map((pattern) => [pattern]), [], ["v*", "*-rc"], ["v*", "v*"]],
  },
  {
    path: "registries.cache.lifecycle.tagged",
    args: (count: number) =>
      registry({ lifecycle: { tagged: named(count).map((tag) => ({ tagPatterns: [tag], keepImages: 1 })) } }),
    calls: (count: number) => [
      template({
        lifecyclePolicy: JSON.stringify({
          rules: named(count).map((tag, index) => ({
            rulePriority: index + 1,
            selection: { tagStatus: "tagged", tagPatternList: [tag], countType: "imageCountMoreThan", countNumber: 1 },
            action: { type: "expire" },
          })),
        }),
      }),
    ],
    values: () => [1, 2, ...around(50)],
  },
  {
    path: "scanning.scanType",
    args: (scanType: ScanType) => ({ ...registry({}), scanning: { scanType } }),
    calls: (scanType: ScanType) => [scanning(scanType, [])],
    values: () => texts("ecr", "ScanType"),
  },
  ...Object.values(ScanType).flatMap((scanType) => [
    {
      path: "scanning.scanFrequency",
      args: (scanFrequency: ScanFrequency) => ({ ...registry({}), scanning: { scanType, scanFrequency } }),
      calls: (scanFrequency: ScanFrequency) => [
        scanning(scanType, [{ scanFrequency, repositoryFilters: [{ filter: "cache/*", filterType: "WILDCARD" }] }]),
      ],
      values: () => texts("ecr", "ScanFrequency"),
    },
    {
      path: "scanning.rules",
      args: (scanFrequency: ScanFrequency) => ({
        ...registry({}),
        scanning: { scanType, rules: [{ scanFrequency, filters: ["*"] }] },
      }),
      calls: (scanFrequency: ScanFrequency) => [
        scanning(scanType, [{ scanFrequency, repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }]),
      ],
      values: () => texts("ecr", "ScanFrequency"),
    },
  ]),
  {
    path: "scanning.rules",
    args: (filters: string[]): PullThroughCacheArgs => ({
      ...registry({}),
      scanning: { scanType: "ENHANCED", rules: [{ scanFrequency: "CONTINUOUS_SCAN", filters }] },
    }),
    calls: (filters: string[]) => [
      scanning("ENHANCED", [
        {
          scanFrequency: "CONTINUOUS_SCAN",
          repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
        },
      ]),
    ],
    values: () => [
      ...texts("ecr", "ScanningRepositoryFilterValue").map((filter) => [filter]),
      ...counts(100).map(named),
    ],
  },
  {
    path: "alerts.emails",
    args: (email: string) => ({ ...registry({}), alerts: { emails: [email] } }),
    calls: (Endpoint: string) => [
      { service: "sns", operation: "Subscribe", input: { TopicArn: TOPIC, Protocol: "email", Endpoint } },
    ],
    values: () => [
      "ops@example.com",
      "o.p+s@mail.example.com",
      "ops@localhost",
      "ops",
      "@example.com",
      "a b@c.d",
      "a@b@c",
      "",
    ],
    before: [{ service: "sns", operation: "CreateTopic", input: { Name: "alerts" } }],
  },
  {
    path: "alerts.topicArn",
    args: (topicArn: string) => ({ ...registry({}), alerts: { topicArn } }),
    calls: (Arn: string) => [
      { service: "events", operation: "PutTargets", input: { Rule: "failed", Targets: [{ Id: "topic", Arn }] } },
    ],
    values: () => [TOPIC, ...spoilt(TOPIC), ...texts("events", "TargetArn")],
    shapesOnly: true,
  },
  {
    path: "pullerRoles",
    args: (role: string) => ({ ...registry({}), pullerRoles: { puller: role } }),
    calls: (given: string) => (given.startsWith("arn:") ? roleOf(given) : [role({ RoleName: given })]),
    values: () => [...texts("iam", "roleNameType"), ...ROLE_ARNS()],
  },
  {
    path: "pullerRoles",
    args: (name: string) => ({ ...registry({}), pullerRoles: { [name]: "puller" } }),
    calls: (name: string) => [putRolePolicy("puller", fixedName([`cache-pull-${name}`], POLICY_NAME_MAX))],
    values: () => texts("iam", "policyNameType"),
    before: [role({ RoleName: "puller" })],
  },
  {
    path: "",
    name: (name: string) => name,
    args: () => ({ ...registry({ encryption: { type: "KMS" } }), pullerRoles: { puller: "puller" } }),
    calls: (name: string) => {
      const roleName = fixedName([name, "template"], ROLE_NAME_MAX);
      return [
        role({ RoleName: roleName }),
        putRolePolicy(roleName, "template"),
        putRolePolicy(roleName, fixedName([`${name}-pull-puller`], POLICY_NAME_MAX)),
      ];
    },
    values: () => texts("iam", "roleNameType"),
    before: [role({})],
  },
];

/** IAM's model has a pattern for tags, so the tags of roles are tried with all texts, and the others with some. */
function tagMaps(every: number): { [key: string]: string }[] {
  return [
    ...TAG_TEXTS()
      .filter((_, index) => index % every === 0)
      .flatMap((text) => [{ [text]: "value" }, { key: text }]),
    ...counts(50).map((count) => Object.fromEntries(named(count).map((key) => [key, ""]))),
  ];
}
