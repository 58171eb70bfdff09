import assert from "node:assert/strict";
import { ACCOUNT, REGION, TestCloud } from "../../../local/emulator/testing/support";
import { sameValue } from "../../../local/provider/aws/fields";
import { KINDS } from "../../../local/provider/aws/kinds";
import { specOf } from "../../../local/provider/aws/spec";
import type { Properties } from "../../../local/provider/wire";
import { keepNewest } from "../../support/lifecycle";
import { check, plugin } from "./support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const OTHER_TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:others`;
const MANAGED = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
const SECRET = /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache\/hub-[a-zA-Z0-9]{6}$/;

const document = (statement: object) => JSON.stringify({ Statement: [statement], Version: "2012-10-17" });
const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const trust = (service: string) =>
  document({ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: service } });
const allow = (action: string) => policy({ Action: action, Effect: "Allow", Resource: "*" });
const to = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };
const allowAccount = (action: string) => document({ Action: action, Effect: "Allow", ...to, Resource: "*" });
const onRepository = (action: string) => document({ Action: action, Effect: "Allow", ...to });
const scanning = (scanFrequency: string) => [
  { repositoryFilters: [{ filter: "hub/*", filterType: "WILDCARD" }], scanFrequency },
];

/** The real provider can import it. The local one cannot. */
const NOT_IMPORTED = ["EventTarget"];
/** A topic always has a policy, a registry a configuration, and a secret a version. AWS itself removes subscriptions. */
const REMAINING = [
  "SecretPolicy",
  "SecretVersion",
  "TopicPolicy",
  "TopicSubscription",
  "RegistryScanningConfiguration",
];

