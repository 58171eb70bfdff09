import assert from "node:assert/strict";
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  AttachRolePolicyCommand,
  type ContextEntry,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, refused, TestCloud, trust } from "../../testing/support";

const PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";

describe("emulator: IAM and STS", () => {
  const cloud = TestCloud.forSuite();

  const create = (more: Partial<CreateRoleCommandInput> = {}) =>
    cloud.iam().send(
      new CreateRoleCommand({
        RoleName: "puller",
        AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }),
        ...more,
      }),
    );
  const role = { RoleName: "puller" };
  const readRepositories = allow("ecr:DescribeRepositories", { Resource: "*" });

  it("keeps roles, global to the account", async () => {
    const { Role } = await create({
      Path: "/team/",
      Description: "pulls & <more>",
      Tags: [{ Key: "team", Value: "a b" }],
    });
    assert.equal(Role?.Arn, `arn:aws:iam::${ACCOUNT}:role/team/puller`);
    const elsewhere = await cloud.iam({ region: "us-east-1" }).send(new GetRoleCommand(role));
    assert.equal(elsewhere.Role?.Description, "pulls & <more>");
    assert.deepEqual(elsewhere.Role?.Tags, [{ Key: "team", Value: "a b" }]);
    assert.match(decodeURIComponent(elsewhere.Role?.AssumeRolePolicyDocument ?? ""), /sts:AssumeRole/);
    await refused(cloud.iam({ account: OTHER_ACCOUNT }).send(new GetRoleCommand(role)), "NoSuchEntityException");
    await refused(create({ RoleName: "Puller" }), "EntityAlreadyExistsException");
  });

  const refusals: [string, Partial<CreateRoleCommandInput>, string][] = [
    ["a name of 65 characters", { RoleName: "r".repeat(65) }, "ValidationError"],
    ["a name with a slash", { RoleName: "a/b" }, "ValidationError"],
    ["a session of more than 12 hours", { MaxSessionDuration: 43201 }, "ValidationError"],
    ["a trust policy that is not JSON", { AssumeRolePolicyDocument: "{" }, "MalformedPolicyDocumentException"],
    [
      "a trust policy without principal",
      { AssumeRolePolicyDocument: allow("sts:AssumeRole") },
      "MalformedPolicyDocumentException",
    ],
    [
      "a trust policy for something else",
      { AssumeRolePolicyDocument: allow("ecr:*", { Principal: { Service: "ecr.amazonaws.com" } }) },
      "MalformedPolicyDocumentException",
    ],
    [
      "an invalid principal",
      { AssumeRolePolicyDocument: trust({ AWS: "everybody" }) },
      "MalformedPolicyDocumentException",
    ],
  ];
  for (const [what, input, name] of refusals) it(`refuses ${what}`, () => refused(create(input), name));

  it("deletes a role only without policies", async () => {
    await create();
    await cloud.iam().send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument: readRepositories }));
    await cloud.iam().send(new AttachRolePolicyCommand({ ...role, PolicyArn: PULL_ONLY }));
    await refused(cloud.iam().send(new DeleteRoleCommand(role)), "DeleteConflictException");
    const read = await cloud.iam().send(new GetRolePolicyCommand({ ...role, PolicyName: "p" }));
    assert.equal(decodeURIComponent(read.PolicyDocument ?? ""), readRepositories);
    assert.deepEqual((await cloud.iam().send(new ListRolePoliciesCommand(role))).PolicyNames, ["p"]);
    const attached = await cloud.iam().send(new ListAttachedRolePoliciesCommand(role));
    assert.deepEqual(attached.AttachedPolicies, [
      { PolicyName: "AmazonEC2ContainerRegistryPullOnly", PolicyArn: PULL_ONLY },
    ]);
    await cloud.iam().send(new DetachRolePolicyCommand({ ...role, PolicyArn: PULL_ONLY }));
    await cloud.iam().send(new DeleteRolePolicyCommand({ ...role, PolicyName: "p" }));
    await cloud.iam().send(new DeleteRoleCommand(role));
    await refused(cloud.iam().send(new DeleteRoleCommand(role)), "NoSuchEntityException");
  });

  it("refuses policies that are malformed or unknown", async () => {
    await create();
    const put = (PolicyDocument: string) =>
      cloud.iam().send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument }));
    await refused(put(allow("ecr:BatchGetImage")), "MalformedPolicyDocumentException", /Resource/);
    await refused(put(allow("pull", { Resource: "*" })), "MalformedPolicyDocumentException", /vendor/);
    await refused(put(allow("ecr:*", { Resource: "*", Principal: "*" })), "MalformedPolicyDocumentException");
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/unknown`;
    await refused(cloud.iam().send(new AttachRolePolicyCommand({ ...role, PolicyArn })), "NoSuchEntityException");
  });

  it("keeps up to five versions of a managed policy", async () => {
    const document = { PolicyDocument: readRepositories };
    const { Policy } = await cloud.iam().send(new CreatePolicyCommand({ PolicyName: "p", ...document }));
    const PolicyArn = Policy?.Arn ?? "";
    const add = () => cloud.iam().send(new CreatePolicyVersionCommand({ PolicyArn, ...document, SetAsDefault: true }));
    for (let version = 2; version <= 5; version++) await add();
    await refused(add(), "LimitExceededException");
    const v1 = await cloud.iam().send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    assert.equal(v1.PolicyVersion?.IsDefaultVersion, false);
    await refused(
      cloud.iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v5" })),
      "DeleteConflictException",
    );
    await refused(cloud.iam().send(new DeletePolicyCommand({ PolicyArn })), "DeleteConflictException");
    for (const VersionId of ["v1", "v2", "v3", "v4"]) {
      await cloud.iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    }
    await cloud.iam().send(new DeletePolicyCommand({ PolicyArn }));
  });

  it("pages its lists", async () => {
    for (const RoleName of ["a", "b", "c"]) await create({ RoleName });
    const first = await cloud.iam().send(new ListRolesCommand({ MaxItems: 2 }));
    assert.equal(first.IsTruncated, true);
    const rest = await cloud.iam().send(new ListRolesCommand({ Marker: first.Marker }));
    assert.deepEqual(
      rest.Roles?.map(({ RoleName }) => RoleName),
      ["c"],
    );
  });

  it("identifies the caller, and refuses unknown keys", async () => {
    const identity = await cloud.sts().send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Arn, `arn:aws:iam::${ACCOUNT}:root`);
    const keys = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "any" };
    await refused(cloud.sts({ keys }).send(new GetCallerIdentityCommand({})), "InvalidClientTokenId");
    await refused(cloud.ecr({ keys }).send(new DescribeRepositoriesCommand({})), "UnrecognizedClientException");
    const statusOf = (call: Promise<unknown>) =>
      call.then(
        () => assert.fail("it is accepted"),
        (error) => error.$metadata.httpStatusCode,
      );
    assert.equal(await statusOf(cloud.sts({ keys }).send(new GetCallerIdentityCommand({}))), 403);
    assert.equal(await statusOf(cloud.ecr({ keys }).send(new DescribeRepositoriesCommand({}))), 400);
  });

  it("allows a session what its role is allowed, and nothing more", async () => {
    const { Role } = await create();
    await cloud.iam().send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument: readRepositories }));
    const keys = await cloud.assume(Role?.Arn ?? "");
    const identity = await cloud.sts({ keys }).send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/puller/test`);
    await cloud.ecr({ keys }).send(new DescribeRepositoriesCommand({}));
    const make = cloud.ecr({ keys }).send(new CreateRepositoryCommand({ repositoryName: "app" }));
    await refused(make, "AccessDeniedException", new RegExp(`ecr:CreateRepository on resource: arn:aws:ecr:${REGION}`));
    await cloud.control("POST", "clock", { advanceSeconds: 3601 });
    await refused(cloud.ecr({ keys }).send(new DescribeRepositoriesCommand({})), "ExpiredTokenException");
  });

  it("lets a deny in any of a role's policies win", async () => {
    const { Role } = await create();
    const put = (PolicyName: string, PolicyDocument: string) =>
      cloud.iam().send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument }));
    await put("allow", readRepositories);
    const keys = await cloud.assume(Role?.Arn ?? "");
    const list = () => cloud.ecr({ keys }).send(new DescribeRepositoriesCommand({}));
    await list();
    await put("deny", readRepositories.replace('"Allow"', '"Deny"'));
    await refused(list(), "AccessDeniedException", /ecr:DescribeRepositories/);
  });

  it("lets a deny of the role win over a repository's policy that allows it", async () => {
    const { Role } = await create();
    const repositoryName = "app";
    await cloud.ecr().send(new CreateRepositoryCommand({ repositoryName }));
    const policyText = allow("ecr:DescribeImages", { Principal: { AWS: Role?.Arn } });
    await cloud.ecr().send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    const keys = await cloud.assume(Role?.Arn ?? "");
    const list = () => cloud.ecr({ keys }).send(new DescribeImagesCommand({ repositoryName }));
    await list();
    const PolicyDocument = allow("ecr:DescribeImages", { Resource: "*" }).replace('"Allow"', '"Deny"');
    await cloud.iam().send(new PutRolePolicyCommand({ ...role, PolicyName: "deny", PolicyDocument }));
    await refused(list(), "AccessDeniedException", /ecr:DescribeImages/);
  });

  it("lets only trusted principals assume a role", async () => {
    const { Role } = await create({ AssumeRolePolicyDocument: trust({ AWS: OTHER_ACCOUNT }) });
    await refused(cloud.assume(Role?.Arn ?? ""), "AccessDenied");
    await cloud.assume(Role?.Arn ?? "", OTHER_ACCOUNT);
  });

  it("lets a role without any permission assume a role that names it", async () => {
    const caller = (await create({ RoleName: "caller" })).Role?.Arn ?? "";
    const { Role } = await create({ AssumeRolePolicyDocument: trust({ AWS: caller }) });
    const RoleArn = Role?.Arn ?? "";
    const keys = await cloud.assume(caller);
    const assume = (RoleArn: string) =>
      cloud.sts({ keys }).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "next" }));
    const { AssumedRoleUser } = await assume(RoleArn);
    assert.equal(AssumedRoleUser?.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/puller/next`);
    await refused(assume(caller), "AccessDenied", /sts:AssumeRole on resource: .*role\/caller$/);
  });

  it("simulates what a role's own policies and boundary decide", async () => {
    const { Role } = await create();
    const PolicySourceArn = Role?.Arn ?? "";
    const [hub, quay] = ["dockerhub", "quay"].map((name) => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}/app`);
    const statements = [
      { Effect: "Allow", Action: "ecr:*", Resource: hub },
      { Effect: "Deny", Action: "ecr:DeleteRepository", Resource: "*" },
      {
        Effect: "Allow",
        Action: "ecr:ListImages",
        Resource: quay,
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } },
      },
    ];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await cloud.iam().send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument }));
    const decisions = async (ActionNames: string[], ContextEntries?: ContextEntry[]) => {
      const input = { PolicySourceArn, ActionNames, ResourceArns: [hub ?? "", quay ?? ""], ContextEntries };
      const { EvaluationResults = [] } = await cloud.iam().send(new SimulatePrincipalPolicyCommand(input));
      return EvaluationResults.map(({ EvalDecision, ResourceSpecificResults = [] }) => [
        EvalDecision,
        ...ResourceSpecificResults.map(({ EvalResourceDecision }) => EvalResourceDecision),
      ]);
    };
    assert.deepEqual(await decisions(["ecr:BatchGetImage", "ecr:DeleteRepository", "ecr:ListImages"]), [
      ["implicitDeny", "allowed", "implicitDeny"],
      ["explicitDeny", "explicitDeny", "explicitDeny"],
      ["implicitDeny", "allowed", "implicitDeny"],
    ]);
    const organization: ContextEntry = {
      ContextKeyName: "aws:PrincipalOrgID",
      ContextKeyType: "string",
      ContextKeyValues: ["o-abc1234567"],
    };
    assert.deepEqual(await decisions(["ecr:ListImages"], [organization]), [["allowed", "allowed", "allowed"]]);
    const PermissionsBoundary = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
    await cloud.iam().putRolePermissionsBoundary({ ...role, PermissionsBoundary });
    const limited = await cloud.iam().simulatePrincipalPolicy({ PolicySourceArn, ActionNames: ["ecr:ListImages"] });
    const { MissingContextValues, ResourceSpecificResults: [result] = [] } = limited.EvaluationResults?.[0] ?? {};
    assert.deepEqual(
      [MissingContextValues, result?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary],
      [["aws:PrincipalOrgID"], false],
    );
    await refused(decisions(["BatchGetImage"]), "InvalidInputException");
    const nobody = { PolicySourceArn: `${PolicySourceArn}-x`, ActionNames: ["ecr:ListImages"] };
    await refused(cloud.iam().send(new SimulatePrincipalPolicyCommand(nobody)), "NoSuchEntityException");
  });
});
