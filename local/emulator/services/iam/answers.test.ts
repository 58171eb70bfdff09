import assert from "node:assert/strict";
import type { CreateRoleCommandInput, IAM } from "@aws-sdk/client-iam";
import { whole } from "../../testing/answers";
import { ACCOUNT, allow, OTHER_ACCOUNT, refused, TestCloud, trust } from "../../testing/support";

const DAY_SECONDS = 24 * 60 * 60;
const PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
const TASKS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
const PolicyDocument = allow("ecr:BatchGetImage", { Resource: "*" });
const RoleName = "puller";
const [team, cost] = [{ Key: "team", Value: "a" }, { Key: "cost", Value: "b" }]; // biome-ignore format: short

/** Source: the API reference of each operation, "Response Elements". */
describe("emulator: whole answers of IAM", () => {
  const cloud = TestCloud.forSuite();
  let iam: IAM;
  beforeEach(() => {
    iam = cloud.iam();
  });
  const nextDay = () => cloud.control("POST", "clock", { advanceSeconds: DAY_SECONDS });
  const create = (more: Partial<CreateRoleCommandInput> = {}) =>
    iam.createRole({ RoleName, AssumeRolePolicyDocument, ...more });

  /** An answer whose document is decoded, and whose id is checked and left out. */
  function readable(answer: unknown, id: RegExp, nameOfId: string): unknown {
    const { [nameOfId]: identifier, ...rest } = whole(answer) as Record<string, unknown>;
    assert.match(String(identifier), id);
    const documents = ["AssumeRolePolicyDocument"].filter((name) => name in rest);
    for (const name of documents) rest[name] = decodeURIComponent(String(rest[name]));
    return rest;
  }
  const roleOf = (answer: unknown) => readable(answer, /^AROA[A-Z2-7]{16}$/, "RoleId");
  const policyOf = (answer: unknown) => readable(answer, /^ANPA[A-Z2-7]{16}$/, "PolicyId");

  const plain = {
    Path: "/",
    RoleName,
    Arn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
    CreateDate: "day 0",
    AssumeRolePolicyDocument,
    MaxSessionDuration: 3600,
    RoleLastUsed: {},
  };
  const settings = { Path: "/team/", Description: "pulls", MaxSessionDuration: 43200, Tags: [team, cost] };
  const full = {
    ...plain,
    ...settings,
    Arn: `arn:aws:iam::${ACCOUNT}:role/team/${RoleName}`,
    PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: PULL_ONLY },
  };
  const createFull = () => create({ ...settings, PermissionsBoundary: PULL_ONLY });
  const read = async () => roleOf((await iam.getRole({ RoleName })).Role);

  it("a role", async () => {
    assert.deepEqual(roleOf((await create()).Role), plain);
    assert.deepEqual(await read(), plain);
  });

  it("a role with every setting", async () => {
    assert.deepEqual(roleOf((await createFull()).Role), full);
    await nextDay();
    assert.deepEqual(await read(), full);
  });

  it("a list of roles, below a path, without what lists leave out", async () => {
    await createFull();
    await create({ RoleName: "other" });
    const list = async (PathPrefix?: string) => {
      const { Roles = [], ...rest } = await iam.listRoles({ PathPrefix });
      assert.deepEqual(whole(rest), { IsTruncated: false });
      return Roles;
    };
    const { PermissionsBoundary: _, Tags: __, RoleLastUsed: ___, ...listed } = full;
    assert.deepEqual((await list("/team/")).map(roleOf), [listed]);
    assert.deepEqual((await list("/te")).map(roleOf), [listed]);
    assert.deepEqual(await list("/puller"), []);
    const names = (await list()).map(({ RoleName }) => RoleName);
    assert.deepEqual(names, ["puller", "other"]);
  });

  it("a list of roles in pages of 100", async () => {
    for (let index = 0; index < 101; index++) await create({ RoleName: `role-${index}` });
    const { Roles, IsTruncated, Marker } = await iam.listRoles({});
    assert.deepEqual([Roles?.length, IsTruncated], [100, true]);
    const rest = await iam.listRoles({ Marker });
    assert.deepEqual(
      rest.Roles?.map(({ RoleName }) => RoleName),
      ["role-100"],
    );
  });

  it("a role whose settings change one by one", async () => {
    await createFull();
    await iam.updateRole({ RoleName, Description: "pulls images" });
    assert.deepEqual(await read(), { ...full, Description: "pulls images" });
    await iam.updateRole({ RoleName, MaxSessionDuration: 7200 });
    const changed = { ...full, Description: "pulls images", MaxSessionDuration: 7200 };
    assert.deepEqual(await read(), changed);
    const described = await iam.updateRoleDescription({ RoleName, Description: "" });
    assert.deepEqual(roleOf(described.Role), { ...changed, Description: "" });
    const trusting = trust({ AWS: OTHER_ACCOUNT });
    await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trusting });
    await iam.deleteRolePermissionsBoundary({ RoleName });
    const { PermissionsBoundary, ...unbounded } = { ...changed, Description: "", AssumeRolePolicyDocument: trusting };
    assert.deepEqual(await read(), unbounded);
    await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: PULL_ONLY });
    assert.deepEqual(await read(), { ...unbounded, PermissionsBoundary });
  });

  it("a role's own policies", async () => {
    await create();
    for (const PolicyName of ["one", "two"]) await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument });
    const answer = await iam.getRolePolicy({ RoleName, PolicyName: "one" });
    const PolicyName = "one";
    assert.deepEqual(whole(answer), { RoleName, PolicyName, PolicyDocument: encodeURIComponent(PolicyDocument) });
    const both = { PolicyNames: ["one", "two"], IsTruncated: false };
    assert.deepEqual(whole(await iam.listRolePolicies({ RoleName })), both);
    const first = await iam.listRolePolicies({ RoleName, MaxItems: 1 });
    assert.deepEqual([first.PolicyNames, first.IsTruncated], [["one"], true]);
    const { Marker } = first;
    assert.deepEqual(whole(await iam.listRolePolicies({ RoleName, Marker })), { ...both, PolicyNames: ["two"] });
  });

  it("a role's attached policies, below a path", async () => {
    await create();
    for (const PolicyArn of [PULL_ONLY, TASKS, PULL_ONLY]) await iam.attachRolePolicy({ RoleName, PolicyArn });
    const pullOnly = { PolicyName: "AmazonEC2ContainerRegistryPullOnly", PolicyArn: PULL_ONLY };
    const tasks = { PolicyName: "AmazonECSTaskExecutionRolePolicy", PolicyArn: TASKS };
    const list = async (more = {}) => whole(await iam.listAttachedRolePolicies({ RoleName, ...more }));
    assert.deepEqual(await list(), { AttachedPolicies: [pullOnly, tasks], IsTruncated: false });
    assert.deepEqual(await list({ PathPrefix: "/service-role/" }), { AttachedPolicies: [tasks], IsTruncated: false });
    assert.deepEqual(await list({ PathPrefix: "/team/" }), { AttachedPolicies: [], IsTruncated: false });
    await iam.detachRolePolicy({ RoleName, PolicyArn: PULL_ONLY });
    assert.deepEqual(await list(), { AttachedPolicies: [tasks], IsTruncated: false });
    await refused(iam.deleteRole({ RoleName }), "DeleteConflictException", /detach/);
    await iam.detachRolePolicy({ RoleName, PolicyArn: TASKS });
    await iam.putRolePolicy({ RoleName, PolicyName: "one", PolicyDocument });
    await refused(iam.deleteRole({ RoleName }), "DeleteConflictException", /must delete policies/);
  });

  it("no instance profiles", async () => {
    await create();
    const answer = await iam.listInstanceProfilesForRole({ RoleName });
    assert.deepEqual(whole(answer), { InstanceProfiles: [], IsTruncated: false });
  });

  const PolicyName = "pull";
  const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/team/${PolicyName}`;
  const policy = {
    PolicyName,
    Arn: PolicyArn,
    Path: "/team/",
    DefaultVersionId: "v1",
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    Description: "pulls",
    CreateDate: "day 0",
    UpdateDate: "day 0",
    Tags: [team],
  };
  const createPolicy = () =>
    iam.createPolicy({ PolicyName, PolicyDocument, Path: "/team/", Description: "pulls", Tags: [team] });

  it("a managed policy, and who uses it", async () => {
    assert.deepEqual(policyOf((await createPolicy()).Policy), policy);
    await create();
    await create({ RoleName: "bounded", PermissionsBoundary: PolicyArn });
    await iam.attachRolePolicy({ RoleName, PolicyArn });
    const used = { ...policy, AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 };
    assert.deepEqual(policyOf((await iam.getPolicy({ PolicyArn })).Policy), used);
    await refused(iam.deletePolicy({ PolicyArn }), "DeleteConflictException", /attached/);
    await iam.detachRolePolicy({ RoleName, PolicyArn });
    await iam.deletePolicy({ PolicyArn });
    await refused(iam.getPolicy({ PolicyArn }), "NoSuchEntityException");
  });

  it("a managed policy of which only the name is given", async () => {
    const { Policy } = await iam.createPolicy({ PolicyName, PolicyDocument });
    const { Description: _, Tags: __, ...rest } = policy;
    const Arn = `arn:aws:iam::${ACCOUNT}:policy/${PolicyName}`;
    assert.deepEqual(policyOf(Policy), { ...rest, Arn, Path: "/" });
  });

  it("policies of AWS, which nobody else may change", async () => {
    // The emulator does not know when AWS made its policies.
    const unknown = new Date(0);
    const answer = async (PolicyArn: string) => {
      const { Policy } = await iam.getPolicy({ PolicyArn });
      const { CreateDate, UpdateDate, PolicyId = "", ...rest } = Policy ?? {};
      assert.deepEqual([CreateDate, UpdateDate], [unknown, unknown]);
      assert.match(PolicyId, /^ANPA[A-Z0-9]{16}$/);
      return rest;
    };
    const common = {
      DefaultVersionId: "v1",
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
    };
    const pullOnly = { PolicyName: "AmazonEC2ContainerRegistryPullOnly", Arn: PULL_ONLY, Path: "/" };
    assert.deepEqual(await answer(PULL_ONLY), { ...common, ...pullOnly });
    const tasks = { PolicyName: "AmazonECSTaskExecutionRolePolicy", Arn: TASKS, Path: "/service-role/" };
    assert.deepEqual(await answer(TASKS), { ...common, ...tasks });
    const { Versions } = await iam.listPolicyVersions({ PolicyArn: TASKS });
    assert.deepEqual(Versions, [{ VersionId: "v1", IsDefaultVersion: true, CreateDate: unknown }]);
    const aws = { PolicyArn: PULL_ONLY };
    const { PolicyVersion } = await iam.getPolicyVersion({ ...aws, VersionId: "v1" });
    assert.equal(PolicyVersion?.VersionId, "v1");
    const [statement] = JSON.parse(decodeURIComponent(PolicyVersion.Document ?? "")).Statement;
    assert.deepEqual([statement.Effect, statement.Resource], ["Allow", "*"]);
    assert.ok(statement.Action.includes("ecr:BatchImportUpstreamImage"));
    for (const change of [
      () => iam.deletePolicy(aws),
      () => iam.createPolicyVersion({ ...aws, PolicyDocument }),
      () => iam.deletePolicyVersion({ ...aws, VersionId: "v1" }),
      () => iam.tagPolicy({ ...aws, Tags: [team] }),
      () => iam.untagPolicy({ ...aws, TagKeys: ["team"] }),
    ]) {
      await refused(change(), "UnmodifiableEntityException");
    }
  });

  it("names that differ in more than case", async () => {
    await create({ RoleName: "Mixed" });
    await refused(create({ RoleName: "mixed" }), "EntityAlreadyExistsException");
    await iam.createPolicy({ PolicyName: "Mixed", PolicyDocument });
    const again = iam.createPolicy({ PolicyName: "mixed", Path: "/team/", PolicyDocument });
    await refused(again, "EntityAlreadyExistsException");
  });

  it("boundaries only of policies that exist", async () => {
    await create();
    const [unknown, foreign] = [ACCOUNT, OTHER_ACCOUNT].map((account) => `arn:aws:iam::${account}:policy/none`);
    for (const PermissionsBoundary of [unknown, foreign]) {
      await refused(create({ RoleName: "new", PermissionsBoundary }), "NoSuchEntityException");
      await refused(iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary }), "NoSuchEntityException");
    }
    const PermissionsBoundary = "AmazonEC2ContainerRegistryPullOnly";
    await refused(iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary }), "InvalidInputException");
  });

  it("trust policies for the actions of STS only", async () => {
    for (const action of ["AssumeRole", "TagSession", "SetSourceIdentity", "AssumeRoleWithWebIdentity", "*"]) {
      const RoleName = action === "*" ? "all" : action;
      await create({ RoleName, AssumeRolePolicyDocument: allow(`sts:${action}`, { Principal: { AWS: ACCOUNT } }) });
    }
    await create({ AssumeRolePolicyDocument: allow("*", { Principal: { AWS: ACCOUNT } }) });
    for (const actions of ["sts:GetCallerIdentity", "ecr:*", ["sts:AssumeRole", "ecr:BatchGetImage"]]) {
      const AssumeRolePolicyDocument = allow(actions, { Principal: { AWS: ACCOUNT } });
      await refused(create({ RoleName: "bad", AssumeRolePolicyDocument }), "MalformedPolicyDocumentException");
    }
  });

  it("a simulation", async () => {
    const { Role } = await create();
    await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: allow("ecr:ListImages", { Resource: "*" }) });
    const simulate = (ActionNames: string[], more = {}) =>
      iam.simulatePrincipalPolicy({ PolicySourceArn: Role?.Arn, ActionNames, ...more });
    const onAll = (EvalActionName: string, decision: string) => ({
      EvalActionName,
      EvalResourceName: "*",
      EvalDecision: decision,
      ResourceSpecificResults: [{ EvalResourceName: "*", EvalResourceDecision: decision }],
    });
    const [images, login] = [onAll("ecr:ListImages", "allowed"), onAll("ecr:GetAuthorizationToken", "implicitDeny")];
    const actions = ["ecr:ListImages", "ecr:GetAuthorizationToken"];
    assert.deepEqual(whole(await simulate(actions)), { EvaluationResults: [images, login], IsTruncated: false });
    const { EvaluationResults, IsTruncated, Marker } = await simulate(actions, { MaxItems: 1 });
    assert.deepEqual([whole(EvaluationResults), IsTruncated], [[images], true]);
    const rest = await simulate(actions, { Marker });
    assert.deepEqual(whole(rest), { EvaluationResults: [login], IsTruncated: false });
    const ResourceArns = [`arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/app`, "*"];
    const named = await simulate(["ecr:ListImages", "s3:GetObject"], { ResourceArns });
    assert.deepEqual(
      named.EvaluationResults?.map(({ EvalResourceName }) => EvalResourceName),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own notation.
      ["arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}", "*"],
    );
    const ContextEntries = [
      { ContextKeyName: "aws:PrincipalOrgID", ContextKeyType: "stringList", ContextKeyValues: ["o-a", "o-b"] },
    ];
    await refused(simulate(actions, { ContextEntries }), "InvalidInputException", /one value/);
    for (const action of ["ListImages", "ecr:List:Images", "ecr:*", " ecr:ListImages", "ecr:ListImages "]) {
      await refused(simulate([action]), "InvalidInputException", /not a valid action/);
    }
  });
});
