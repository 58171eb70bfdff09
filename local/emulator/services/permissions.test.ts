import assert from "node:assert/strict";
import { ACCOUNT, allow, type Keys, REGION, TestCloud, trust } from "../testing/support";

type Client = { readonly [operation: string]: (input: object) => Promise<unknown> };
/** Operation, input, and the resource that IAM checks. */
type Checked = readonly [operation: string, input: object, resource: string];

const here = `${REGION}:${ACCOUNT}`;
const text = "x";
const document = allow("ecr:BatchGetImage", { Resource: "*" });

const app = { repositoryName: "app" };
const repository = `arn:aws:ecr:${here}:repository/app`;
const prefix = { ecrRepositoryPrefix: "quay" };
const imageIds = [{ imageTag: "none" }];
const lifecyclePolicyText = text.repeat(100);

const ECR: readonly Checked[] = [
  ["createPullThroughCacheRule", { ...prefix, upstreamRegistryUrl: "none" }, "*"],
  ["describePullThroughCacheRules", {}, "*"],
  ["updatePullThroughCacheRule", prefix, "*"],
  ["deletePullThroughCacheRule", prefix, "*"],
  ["validatePullThroughCacheRule", prefix, "*"],
  ["describeRepositoryCreationTemplates", {}, "*"],
  ["deleteRepositoryCreationTemplate", { prefix: "none" }, "*"],
  ["putRegistryScanningConfiguration", {}, "*"],
  ["getRegistryScanningConfiguration", {}, "*"],
  ["putRegistryPolicy", { policyText: "{" }, "*"],
  ["getRegistryPolicy", {}, "*"],
  ["deleteRegistryPolicy", {}, "*"],
  ["describeRegistry", {}, "*"],
  ["getAccountSetting", { name: "none" }, "*"],
  ["putAccountSetting", { name: "none", value: "none" }, "*"],
  ["getAuthorizationToken", {}, "*"],
  ["describeRepositories", {}, "*"],
  ["createRepository", app, repository],
  ["deleteRepository", app, repository],
  ["putImageScanningConfiguration", { ...app, imageScanningConfiguration: {} }, repository],
  ["putImageTagMutability", { ...app, imageTagMutability: "MUTABLE" }, repository],
  ["setRepositoryPolicy", { ...app, policyText: "{" }, repository],
  ["getRepositoryPolicy", app, repository],
  ["deleteRepositoryPolicy", app, repository],
  ["putLifecyclePolicy", { ...app, lifecyclePolicyText }, repository],
  ["getLifecyclePolicy", app, repository],
  ["deleteLifecyclePolicy", app, repository],
  ["startLifecyclePolicyPreview", app, repository],
  ["getLifecyclePolicyPreview", app, repository],
  ["describeImages", app, repository],
  ["batchGetImage", { ...app, imageIds }, repository],
  ["listTagsForResource", { resourceArn: repository }, repository],
  ["tagResource", { resourceArn: repository, tags: [] }, repository],
  ["untagResource", { resourceArn: repository, tagKeys: [] }, repository],
];

