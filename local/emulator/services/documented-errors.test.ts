import assert from "node:assert/strict";
import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { ACCOUNT, allow, REGION, refused, TestCloud, trust } from "../testing/support";

/** Calls that fail with an exception, as operation and input. */
type Failing = { readonly [exception: string]: readonly (readonly [operation: string, input?: object])[] };
type Client = { readonly [operation: string]: (input: object) => Promise<unknown> };

const anybody = { Principal: "*" };
const onAll = { Resource: "*" };
const text = (length: number) => "x".repeat(length);
const tag = { Key: "team", Value: "a" };
const lifecyclePolicyText = JSON.stringify(
  {
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 },
        action: { type: "expire" },
      },
    ],
  },
  undefined,
  4,
);

const [app, none] = [{ repositoryName: "app" }, { repositoryName: "none" }];
const repository = (name: string, region = REGION) => `arn:aws:ecr:${region}:${ACCOUNT}:repository/${name}`;
const imageIds = [{ imageTag: "none" }];
const noRule = { ecrRepositoryPrefix: "none" };
const credentialArn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:ecr-pullthroughcache/none-AbCdEf`;

const ECR: Failing = {
  RepositoryNotFoundException: [
    ["deleteRepository", none],
    ["describeRepositories", { repositoryNames: ["app", "none"] }],
    ["describeImages", none],
    ["batchGetImage", { ...none, imageIds }],
    ["putImageScanningConfiguration", { ...none, imageScanningConfiguration: { scanOnPush: true } }],
    ["putImageTagMutability", { ...none, imageTagMutability: "IMMUTABLE" }],
    ["setRepositoryPolicy", { ...none, policyText: allow("ecr:BatchGetImage", anybody) }],
    ["getRepositoryPolicy", none],
    ["deleteRepositoryPolicy", none],
    ["putLifecyclePolicy", { ...none, lifecyclePolicyText }],
    ["getLifecyclePolicy", none],
    ["deleteLifecyclePolicy", none],
    ["startLifecyclePolicyPreview", none],
    ["getLifecyclePolicyPreview", none],
    ["listTagsForResource", { resourceArn: repository("none") }],
    ["tagResource", { resourceArn: repository("none"), tags: [tag] }],
    ["untagResource", { resourceArn: repository("none"), tagKeys: ["team"] }],
  ],
  RepositoryAlreadyExistsException: [["createRepository", app]],
  RepositoryPolicyNotFoundException: [
    ["getRepositoryPolicy", app],
    ["deleteRepositoryPolicy", app],
  ],
  LifecyclePolicyNotFoundException: [
    ["getLifecyclePolicy", app],
    ["deleteLifecyclePolicy", app],
    ["startLifecyclePolicyPreview", app],
  ],
  LifecyclePolicyPreviewNotFoundException: [["getLifecyclePolicyPreview", app]],
  ImageNotFoundException: [["describeImages", { ...app, imageIds }]],
  PullThroughCacheRuleNotFoundException: [
    ["describePullThroughCacheRules", { ecrRepositoryPrefixes: ["none"] }],
    ["updatePullThroughCacheRule", { ...noRule, credentialArn }],
    ["validatePullThroughCacheRule", noRule],
    ["deletePullThroughCacheRule", noRule],
  ],
  TemplateNotFoundException: [
    ["updateRepositoryCreationTemplate", { prefix: "none" }],
    ["deleteRepositoryCreationTemplate", { prefix: "none" }],
  ],
  RegistryPolicyNotFoundException: [["getRegistryPolicy"], ["deleteRegistryPolicy"]],
  InvalidParameterException: [
    ["describeRepositories", { nextToken: "made up" }],
    ["describeImages", { ...app, nextToken: "made up" }],
    ["describePullThroughCacheRules", { nextToken: "made up" }],
    ["describeRepositoryCreationTemplates", { nextToken: "made up" }],
    ["listTagsForResource", { resourceArn: repository("app", "us-east-1") }],
    ["tagResource", { resourceArn: repository("app", "us-east-1"), tags: [tag] }],
    ["untagResource", { resourceArn: repository("app", "us-east-1"), tagKeys: ["team"] }],
  ],
};

const role = { RoleName: "puller" };
const noRole = { RoleName: "none" };
const awsRole = { RoleName: "AWSServiceRoleForECRPullThroughCache" };
const own = { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/own` };
const noPolicy = { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/none` };
const document = allow("ecr:BatchGetImage", onAll);
const trusting = trust({ AWS: ACCOUNT });

const IAM: Failing = {
  NoSuchEntityException: [
    ["getRole", noRole],
    ["updateRole", noRole],
    ["updateRoleDescription", { ...noRole, Description: "" }],
    ["updateAssumeRolePolicy", { ...noRole, PolicyDocument: trusting }],
    ["deleteRole", noRole],
    ["tagRole", { ...noRole, Tags: [tag] }],
    ["untagRole", { ...noRole, TagKeys: ["team"] }],
    ["putRolePermissionsBoundary", { ...noRole, PermissionsBoundary: own.PolicyArn }],
    ["deleteRolePermissionsBoundary", noRole],
    ["listInstanceProfilesForRole", noRole],
    ["putRolePolicy", { ...noRole, PolicyName: "p", PolicyDocument: document }],
    ["getRolePolicy", { ...noRole, PolicyName: "p" }],
    ["getRolePolicy", { ...role, PolicyName: "p" }],
    ["deleteRolePolicy", { ...noRole, PolicyName: "p" }],
    ["deleteRolePolicy", { ...role, PolicyName: "p" }],
    ["listRolePolicies", noRole],
    ["attachRolePolicy", { ...noRole, ...own }],
    ["attachRolePolicy", { ...role, ...noPolicy }],
    ["detachRolePolicy", { ...noRole, ...own }],
    ["detachRolePolicy", { ...role, ...own }],
    ["listAttachedRolePolicies", noRole],
    ["getPolicy", noPolicy],
    ["deletePolicy", noPolicy],
    ["createPolicyVersion", { ...noPolicy, PolicyDocument: document }],
    ["listPolicyVersions", noPolicy],
    ["getPolicyVersion", { ...noPolicy, VersionId: "v1" }],
    ["getPolicyVersion", { ...own, VersionId: "v2" }],
    ["deletePolicyVersion", { ...noPolicy, VersionId: "v1" }],
    ["deletePolicyVersion", { ...own, VersionId: "v2" }],
    ["tagPolicy", { ...noPolicy, Tags: [tag] }],
    ["untagPolicy", { ...noPolicy, TagKeys: ["team"] }],
  ],
  EntityAlreadyExistsException: [
    ["createRole", { RoleName: "PULLER", AssumeRolePolicyDocument: trusting }],
    ["createPolicy", { PolicyName: "OWN", PolicyDocument: document }],
  ],
  UnmodifiableEntityException: [
    ["updateRole", awsRole],
    ["updateRoleDescription", { ...awsRole, Description: "" }],
    ["updateAssumeRolePolicy", { ...awsRole, PolicyDocument: trusting }],
    ["putRolePolicy", { ...awsRole, PolicyName: "p", PolicyDocument: document }],
    ["deleteRolePolicy", { ...awsRole, PolicyName: "p" }],
    ["attachRolePolicy", { ...awsRole, ...own }],
    ["detachRolePolicy", { ...awsRole, ...own }],
    ["putRolePermissionsBoundary", { ...awsRole, PermissionsBoundary: own.PolicyArn }],
    ["deleteRolePermissionsBoundary", awsRole],
    ["deleteRole", awsRole],
  ],
  MalformedPolicyDocumentException: [
    ["createRole", { RoleName: "new", AssumeRolePolicyDocument: "{" }],
    ["updateAssumeRolePolicy", { ...role, PolicyDocument: document }],
    ["putRolePolicy", { ...role, PolicyName: "p", PolicyDocument: trusting }],
    ["createPolicy", { PolicyName: "new", PolicyDocument: "{" }],
    ["createPolicyVersion", { ...own, PolicyDocument: "{" }],
  ],
  InvalidInputException: [
    ["attachRolePolicy", { ...role, PolicyArn: "AmazonEC2ContainerRegistryPullOnly" }],
    ["tagRole", { ...role, Tags: [{ Key: "aws:team", Value: "a" }] }],
    ["tagPolicy", { ...own, Tags: [tag, { Key: "TEAM", Value: "b" }] }],
  ],
  ValidationError: [
    ["listRoles", { Marker: "made up" }],
    ["listRolePolicies", { ...role, Marker: "made up" }],
    ["listAttachedRolePolicies", { ...role, Marker: "made up" }],
    ["listPolicyVersions", { ...own, Marker: "made up" }],
  ],
};

const SecretId = "hub";
const [noSecret, deleted] = [{ SecretId: "none" }, { SecretId: "deleted" }];
const ResourcePolicy = allow("secretsmanager:GetSecretValue", { Principal: { AWS: ACCOUNT }, ...onAll });

const SECRETS: Failing = {
  ResourceNotFoundException: [
    ["describeSecret", noSecret],
    ["updateSecret", noSecret],
    ["deleteSecret", noSecret],
    ["restoreSecret", noSecret],
    ["getSecretValue", noSecret],
    ["getSecretValue", { SecretId, VersionStage: "none" }],
    ["getSecretValue", { SecretId, VersionId: text(32) }],
    ["putSecretValue", { ...noSecret, SecretString: "a" }],
    ["listSecretVersionIds", noSecret],
    ["updateSecretVersionStage", { ...noSecret, VersionStage: "a" }],
    ["updateSecretVersionStage", { SecretId, VersionStage: "a", MoveToVersionId: text(32) }],
    ["tagResource", { ...noSecret, Tags: [tag] }],
    ["untagResource", { ...noSecret, TagKeys: ["team"] }],
    ["putResourcePolicy", { ...noSecret, ResourcePolicy }],
    ["getResourcePolicy", noSecret],
    ["deleteResourcePolicy", noSecret],
  ],
  InvalidRequestException: [
    ["createSecret", { Name: "deleted" }],
    ["updateSecret", deleted],
    ["deleteSecret", deleted],
    ["getSecretValue", deleted],
    ["putSecretValue", { ...deleted, SecretString: "a" }],
    ["updateSecretVersionStage", { ...deleted, VersionStage: "a" }],
    ["tagResource", { ...deleted, Tags: [tag] }],
    ["untagResource", { ...deleted, TagKeys: ["team"] }],
    ["putResourcePolicy", { ...deleted, ResourcePolicy }],
    ["deleteResourcePolicy", deleted],
  ],
  InvalidNextTokenException: [
    ["listSecrets", { NextToken: "made up" }],
    ["listSecretVersionIds", { SecretId, NextToken: "made up" }],
  ],
  ResourceExistsException: [["createSecret", { Name: SecretId }]],
  InvalidParameterException: [
    ["putSecretValue", { SecretId }],
    ["putSecretValue", { SecretId, SecretString: "a", SecretBinary: Buffer.from("a") }],
    ["createSecret", { Name: "new", KmsKeyId: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd` }],
    ["createSecret", { Name: "new", Tags: [{ Key: "aws:team", Value: "a" }] }],
    ["tagResource", { SecretId, Tags: [{ Key: "team", Value: "a;b" }] }],
    ["tagResource", { SecretId, Tags: [tag, tag] }],
    ["tagResource", { SecretId, Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" })) }],
  ],
};