interface Case {
  readonly inputs: Properties;
  /** What the state has beside the inputs, their Region and tags, and empty values. A pattern for what AWS makes up. */
  readonly answer: Properties;
  /** Inputs to which the same resource is changed, one after the other. */
  readonly changes: readonly Properties[];
  /** What replaces it. */
  readonly replaced: readonly string[];
  /** Inputs that are refused before AWS is called, by their path. */
  readonly refused?: readonly (readonly [inputs: Properties, path: string])[];
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
    changes: [
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
    answer: {
      arn: `${ROLE}/team/creator`,
      createDate: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      uniqueId: /^AROA[0-9A-Z]{16}$/,
      forceDetachPolicies: false,
    },
    replaced: ["name", "namePrefix", "path"],
    refused: [
      [{ name: "r".repeat(65) }, "name"],
      [{ assumeRolePolicy: "{" }, "assumeRolePolicy"],
      [{ maxSessionDuration: 60 }, "maxSessionDuration"],
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    inputs: { role: "creator", name: "pull", policy: allow("ecr:BatchGetImage") },
    changes: [{ policy: allow("ecr:CreateRepository") }],
    answer: {},
    replaced: ["role", "name", "namePrefix"],
    refused: [[{ namePrefix: "p-" }, "name"]],
  },
  "aws:iam/policy:Policy": {
    inputs: {
      name: "pull",
      description: "first",
      path: "/team/",
      policy: allow("ecr:BatchGetImage"),
      tags: { a: "b" },
    },
    changes: [{ policy: allow("ecr:CreateRepository") }, { tags: { a: "c" } }, { tags: undefined }],
    answer: { arn: `arn:aws:iam::${ACCOUNT}:policy/team/pull`, attachmentCount: 0, policyId: /^ANPA[0-9A-Z]{16}$/ },
    replaced: ["name", "namePrefix", "description", "path"],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    inputs: { role: "creator", policyArn: `arn:aws:iam::${ACCOUNT}:policy/team/pull` },
    changes: [],
    answer: {},
    replaced: ["role", "policyArn"],
    refused: [[{ policyArn: "pull" }, "policyArn"]],
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
    changes: [
      { description: "second" },
      { kmsKeyId: "alias/two" },
      { recoveryWindowInDays: 0 },
      { forceOverwriteReplicaSecret: true },
      { tags: { team: "b" } },
      { tags: undefined },
      { policy: allowAccount("secretsmanager:DescribeSecret") },
    ],
    answer: { arn: SECRET, forceOverwriteReplicaSecret: false },
    replaced: ["name", "namePrefix"],
    refused: [
      [{ tags: "a" }, "tags"],
      [{ owner: "a" }, "owner"],
    ],
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    inputs: { secretId: "<secret>", secretString: '{"username":"a","accessToken":"b"}' },
    changes: [],
    answer: { arn: SECRET, versionId: /^terraform-[0-9a-f]{26}$/, versionStages: ["AWSCURRENT"] },
    replaced: ["secretId", "secretString", "versionStages"],
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    inputs: {
      secretArn: "<secret>",
      policy: allowAccount("secretsmanager:GetSecretValue"),
      blockPublicPolicy: true,
    },
    changes: [{ policy: allowAccount("secretsmanager:DescribeSecret") }, { blockPublicPolicy: false }],
    answer: {},
    replaced: ["secretArn"],
    refused: [[{ blockPublicPolicy: "no" }, "blockPublicPolicy"]],
  },
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    inputs: {
      ecrRepositoryPrefix: "other",
      upstreamRegistryUrl: "444455556666.dkr.ecr.us-east-1.amazonaws.com",
      upstreamRepositoryPrefix: "base",
      customRoleArn: `${ROLE}/team/creator`,
    },
    changes: [{ customRoleArn: `${ROLE}/second` }],
    answer: { registryId: ACCOUNT },
    replaced: ["ecrRepositoryPrefix", "upstreamRegistryUrl", "upstreamRepositoryPrefix"],
    refused: [
      [{ ecrRepositoryPrefix: "a" }, "ecrRepositoryPrefix"],
      [{ upstreamRegistryUrl: undefined }, "upstreamRegistryUrl"],
      [{ credentialArn: "hub" }, "credentialArn"],
    ],
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
    changes: [
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
    answer: { registryId: ACCOUNT, encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }] },
    replaced: ["prefix"],
    refused: [
      [{ description: "x".repeat(257) }, "description"],
      [{ appliedFors: [] }, "appliedFors"],
      [{ lifecyclePolicy: "{" }, "lifecyclePolicy"],
    ],
  },
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
    inputs: { scanType: "BASIC", rules: scanning("SCAN_ON_PUSH") },
    changes: [{ scanType: "ENHANCED", rules: scanning("CONTINUOUS_SCAN") }, { rules: [] }],
    answer: { registryId: ACCOUNT },
    replaced: [],
    refused: [
      [
        { rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "hub/", filterType: "WILDCARD" }] }] },
        "rules",
      ],
      [{ rules: [{ scanFrequency: 1 }] }, "rules"],
    ],
  },
  "aws:ecr/registryPolicy:RegistryPolicy": {
    inputs: { policy: allowAccount("ecr:CreateRepository") },
    changes: [{ policy: allowAccount("ecr:ReplicateImage") }],
    answer: { registryId: ACCOUNT },
    replaced: [],
  },
  "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": {
    inputs: { principalArn: "arn:aws:iam::111122223333:role/scanner" },
    changes: [],
    answer: {},
    replaced: ["principalArn"],
  },
  "aws:ecr/repository:Repository": {
    inputs: {
      name: "own",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      tags: { team: "a" },
    },
    changes: [
      { imageTagMutability: "MUTABLE" },
      { imageScanningConfiguration: { scanOnPush: false } },
      { tags: { team: "b", news: "c" } },
      { forceDelete: true },
    ],
    answer: {
      arn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/own`,
      registryId: ACCOUNT,
      repositoryUrl: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/own`,
      encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
    },
    replaced: ["name", "encryptionConfigurations"],
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    inputs: { repository: "own", policy: keepNewest(3) },
    changes: [],
    answer: { registryId: ACCOUNT },
    replaced: ["repository", "policy"],
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    inputs: { repository: "own", policy: onRepository("ecr:BatchGetImage") },
    changes: [{ policy: onRepository("ecr:ListImages") }],
    answer: { registryId: ACCOUNT },
    replaced: ["repository"],
  },
  "aws:sns/topic:Topic": {
    inputs: { name: "alerts", displayName: "first", kmsMasterKeyId: "alias/one", tags: { team: "a" } },
    changes: [
      { displayName: "second" },
      { kmsMasterKeyId: undefined },
      { tags: { team: "b" } },
      { policy: allowAccount("sns:Publish") },
    ],
    answer: { arn: TOPIC, owner: ACCOUNT, policy: /__default_policy_ID/ },
    replaced: ["name", "namePrefix"],
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    inputs: { arn: TOPIC, policy: allowAccount("sns:Publish") },
    changes: [{ policy: allowAccount("sns:Subscribe") }],
    answer: { owner: ACCOUNT },
    replaced: ["arn"],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    inputs: { topic: TOPIC, protocol: "email", endpoint: "someone@example.com" },
    changes: [],
    answer: {
      arn: /^arn:aws:sns:eu-central-1:111122223333:alerts:[0-9a-f-]{36}$/,
      ownerId: ACCOUNT,
      pendingConfirmation: true,
      confirmationWasAuthenticated: false,
    },
    replaced: ["topic", "protocol", "endpoint"],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    inputs: { name: "alerts", description: "first", eventPattern: '{"source":["aws.ecr"]}', tags: { team: "a" } },
    changes: [
      { description: "second" },
      { eventPattern: '{"source":["aws.ecr","aws.s3"]}' },
      { state: "DISABLED" },
      { forceDestroy: true },
      { tags: { team: "b" } },
    ],
    answer: { arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/alerts`, state: "ENABLED", forceDestroy: false },
    replaced: ["name", "namePrefix"],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    inputs: {
      rule: "alerts",
      targetId: "alerts",
      arn: TOPIC,
      inputTransformer: { inputPaths: { repository: "$.detail.repository-name" }, inputTemplate: '"<repository>"' },
    },
    changes: [
      { inputTransformer: { inputTemplate: '"failed"' } },
      { inputTransformer: undefined },
      { forceDestroy: true },
      { arn: OTHER_TOPIC },
    ],
    answer: { forceDestroy: false },
    replaced: ["rule", "targetId"],
  },
  "aws:scheduler/schedule:Schedule": {
    inputs: {
      name: "reminder",
      description: "first",
      scheduleExpression: "at(2199-01-31T09:00:00)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: TOPIC, roleArn: `${ROLE}/reminders`, input: '"renew"' },
    },
    changes: [
      { description: "second" },
      { scheduleExpression: "at(2199-02-01T09:00:00)" },
      { actionAfterCompletion: "DELETE" },
      { state: "DISABLED" },
      { target: { arn: TOPIC, roleArn: `${ROLE}/reminders`, input: '"now"' } },
    ],
    answer: {
      arn: `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/reminder`,
      groupName: "default",
      scheduleExpressionTimezone: "UTC",
      state: "ENABLED",
      actionAfterCompletion: "NONE",
    },
    replaced: ["name", "namePrefix", "groupName"],
    refused: [[{ state: "ON" }, "state"]],
  },
};

describe("the local provider with the local AWS", () => {
  let cloud: TestCloud;
  let secretArn = "";
  const made: (() => Promise<void>)[] = [];

  const typeOf = (token: string) => plugin(cloud.url, { region: REGION }).resourceType(token);

  const checked = (token: string, inputs: Properties) => {
    const given = JSON.parse(JSON.stringify(inputs).replaceAll("<secret>", secretArn)) as Properties;
    const { inputs: all, refusals } = check(typeOf(token), given);
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

  it("has a case for each kind", () => assert.deepEqual(Object.keys(CASES).sort(), Object.keys(KINDS).sort()));

  for (const [token, { inputs: given, answer, changes, replaced, refused = [] }] of Object.entries(CASES)) {
    const name = token.split(":").at(-1) ?? "";
    const spec = specOf(token) ?? assert.fail(token);

    it(`${name}: creates, changes and imports what the inputs say, and nothing else`, async () => {
      const type = typeOf(token);
      let wanted = given;
      let { inputs, id, state } = await create(token, wanted);
      if (name === "Secret") secretArn = id;
      const { __defaults, ...asked } = inputs;
      const expected = { ...(spec.tags && { tags: {} }), ...asked, ...answer };
      for (const [property, value] of Object.entries(state)) {
        const due = property in expected ? (expected as Properties)[property] : undefined;
        if (due instanceof RegExp) assert.match(String(value), due, property);
        else if (due === undefined)
          assert.ok(value === "" || value === undefined || (value as []).length === 0, property);
        else assert.ok(sameValue(spec.fields[property], value, due), property);
      }
      assert.deepEqual(
        Object.keys(expected).filter((property) => !(property in state)),
        [],
      );
      const isSettled = async () => {
        const read = await type.read(id, state, inputs);
        assert.deepEqual(read?.state, state, "the state has what AWS has");
        assert.deepEqual(read?.inputs, inputs, "a refresh changes no input");
        assert.deepEqual(type.diff({ oldInputs: inputs, state, inputs }).changed, []);
      };
      await isSettled();
      for (const change of changes) {
        wanted = { ...wanted, ...change };
        const next = checked(token, wanted);
        const { changed, replaces } = type.diff({ oldInputs: inputs, state, inputs: next });
        const tags = "tags" in change ? ["tagsAll"] : [];
        assert.deepEqual([...changed].sort(), [...Object.keys(change), ...tags].sort());
        assert.deepEqual(replaces, []);
        state = await type.update(id, { oldInputs: inputs, state, inputs: next });
        inputs = next;
        await isSettled();
      }
      const others = Object.fromEntries(Object.keys(spec.fields).map((field) => [field, "changed"]));
      assert.deepEqual(
        [...type.diff({ oldInputs: {}, state, inputs: { ...others, region: REGION } }).replaces].sort(),
        [...replaced].sort(),
      );
      if (!NOT_IMPORTED.includes(name)) await isImported(token, id, inputs);
      made.unshift(async () => {
        await type.delete(id, state);
        if (!REMAINING.includes(name)) assert.equal(await type.read(id, state, inputs), undefined, name);
        // EventBridge answers that the target failed, and the real provider then fails too.
        if (name !== "EventTarget") await type.delete(id, state);
        const rules = [{ service: spec.service, operation: "*", kind: "accessDenied" }];
        await cloud.control("PUT", "faults", { rules });
        for (const call of [type.read(id, state, inputs), type.delete(id, state)])
          await assert.rejects(
            call,
            new RegExp(`(?:reading|deleting) ${spec.title} .*Not authorized to perform`),
            name,
          );
        await cloud.control("DELETE", "faults");
      });
    });

    for (const [change, path] of refused) {
      it(`${name}: refuses ${JSON.stringify(change).slice(0, 80)}`, () => {
        const { refusals } = check(typeOf(token), { ...given, ...change });
        assert.notEqual(refusals.length, 0);
        for (const reason of refusals) assert.ok(reason.endsWith(`. Examine values at 'web.${path}'.`), reason);
      });
    }
  }

  /** An import finds the resource, and returns inputs that would create it. */
  async function isImported(token: string, id: string, inputs: Properties): Promise<void> {
    const type = typeOf(token);
    const imported = await type.read(id, {}, {});
    assert.ok(imported);
    const isHidden = (field: string) => specOf(token)?.fields[field]?.writeOnly === true;
    const changes = (of: Properties) =>
      type.diff({ oldInputs: {}, state: imported.state, inputs: of }).changed.filter((field) => !isHidden(field));
    assert.deepEqual(changes(inputs), []);
    const { __defaults, tagsAll, ...fitting } = imported.inputs;
    assert.deepEqual(changes(checked(token, fitting)), []);
  }

  it("deletes everything, the newest first", async () => {
    for (const remove of made) await remove();
  });
});
