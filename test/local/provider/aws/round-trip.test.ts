import assert from "node:assert/strict";
import { ACCOUNT, REGION, TestCloud } from "../../../../local/emulator/testing/support";
import { TABLE } from "../../../../local/provider/aws/table";
import type { Properties } from "../../../../local/provider/wire";
import { keepNewest } from "../../../support/lifecycle";
import { resourceType } from "../support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const OTHER_TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:others`;
const MANAGED = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const trust = (service: string) =>
  document({ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" });
const allow = (action: string) => document({ Effect: "Allow", Action: action, Resource: "*" });
const allowAccount = (action: string, account = ACCOUNT) =>
  document({ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: action, Resource: "*" });
const onRepository = (action: string) =>
  document({ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: action });
const scanning = (scanFrequency: string) => [
  { scanFrequency, repositoryFilters: [{ filter: "hub/*", filterType: "WILDCARD" }] },
];

/** The real provider can import these types. The local one cannot. */
const NOT_IMPORTED = ["EventTarget"];

/**
 * A topic always has a policy, a registry a scanning configuration, and a secret a version. A secret keeps an empty policy
 * in the state. AWS itself removes subscriptions that nobody confirms.
 */
const REMAINING = [
  "SecretPolicy",
  "SecretVersion",
  "TopicPolicy",
  "TopicSubscription",
  "RegistryScanningConfiguration",
];

/** The values of the outputs that AWS computes. */
const COMPUTED: { readonly [type: string]: { readonly [output: string]: RegExp } } = {
  Role: {
    arn: /^arn:aws:iam::111122223333:role\/team\/creator$/,
    createDate: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    uniqueId: /^AROA[0-9A-Z]{16}$/,
  },
  RolePolicy: {},
  Policy: {
    arn: /^arn:aws:iam::111122223333:policy\/team\/pull$/,
    attachmentCount: /^0$/,
    policyId: /^ANPA[0-9A-Z]{16}$/,
  },
  RolePolicyAttachment: {},
  Secret: { arn: /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache\/hub-[a-zA-Z0-9]{6}$/ },
  SecretVersion: {
    arn: /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache\/hub-[a-zA-Z0-9]{6}$/,
    versionId: /^[0-9a-f-]{36}$/,
  },
  SecretPolicy: {},
  PullThroughCacheRule: { registryId: /^111122223333$/ },
  RepositoryCreationTemplate: { registryId: /^111122223333$/ },
  RegistryScanningConfiguration: { registryId: /^111122223333$/ },
  RegistryPolicy: { registryId: /^111122223333$/ },
  Repository: {
    arn: /^arn:aws:ecr:eu-central-1:111122223333:repository\/own$/,
    registryId: /^111122223333$/,
    repositoryUrl: /^111122223333\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/own$/,
  },
  LifecyclePolicy: { registryId: /^111122223333$/ },
  RepositoryPolicy: { registryId: /^111122223333$/ },
  Topic: { arn: /^arn:aws:sns:eu-central-1:111122223333:alerts$/, owner: /^111122223333$/ },
  TopicPolicy: { owner: /^111122223333$/ },
  TopicSubscription: {
    arn: /^arn:aws:sns:eu-central-1:111122223333:alerts:[0-9a-f-]{36}$/,
    confirmationWasAuthenticated: /^false$/,
    ownerId: /^111122223333$/,
    pendingConfirmation: /^true$/,
  },
  EventRule: { arn: /^arn:aws:events:eu-central-1:111122223333:rule\/alerts$/ },
  EventTarget: {},
  Schedule: { arn: /^arn:aws:scheduler:eu-central-1:111122223333:schedule\/default\/reminder$/ },
};

interface Case {
  readonly inputs: Properties;
  /** Inputs to which the same resource is changed, one after the other. */
  readonly updates: readonly Properties[];
}

/** In the order in which they are created: later ones name earlier ones. */
const CASES: { readonly [token: string]: Case } = {
  "aws:iam/role:Role": {
    inputs: {
      name: "creator",
      assumeRolePolicy: trust("ecr.amazonaws.com"),
      description: "first",
      path: "/team/",
      maxSessionDuration: 7200,
      permissionsBoundary: MANAGED,
      tags: { team: "a", old: "x" },
    },
    updates: [
      { description: "second" },
      { description: undefined },
      { assumeRolePolicy: trust("ec2.amazonaws.com") },
      { maxSessionDuration: 3600 },
      { permissionsBoundary: undefined },
      { tags: { team: "b", news: "y" } },
      { tags: undefined },
      { forceDetachPolicies: true },
      { managedPolicyArns: [MANAGED] },
      { managedPolicyArns: [] },
      { inlinePolicies: [{ name: "own", policy: allow("ecr:GetAuthorizationToken") }] },
      {
        inlinePolicies: [
          { name: "own", policy: allow("ecr:ListImages") },
          { name: "more", policy: allow("ecr:DescribeImages") },
        ],
      },
      { inlinePolicies: [{ name: "more", policy: allow("ecr:DescribeImages") }] },
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    inputs: { role: "creator", name: "pull", policy: allow("ecr:BatchGetImage") },
    updates: [{ policy: allow("ecr:CreateRepository") }],
  },
  "aws:iam/policy:Policy": {
    inputs: {
      name: "pull",
      description: "first",
      path: "/team/",
      policy: allow("ecr:BatchGetImage"),
      tags: { a: "b" },
    },
    updates: [{ policy: allow("ecr:CreateRepository") }, { tags: { a: "c" } }, { tags: undefined }],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    inputs: { role: "creator", policyArn: `arn:aws:iam::${ACCOUNT}:policy/team/pull` },
    updates: [],
  },
  "aws:secretsmanager/secret:Secret": {
    inputs: {
      name: "ecr-pullthroughcache/hub",
      description: "first",
      kmsKeyId: "alias/one",
      recoveryWindowInDays: 7,
      tags: { team: "a", old: "x" },
      policy: allowAccount("secretsmanager:GetSecretValue"),
    },
    updates: [
      { description: "second" },
      { kmsKeyId: "alias/two" },
      { recoveryWindowInDays: 0 },
      { forceOverwriteReplicaSecret: true },
      { tags: { team: "b" } },
      { tags: undefined },
      { policy: allowAccount("secretsmanager:DescribeSecret") },
    ],
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    inputs: { secretId: "<secret>", secretString: '{"username":"a","accessToken":"b"}' },
    updates: [{ versionStages: ["AWSCURRENT", "stable"] }, { versionStages: ["AWSCURRENT"] }],
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    inputs: {
      secretArn: "<secret>",
      policy: allowAccount("secretsmanager:GetSecretValue"),
      blockPublicPolicy: true,
    },
    updates: [{ policy: allowAccount("secretsmanager:DescribeSecret") }, { blockPublicPolicy: false }],
  },
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    inputs: {
      ecrRepositoryPrefix: "other",
      upstreamRegistryUrl: "444455556666.dkr.ecr.us-east-1.amazonaws.com",
      upstreamRepositoryPrefix: "base",
      customRoleArn: `${ROLE}/team/creator`,
    },
    updates: [{ customRoleArn: `${ROLE}/second` }],
  },
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
    inputs: {
      prefix: "hub",
      appliedFors: ["PULL_THROUGH_CACHE"],
      customRoleArn: `${ROLE}/team/creator`,
      description: "first",
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "latest", filterType: "WILDCARD" }],
      lifecyclePolicy: keepNewest(3),
      repositoryPolicy: onRepository("ecr:BatchGetImage"),
      resourceTags: { team: "a" },
    },
    updates: [
      { appliedFors: ["PULL_THROUGH_CACHE", "REPLICATION"] },
      { customRoleArn: `${ROLE}/second` },
      { customRoleArn: undefined },
      { description: "second" },
      { imageTagMutabilityExclusionFilters: [{ filter: "dev-*", filterType: "WILDCARD" }] },
      { imageTagMutability: "MUTABLE", imageTagMutabilityExclusionFilters: undefined },
      { lifecyclePolicy: keepNewest(4) },
      { lifecyclePolicy: undefined },
      { repositoryPolicy: onRepository("ecr:ListImages") },
      { repositoryPolicy: undefined },
      { resourceTags: { team: "b" } },
      { encryptionConfigurations: [{ encryptionType: "KMS" }] },
    ],
  },
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
    inputs: { scanType: "BASIC", rules: scanning("SCAN_ON_PUSH") },
    updates: [{ scanType: "ENHANCED", rules: scanning("CONTINUOUS_SCAN") }, { rules: [] }],
  },
  "aws:ecr/registryPolicy:RegistryPolicy": {
    inputs: { policy: allowAccount("ecr:CreateRepository") },
    updates: [{ policy: allowAccount("ecr:ReplicateImage") }],
  },
  "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": {
    inputs: { principalArn: "arn:aws:iam::111122223333:role/scanner" },
    updates: [],
  },
  "aws:ecr/repository:Repository": {
    inputs: {
      name: "own",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      tags: { team: "a" },
    },
    updates: [
      { imageTagMutability: "MUTABLE" },
      { imageScanningConfiguration: { scanOnPush: false } },
      { tags: { team: "b", news: "c" } },
      { forceDelete: true },
    ],
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": { inputs: { repository: "own", policy: keepNewest(3) }, updates: [] },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    inputs: { repository: "own", policy: onRepository("ecr:BatchGetImage") },
    updates: [{ policy: onRepository("ecr:ListImages") }],
  },
  "aws:sns/topic:Topic": {
    inputs: { name: "alerts", displayName: "first", kmsMasterKeyId: "alias/one", tags: { team: "a" } },
    updates: [
      { displayName: "second" },
      { kmsMasterKeyId: undefined },
      { tags: { team: "b" } },
      { policy: allowAccount("sns:Publish") },
    ],
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    inputs: { arn: TOPIC, policy: allowAccount("sns:Publish") },
    updates: [{ policy: allowAccount("sns:Subscribe") }],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    inputs: { topic: TOPIC, protocol: "email", endpoint: "someone@example.com" },
    updates: [],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    inputs: { name: "alerts", description: "first", eventPattern: '{"source":["aws.ecr"]}', tags: { team: "a" } },
    updates: [
      { description: "second" },
      { eventPattern: '{"source":["aws.ecr","aws.s3"]}' },
      { state: "DISABLED" },
      { forceDestroy: true },
      { tags: { team: "b" } },
    ],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    inputs: {
      rule: "alerts",
      targetId: "alerts",
      arn: TOPIC,
      inputTransformer: { inputPaths: { repository: "$.detail.repository-name" }, inputTemplate: '"<repository>"' },
    },
    updates: [
      { inputTransformer: { inputTemplate: '"failed"' } },
      { inputTransformer: undefined },
      { forceDestroy: true },
      { arn: OTHER_TOPIC },
    ],
  },
  "aws:scheduler/schedule:Schedule": {
    inputs: {
      name: "reminder",
      description: "first",
      scheduleExpression: "at(2199-01-31T09:00:00)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: TOPIC, roleArn: `${ROLE}/reminders`, input: '"renew"' },
    },
    updates: [
      { description: "second" },
      { scheduleExpression: "at(2199-02-01T09:00:00)" },
      { actionAfterCompletion: "DELETE" },
      { state: "DISABLED" },
      { target: { arn: TOPIC, roleArn: `${ROLE}/reminders`, input: '"now"' } },
    ],
  },
};