const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const [noTopic, noResource] = [{ TopicArn: `${TopicArn}-none` }, { ResourceArn: `${TopicArn}-none` }];
const email = { Protocol: "email", Endpoint: "ops@example.com" };

const SNS: Failing = {
  NotFoundException: [
    ["getTopicAttributes", noTopic],
    ["setTopicAttributes", { ...noTopic, AttributeName: "DisplayName", AttributeValue: "a" }],
    ["subscribe", { ...noTopic, ...email }],
    ["confirmSubscription", { ...noTopic, Token: "a" }],
    ["listSubscriptionsByTopic", noTopic],
    ["getSubscriptionAttributes", { SubscriptionArn: `${TopicArn}:none` }],
  ],
  ResourceNotFoundException: [
    ["listTagsForResource", noResource],
    ["tagResource", { ...noResource, Tags: [tag] }],
    ["untagResource", { ...noResource, TagKeys: ["team"] }],
  ],
  InvalidParameterException: [
    ["createTopic", { Name: text(257) }],
    ["createTopic", { Name: "" }],
    ["createTopic", { Name: "alerts.fifo" }],
    ["getTopicAttributes", { TopicArn: "alerts" }],
    ["getSubscriptionAttributes", { SubscriptionArn: TopicArn }],
    ["subscribe", { TopicArn, Protocol: "email", Endpoint: "ops" }],
    ["subscribe", { TopicArn, Protocol: "email", Endpoint: "ops@example.com and others" }],
    ["subscribe", { TopicArn, Protocol: "email" }],
    ["setTopicAttributes", { TopicArn, AttributeName: "Owner", AttributeValue: "a" }],
    ["setTopicAttributes", { TopicArn, AttributeName: "DisplayName", AttributeValue: text(101) }],
    ["listSubscriptionsByTopic", { TopicArn, NextToken: "made up" }],
    ["tagResource", { ResourceArn: TopicArn, Tags: [{ Key: "aws:team", Value: "a" }] }],
  ],
};

