import assert from "node:assert/strict";
import { ACCOUNT, allow, type Keys, type Place, REGION, refused, TestCloud, trust } from "../testing/support";

type Client = { readonly [operation: string]: (input: object) => Promise<unknown> };

const here = `${REGION}:${ACCOUNT}`;
const repository = `arn:aws:ecr:${here}:repository/app`;
const secret = `arn:aws:secretsmanager:${here}:secret`;
const topic = `arn:aws:sns:${here}:alerts`;
const rule = `arn:aws:events:${here}:rule/failures`;
const policy = `arn:aws:iam::${ACCOUNT}:policy`;
const PolicyDocument = allow("ecr:BatchGetImage", { Resource: "*" });
const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
const EventPattern = '{"source":["aws.ecr"]}';
const Tags = [{ Key: "team", Value: "a" }];

/** Source: Service Authorization Reference, "Actions defined by …" of each service. */
describe("emulator: the permission that an operation needs", () => {
  const cloud = TestCloud.forSuite();
  let keys: Keys;
  beforeEach(async () => {
    const { Role } = await cloud.iam().createRole({ RoleName: "caller", AssumeRolePolicyDocument });
    await cloud.iam().createRole({ RoleName: "known", Path: "/team/", AssumeRolePolicyDocument });
    keys = await cloud.assume(Role?.Arn ?? "");
  });
  const permit = (actions: string[], Resource = "*") =>
    cloud.iam().putRolePolicy({ RoleName: "caller", PolicyName: "own", PolicyDocument: allow(actions, { Resource }) });

  const clients: Readonly<Record<string, readonly [client: (place: Place) => unknown, denied: string]>> = {
    ecr: [(place) => cloud.ecr(place), "AccessDeniedException"],
    iam: [(place) => cloud.iam(place), "AccessDenied"],
    secretsmanager: [(place) => cloud.secrets(place), "AccessDeniedException"],
    sns: [(place) => cloud.sns(place), "AuthorizationErrorException"],
    events: [(place) => cloud.events(place), "AccessDeniedException"],
    scheduler: [(place) => cloud.scheduler(place), "AccessDeniedException"],
  };
  /** One operation for each way to name a resource; and the action for its tags, if it has one. */
  const checked: readonly (readonly [
    service: string,
    operation: string,
    input: object,
    resource: string,
    forTags?: string,
  ])[] = [
    ["ecr", "DescribePullThroughCacheRules", {}, "*"],
    ["ecr", "CreateRepository", { repositoryName: "app" }, repository],
    ["ecr", "ListTagsForResource", { resourceArn: repository }, repository],
    ["iam", "ListRoles", {}, "*"],
    [
      "iam",
      "CreateRole",
      { RoleName: "new", AssumeRolePolicyDocument, Tags },
      `arn:aws:iam::${ACCOUNT}:role/new`,
      "iam:TagRole",
    ],
    ["iam", "GetRole", { RoleName: "known" }, `arn:aws:iam::${ACCOUNT}:role/team/known`],
    ["iam", "CreatePolicy", { PolicyName: "own", Path: "/team/", PolicyDocument }, `${policy}/team/own`],
    ["iam", "GetPolicy", { PolicyArn: `${policy}/own` }, `${policy}/own`],
    ["secretsmanager", "CreateSecret", { Name: "new", Tags }, `${secret}:new-??????`, "secretsmanager:TagResource"],
    ["secretsmanager", "DescribeSecret", { SecretId: `${secret}:none-AbCdEf` }, `${secret}:none-AbCdEf`],
    ["secretsmanager", "ListSecrets", {}, "*"],
    ["sns", "CreateTopic", { Name: "alerts", Tags }, topic, "sns:TagResource"],
    ["sns", "TagResource", { ResourceArn: topic, Tags: [] }, topic],
    ["sns", "Unsubscribe", { SubscriptionArn: `${topic}:1-2-3` }, topic],
    ["events", "PutRule", { Name: "failures", EventPattern, Tags }, rule, "events:TagResource"],
    ["events", "PutTargets", { Rule: "failures", Targets: [{ Id: "a", Arn: topic }] }, rule],
    ["events", "ListTagsForResource", { ResourceARN: rule }, rule],
    ["scheduler", "GetSchedule", { Name: "token" }, `arn:aws:scheduler:${here}:schedule/default/token`],
  ];
  for (const [service, operation, input, resource, forTags] of checked) {
    const action = `${service}:${operation}`;
    it(`${action} on ${resource}`, async () => {
      const [client, denied] = clients[service] ?? assert.fail();
      const call = () =>
        (client({ keys }) as Client)[operation.charAt(0).toLowerCase() + operation.slice(1)]?.(input) ?? assert.fail();
      const lacks = (missing: string) => (error: Error) =>
        error.name === denied &&
        error.message.endsWith(`is not authorized to perform: ${missing} on resource: ${resource}`);
      await permit(["s3:GetObject"]);
      await assert.rejects(call(), lacks(action));
      await permit([action], resource);
      if (forTags !== undefined) await assert.rejects(call(), lacks(forTags));
      await permit(forTags === undefined ? [action] : [action, forTags], resource);
      await call().catch((error: Error) => assert.notEqual(error.name, denied, error.message));
    });
  }

  it("names a secret by its whole ARN, however the call names it", async () => {
    const { ARN = "" } = await cloud.secrets().createSecret({ Name: "known" });
    for (const SecretId of ["known", ARN, ARN.slice(0, -7)]) {
      await permit(["s3:GetObject"]);
      const read = () => cloud.secrets({ keys }).describeSecret({ SecretId });
      await refused(read(), "AccessDeniedException", new RegExp(`DescribeSecret on resource: ${ARN}$`));
      await permit(["secretsmanager:DescribeSecret"], ARN);
      await read();
    }
  });
});