const known = { RoleName: "known" };
const knownRole = `arn:aws:iam::${ACCOUNT}:role/team/known`;
const fresh = { RoleName: "fresh", AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) };
const inline = { ...known, PolicyName: "p" };
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/team/own`;
const version = { PolicyArn, VersionId: "v9" };
const AWS_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess";

const IAM: readonly Checked[] = [
  ["createRole", fresh, `arn:aws:iam::${ACCOUNT}:role/fresh`],
  ["getRole", { RoleName: "none" }, `arn:aws:iam::${ACCOUNT}:role/none`],
  ["getRole", known, knownRole],
  ["listRoles", {}, "*"],
  ["updateRole", known, knownRole],
  ["updateRoleDescription", { ...known, Description: "" }, knownRole],
  ["updateAssumeRolePolicy", { ...known, PolicyDocument: "{" }, knownRole],
  ["tagRole", { ...known, Tags: [] }, knownRole],
  ["untagRole", { ...known, TagKeys: [] }, knownRole],
  ["putRolePermissionsBoundary", { ...known, PermissionsBoundary: AWS_POLICY }, knownRole],
  ["deleteRolePermissionsBoundary", known, knownRole],
  ["listInstanceProfilesForRole", known, knownRole],
  ["putRolePolicy", { ...inline, PolicyDocument: document }, knownRole],
  ["getRolePolicy", inline, knownRole],
  ["deleteRolePolicy", inline, knownRole],
  ["listRolePolicies", known, knownRole],
  ["attachRolePolicy", { ...known, PolicyArn: AWS_POLICY }, knownRole],
  ["detachRolePolicy", { ...known, PolicyArn: AWS_POLICY }, knownRole],
  ["listAttachedRolePolicies", known, knownRole],
  ["deleteRole", known, knownRole],
  ["createPolicy", { PolicyName: "own", Path: "/team/", PolicyDocument: document }, PolicyArn],
  ["createPolicy", { PolicyName: "own", PolicyDocument: document }, `arn:aws:iam::${ACCOUNT}:policy/own`],
  ["getPolicy", { PolicyArn }, PolicyArn],
  ["getPolicy", { PolicyArn: AWS_POLICY }, AWS_POLICY],
  ["deletePolicy", { PolicyArn }, PolicyArn],
  ["createPolicyVersion", { PolicyArn, PolicyDocument: document }, PolicyArn],
  ["getPolicyVersion", version, PolicyArn],
  ["listPolicyVersions", { PolicyArn }, PolicyArn],
  ["deletePolicyVersion", version, PolicyArn],
  ["tagPolicy", { PolicyArn, Tags: [] }, PolicyArn],
  ["untagPolicy", { PolicyArn, TagKeys: [] }, PolicyArn],
  ["simulatePrincipalPolicy", { PolicySourceArn: knownRole, ActionNames: ["ecr:ListImages"] }, knownRole],
];

const none = { SecretId: "none" };
const noSecret = `arn:aws:secretsmanager:${here}:secret:none-??????`;
const foreign = `arn:aws:secretsmanager:${here}:secret:none-AbCdEf`;

const SECRETS: readonly Checked[] = [
  ["createSecret", { Name: "new" }, `arn:aws:secretsmanager:${here}:secret:new-??????`],
  ["describeSecret", none, noSecret],
  ["describeSecret", { SecretId: foreign }, foreign],
  ["updateSecret", none, noSecret],
  ["deleteSecret", none, noSecret],
  ["restoreSecret", none, noSecret],
  ["listSecrets", {}, "*"],
  ["getSecretValue", none, noSecret],
  ["putSecretValue", none, noSecret],
  ["listSecretVersionIds", none, noSecret],
  ["updateSecretVersionStage", { ...none, VersionStage: "a" }, noSecret],
  ["tagResource", { ...none, Tags: [] }, noSecret],
  ["untagResource", { ...none, TagKeys: [] }, noSecret],
  ["putResourcePolicy", { ...none, ResourcePolicy: "{" }, noSecret],
  ["getResourcePolicy", none, noSecret],
  ["deleteResourcePolicy", none, noSecret],
];

const topic = `arn:aws:sns:${here}:alerts`;
const ofTopic = { TopicArn: topic };
const subscription = { SubscriptionArn: `${topic}:1-2-3` };

const SNS: readonly Checked[] = [
  ["createTopic", { Name: "alerts" }, topic],
  ["getTopicAttributes", ofTopic, topic],
  ["setTopicAttributes", { ...ofTopic, AttributeName: "DisplayName", AttributeValue: "a" }, topic],
  ["listTagsForResource", { ResourceArn: topic }, topic],
  ["tagResource", { ResourceArn: topic, Tags: [] }, topic],
  ["untagResource", { ResourceArn: topic, TagKeys: [] }, topic],
  ["subscribe", { ...ofTopic, Protocol: "sms" }, topic],
  ["confirmSubscription", { ...ofTopic, Token: "a" }, topic],
  ["unsubscribe", subscription, topic],
  ["getSubscriptionAttributes", subscription, topic],
  ["listSubscriptionsByTopic", ofTopic, topic],
  ["deleteTopic", ofTopic, topic],
];

const eventRule = `arn:aws:events:${here}:rule/failures`;
const [ofRule, tagged] = [{ Rule: "failures" }, { ResourceARN: eventRule }];

const EVENTS: readonly Checked[] = [
  ["putRule", { Name: "failures", EventPattern: "{" }, eventRule],
  ["describeRule", { Name: "failures" }, eventRule],
  ["deleteRule", { Name: "failures" }, eventRule],
  ["listTagsForResource", tagged, eventRule],
  ["tagResource", { ...tagged, Tags: [] }, eventRule],
  ["untagResource", { ...tagged, TagKeys: [] }, eventRule],
  ["putTargets", { ...ofRule, Targets: [{ Id: "a", Arn: topic }] }, eventRule],
  ["removeTargets", { ...ofRule, Ids: ["a"] }, eventRule],
  ["listTargetsByRule", ofRule, eventRule],
];

const Name = "token";
const schedule = `arn:aws:scheduler:${here}:schedule/default/${Name}`;
const whole = {
  Name,
  ScheduleExpression: "at(2000-01-01T00:00:00)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: { Arn: topic, RoleArn: knownRole },
};

const SCHEDULER: readonly Checked[] = [
  ["createSchedule", whole, schedule],
  ["updateSchedule", whole, schedule],
  ["getSchedule", { Name }, schedule],
  ["deleteSchedule", { Name }, schedule],
];

const DENIED = ["AccessDenied", "AccessDeniedException", "AuthorizationErrorException"];

/** Source: Service Authorization Reference, "Actions defined by …" of each service. */
describe("emulator: the permission that each operation needs", () => {
  const cloud = TestCloud.forSuite();
  let keys: Keys;
  beforeEach(async () => {
    const iam = cloud.iam();
    const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
    const { Role } = await iam.createRole({ RoleName: "caller", AssumeRolePolicyDocument });
    await iam.createRole({ ...known, Path: "/team/", AssumeRolePolicyDocument });
    keys = await cloud.assume(Role?.Arn ?? "");
  });

  const permit = (action: string, Resource: string) =>
    cloud.iam().putRolePolicy({
      RoleName: "caller",
      PolicyName: "own",
      PolicyDocument: allow(action, { Resource }),
    });

  const errorOf = (call: Promise<unknown> | undefined): Promise<Error | undefined> =>
    (call ?? Promise.reject(new Error("no such operation"))).then(
      () => undefined,
      (error: Error) => error,
    );

  const services: readonly (readonly [name: string, () => unknown, readonly Checked[], denied: string, number])[] = [
    ["ecr", () => cloud.ecr({ keys }), ECR, "AccessDeniedException", 400],
    ["iam", () => cloud.iam({ keys }), IAM, "AccessDenied", 403],
    ["secretsmanager", () => cloud.secrets({ keys }), SECRETS, "AccessDeniedException", 400],
    ["sns", () => cloud.sns({ keys }), SNS, "AuthorizationErrorException", 403],
    ["events", () => cloud.events({ keys }), EVENTS, "AccessDeniedException", 400],
    ["scheduler", () => cloud.scheduler({ keys }), SCHEDULER, "AccessDeniedException", 400],
  ];
  it("names a secret by its whole ARN, however the call names it", async () => {
    const { ARN = "" } = await cloud.secrets().createSecret({ Name: "known" });
    for (const SecretId of ["known", ARN, ARN.slice(0, -7)]) {
      await permit("s3:GetObject", "*");
      const read = () => errorOf(cloud.secrets({ keys }).describeSecret({ SecretId }));
      const error = await read();
      assert.ok(error?.message.endsWith(`: secretsmanager:DescribeSecret on resource: ${ARN}`), error?.message);
      await permit("secretsmanager:DescribeSecret", ARN);
      assert.equal(await read(), undefined);
    }
  });

  for (const [service, client, checked, denied, status] of services) {
    it(`${service}: refuses without it, and asks for nothing else`, async () => {
      for (const [operation, input, resource] of checked) {
        const action = `${service}:${operation[0]?.toUpperCase()}${operation.slice(1)}`;
        await permit("s3:GetObject", "*");
        const call = () => errorOf((client() as Client)[operation]?.(input));
        const error = await call();
        assert.equal(error?.name, denied, `${action}: ${error?.message}`);
        const wanted = `is not authorized to perform: ${action} on resource: ${resource}`;
        assert.ok(error.message.endsWith(wanted), `${error.message}: not ${wanted}`);
        const { $metadata } = error as Error & { $metadata: { httpStatusCode?: number } };
        assert.equal($metadata.httpStatusCode, status);
        await permit(action, resource);
        const other = await call();
        assert.ok(!DENIED.includes(other?.name ?? ""), `${action}: ${other?.message}`);
      }
    });
  }
});