describe("the local provider with the local AWS", () => {
  let cloud: TestCloud;
  let secretArn = "";
  const made: (() => Promise<void>)[] = [];

  const typeOf = (token: string) => resourceType(cloud.url, token, REGION);

  const checked = (token: string, inputs: Properties) => {
    // The engine never sends undefined values to a provider.
    const given = JSON.parse(JSON.stringify(inputs).replaceAll("<secret>", secretArn)) as Properties;
    const { inputs: all, refusals } = typeOf(token).check({
      name: "r",
      old: {},
      inputs: given,
      seed: new Uint8Array(),
    });
    assert.deepEqual(refusals, []);
    return all;
  };

  async function create(token: string, inputs: Properties) {
    const all = checked(token, inputs);
    return { inputs: all, ...(await typeOf(token).create(all)) };
  }

  before(async () => {
    cloud = await TestCloud.start();
    for (const [name, service] of [
      ["second", "ecr.amazonaws.com"],
      ["reminders", "scheduler.amazonaws.com"],
    ] as const) {
      await create("aws:iam/role:Role", { name, assumeRolePolicy: trust(service) });
    }
    await create("aws:sns/topic:Topic", { name: "others" });
  });
  after(() => cloud.stop());

  for (const [token, { inputs: given, updates }] of Object.entries(CASES)) {
    const name = token.split(":").at(-1) ?? "";

    it(`${name}: creates, changes and imports what the inputs say, and nothing else`, async () => {
      const type = typeOf(token);
      let wanted = given;
      let { inputs, id, state } = await create(token, wanted);
      if (name === "Secret") secretArn = id;
      const computed = COMPUTED[name] ?? {};
      assert.deepEqual(Object.keys(computed).sort(), [...(TABLE[token]?.computed ?? [])].sort());
      for (const [output, value] of Object.entries(computed)) assert.match(String(state[output]), value, output);
      assert.equal(state.region, TABLE[token]?.regional === false ? undefined : REGION);
      const isSettled = async () => {
        const read = await type.read(id, state, inputs);
        assert.deepEqual(read?.state, state, "the state has what AWS has");
        assert.deepEqual(type.diff({ oldInputs: inputs, state, inputs }).changed, []);
      };
      await isSettled();
      for (const update of updates) {
        wanted = { ...wanted, ...update };
        const next = checked(token, wanted);
        const { changed, replaces } = type.diff({ oldInputs: inputs, state, inputs: next });
        const tags = "tags" in update ? ["tagsAll"] : [];
        assert.deepEqual([...changed].sort(), [...Object.keys(update), ...tags].sort());
        assert.deepEqual(replaces, []);
        state = await type.update(id, { oldInputs: inputs, state, inputs: next });
        inputs = next;
        await isSettled();
      }
      if (!NOT_IMPORTED.includes(name)) await isImported(token, id, inputs);
      made.unshift(async () => {
        await type.delete(id, state);
        if (!REMAINING.includes(name)) assert.equal(await type.read(id, state, inputs), undefined, name);
      });
    });
  }

  /** An import finds the resource, and returns inputs that would create it. */
  async function isImported(token: string, id: string, inputs: Properties): Promise<void> {
    const type = typeOf(token);
    const imported = await type.read(id, {}, {});
    assert.ok(imported);
    const isHidden = (field: string) => TABLE[token]?.fields[field]?.writeOnly === true;
    const { changed } = type.diff({ oldInputs: {}, state: imported.state, inputs });
    assert.deepEqual(
      changed.filter((field) => !isHidden(field)),
      [],
    );
    const { __defaults, ...fitting } = imported.inputs;
    const again = type.diff({ oldInputs: {}, state: imported.state, inputs: checked(token, fitting) });
    assert.deepEqual(again.changed, []);
  }

  it("deletes everything, the newest first", async () => {
    for (const remove of made) await remove();
  });
});