const noEventRule = { Name: "none" };
const target = (Id: string) => ({ Id, Arn: TopicArn });
const eventRule = (name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`;

const EVENTS: Failing = {
  ResourceNotFoundException: [
    ["putRule", { Name: "failures", EventPattern: '{"source":["aws.ecr"]}', EventBusName: "none" }],
    ["describeRule", noEventRule],
    ["describeRule", { Name: "failures", EventBusName: "none" }],
    ["putTargets", { Rule: "none", Targets: [target("a")] }],
    ["removeTargets", { Rule: "none", Ids: ["a"] }],
    ["listTargetsByRule", { Rule: "none" }],
    ["listTagsForResource", { ResourceARN: eventRule("none") }],
    ["tagResource", { ResourceARN: eventRule("none"), Tags: [tag] }],
    ["untagResource", { ResourceARN: eventRule("none"), TagKeys: ["team"] }],
  ],
  LimitExceededException: [["putTargets", { Rule: "failures", Targets: ["a", "b", "c", "d", "e", "f"].map(target) }]],
  InvalidEventPatternException: [["putRule", { Name: "failures", EventPattern: "{" }]],
};

const noSchedule = { Name: "none" };

const SCHEDULER: Failing = {
  ResourceNotFoundException: [
    ["getSchedule", noSchedule],
    ["deleteSchedule", noSchedule],
    [
      "updateSchedule",
      {
        ...noSchedule,
        ScheduleExpression: "at(2099-01-31T00:00:00)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: TopicArn, RoleArn: `arn:aws:iam::${ACCOUNT}:role/puller` },
      },
    ],
  ],
};

/** Source: the API reference of each operation, "Errors". `refused` compares code and HTTP status with the model. */
describe("emulator: errors that AWS documents", () => {
  const cloud = TestCloud.forSuite();
  beforeEach(async () => {
    await Promise.all([
      cloud.ecr().createRepository(app),
      cloud.iam().createRole({ ...role, AssumeRolePolicyDocument: trusting }),
      cloud.iam().createPolicy({ PolicyName: "own", PolicyDocument: document }),
      cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }),
      cloud.secrets().createSecret({ Name: SecretId, SecretString: "a" }),
      cloud.secrets().createSecret({ Name: "deleted", SecretString: "a" }),
      cloud.sns().createTopic({ Name: "alerts" }),
      cloud.events().putRule({ Name: "failures", EventPattern: '{"source":["aws.ecr"]}' }),
    ]);
    await cloud.secrets().deleteSecret(deleted);
  });

  const services: readonly (readonly [name: string, client: () => unknown, failing: Failing])[] = [
    ["ECR", () => cloud.ecr(), ECR],
    ["IAM", () => cloud.iam(), IAM],
    ["Secrets Manager", () => cloud.secrets(), SECRETS],
    ["SNS", () => cloud.sns(), SNS],
    ["EventBridge", () => cloud.events(), EVENTS],
    ["EventBridge Scheduler", () => cloud.scheduler(), SCHEDULER],
  ];
  for (const [service, client, failing] of services) {
    for (const [exception, calls] of Object.entries(failing)) {
      it(`${service}: ${exception}`, async () => {
        for (const [operation, input = {}] of calls) {
          const call = (client() as Client)[operation]?.(input);
          await refused(call ?? Promise.resolve(), exception).catch((error: Error) => {
            assert.fail(`${operation} ${JSON.stringify(input).slice(0, 200)}: ${error.message}`);
          });
        }
      });
    }
  }

  it("all services with JSON: SerializationException for values of another type", async () => {
    const [number, text, object] = [1 as never, "text" as never, {} as never];
    for (const call of [
      () => cloud.ecr().describeRepositories({ repositoryNames: text }),
      () => cloud.ecr().describeRepositories({ repositoryNames: [number] }),
      () => cloud.ecr().deleteRepository({ ...app, force: text }),
      () => cloud.secrets().describeSecret({ SecretId: number }),
      () => cloud.events().describeRule({ Name: object }),
    ]) {
      await refused(call(), "SerializationException");
    }
  });

  it("all services but ECR: all broken constraints of an input", async () => {
    const wanted = (errors: string, ...members: string[]) => {
      const each = members.map((member) => `Value at '${member}' failed to satisfy constraint: [^;]+`).join("; ");
      return new RegExp(`^${members.length} validation ${errors} detected: ${each}$`);
    };
    const [name, Description] = [{ RoleName: text(65) }, text(1001)];
    const one = wanted("error", "roleName");
    await refused(cloud.iam().getRole(name), "ValidationError", one);
    const two = wanted("errors", "roleName", "description");
    await refused(cloud.iam().updateRole({ ...name, Description }), "ValidationError", two);
    const secrets = cloud.secrets();
    await refused(secrets.describeSecret({ SecretId: "" }), "ValidationException", wanted("error", "secretId"));
    const version = secrets.getSecretValue({ SecretId: "", VersionId: "a" });
    await refused(version, "ValidationException", wanted("errors", "secretId", "versionId"));
    const rule = cloud.events().describeRule({ Name: "a b", EventBusName: " " });
    await refused(rule, "ValidationException", wanted("errors", "name", "eventBusName"));
    const schedule = cloud.scheduler().deleteSchedule({ Name: "a b", ClientToken: "a b" });
    await refused(schedule, "ValidationException", wanted("errors", "name", "clientToken"));
    const resource = cloud.cloudControl().send(new GetResourceCommand({ TypeName: text(197), Identifier: "" }));
    await refused(resource, "ValidationException", wanted("errors", "typeName", "identifier", "identifier"));
  });

  it("ECR: the first broken constraint of an input", async () => {
    const call = cloud.ecr().describeImages({ repositoryName: "A", registryId: "1" });
    const first = /^Invalid parameter at 'registryId' failed to satisfy constraint: '[^']+'$/;
    await refused(call, "InvalidParameterException", first);
  });

  it("ECR: RepositoryNotEmptyException, unless the deletion is forced", async () => {
    const repositoryName = "quay/argoproj/argocd";
    await cloud.pull(repositoryName, "latest");
    await refused(cloud.ecr().deleteRepository({ repositoryName }), "RepositoryNotEmptyException", /images$/);
    await cloud.ecr().deleteRepository({ repositoryName, force: true });
  });

  it("IAM: LimitExceededException for documents that are too long, without their white space", async () => {
    const sized = (size: number, base: object) => {
      const statement = { Sid: "", Effect: "Allow", ...base };
      const empty = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      const Sid = text(size - empty.length);
      return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Sid }] }, undefined, 4);
    };
    const iam = cloud.iam();
    const trusts = (size: number) => sized(size, { Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } });
    const permits = (size: number) => sized(size, { Action: "ecr:BatchGetImage", ...onAll });
    const puts = (PolicyName: string, size: number) =>
      iam.putRolePolicy({ ...role, PolicyName, PolicyDocument: permits(size) });
    await iam.updateAssumeRolePolicy({ ...role, PolicyDocument: trusts(2048) });
    await refused(iam.updateAssumeRolePolicy({ ...role, PolicyDocument: trusts(2049) }), "LimitExceededException");
    await iam.createPolicyVersion({ ...own, PolicyDocument: permits(6144) });
    await refused(iam.createPolicyVersion({ ...own, PolicyDocument: permits(6145) }), "LimitExceededException");
    const makes = (RoleName: string, size: number) =>
      iam.createRole({ RoleName, AssumeRolePolicyDocument: trusts(size) });
    await makes("short", 2048);
    await refused(makes("long", 2049), "LimitExceededException");
    const manages = (PolicyName: string, size: number) =>
      iam.createPolicy({ PolicyName, PolicyDocument: permits(size) });
    await manages("short", 6144);
    await refused(manages("long", 6145), "LimitExceededException");
    await puts("a", 10_000);
    await puts("b", 240);
    await refused(puts("b", 241), "LimitExceededException");
    await puts("a", 9_000);
  });

  it("IAM: LimitExceededException for more than ten policies of a role", async () => {
    const iam = cloud.iam();
    const attach = async (PolicyName: string) => {
      const { Policy } = await iam.createPolicy({ PolicyName, PolicyDocument: document });
      await iam.attachRolePolicy({ ...role, PolicyArn: Policy?.Arn });
    };
    for (let index = 0; index < 10; index++) await attach(`p${index}`);
    await refused(attach("p10"), "LimitExceededException");
  });

  it("SNS: names of 256 characters and display names of 100 are accepted", async () => {
    await cloud.sns().createTopic({ Name: text(256) });
    await cloud.sns().setTopicAttributes({ TopicArn, AttributeName: "DisplayName", AttributeValue: text(100) });
  });
});
