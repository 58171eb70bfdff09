import type { IAM } from "@aws-sdk/client-iam";
import { calls, nextDay, type Step } from "../../testing/steps";
import { ACCOUNT, allow, OTHER_ACCOUNT, TestCloud, trust } from "../../testing/support";

const PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
const TASKS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
const PolicyDocument = allow("ecr:BatchGetImage", { Resource: "*" });
const RoleName = "puller";
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/team/${RoleName}`;
const role = { RoleName };
const [team, cost] = [{ Key: "team", Value: "a" }, { Key: "cost", Value: "b" }]; // biome-ignore format: short
const x = (length: number) => "x".repeat(length);

/** A document of this many characters, and white space, which IAM does not count. */
function sized(size: number, base: object): string {
  const document = (Sid: string) => ({ Version: "2012-10-17", Statement: [{ Sid, Effect: "Allow", ...base }] });
  return JSON.stringify(document(x(size - JSON.stringify(document("")).length)), undefined, 4);
}
const permits = (size: number) => sized(size, { Action: "ecr:BatchGetImage", Resource: "*" });
const trusts = (size: number) => sized(size, { Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } });

/** Source: the API reference of each operation, "Response Elements" and "Errors". */
describe("emulator: IAM", () => {
  const cloud = TestCloud.forSuite();
  let iam: IAM;
  beforeEach(() => {
    iam = cloud.iam();
  });

  const settings = { Path: "/team/", Description: "pulls & <more>", MaxSessionDuration: 43200, Tags: [team, cost] };
  const plain = {
    Path: "/",
    RoleName,
    RoleId: /^AROA[A-Z2-7]{16}$/,
    Arn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
    CreateDate: "day 0",
    AssumeRolePolicyDocument: encodeURIComponent(AssumeRolePolicyDocument),
    MaxSessionDuration: 3600,
  };
  const full = {
    ...plain,
    ...settings,
    Arn: RoleArn,
    PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: PULL_ONLY },
    RoleLastUsed: {},
  };
  const { PermissionsBoundary, Tags: _, RoleLastUsed: __, ...listed } = full;
  const { PermissionsBoundary: ___, ...unbounded } = full;
  const createFull: Step = [
    "createRole",
    { RoleName, AssumeRolePolicyDocument, ...settings, PermissionsBoundary: PULL_ONLY },
    { Role: full },
  ];

  it("a role: its life, in all Regions of its account", async () => {
    await calls(iam, [createFull]);
    await nextDay(cloud);
    await calls(cloud.iam({ region: "us-east-1" }), [["getRole", role, { Role: full }]]);
    await calls(cloud.iam({ account: OTHER_ACCOUNT }), [["getRole", role, "NoSuchEntityException"]]);
    const changed = { ...unbounded, Description: "", MaxSessionDuration: 7200 };
    await calls(iam, [
      [
        "createRole",
        { RoleName: "other", AssumeRolePolicyDocument },
        { Role: { ...plain, RoleName: "other", Arn: /role\/other$/, CreateDate: "day 1", RoleLastUsed: {} } },
      ],
      ["listRoles", { PathPrefix: "/te" }, { Roles: [listed], IsTruncated: false }],
      ["listRoles", { PathPrefix: "/puller" }, { Roles: [], IsTruncated: false }],
      ["listRoles", { MaxItems: 1 }, { Roles: [listed], IsTruncated: true, Marker: /./ }],
      ["updateRole", { ...role, Description: "new" }, {}],
      ["getRole", role, { Role: { ...full, Description: "new" } }],
      ["updateRole", { ...role, MaxSessionDuration: 7200 }, {}],
      ["updateRoleDescription", { ...role, Description: "" }, { Role: { ...changed, PermissionsBoundary } }],
      ["deleteRolePermissionsBoundary", role, {}],
      ["getRole", role, { Role: changed }],
      ["putRolePermissionsBoundary", { ...role, PermissionsBoundary: PULL_ONLY }, {}],
      ["updateAssumeRolePolicy", { ...role, PolicyDocument: trust({ AWS: OTHER_ACCOUNT }) }, {}],
      ["tagRole", { ...role, Tags: [{ Key: "TEAM", Value: "c" }] }, {}],
      ["untagRole", { ...role, TagKeys: ["cost"] }, {}],
      [
        "getRole",
        role,
        {
          Role: {
            ...changed,
            PermissionsBoundary,
            Tags: [{ Key: "TEAM", Value: "c" }],
            AssumeRolePolicyDocument: encodeURIComponent(trust({ AWS: OTHER_ACCOUNT })),
          },
        },
      ],
      ["listInstanceProfilesForRole", role, { InstanceProfiles: [], IsTruncated: false }],
      ["deleteRole", role, {}],
      ["deleteRole", role, "NoSuchEntityException"],
    ]);
  });

  it("a role's policies", async () => {
    const tasks = { PolicyName: "AmazonECSTaskExecutionRolePolicy", PolicyArn: TASKS };
    const inline = { ...role, PolicyName: "one" };
    await calls(iam, [
      createFull,
      ["putRolePolicy", { ...inline, PolicyDocument }, {}],
      ["putRolePolicy", { ...inline, PolicyName: "two", PolicyDocument }, {}],
      ["getRolePolicy", inline, { ...inline, PolicyDocument: encodeURIComponent(PolicyDocument) }],
      ["listRolePolicies", role, { PolicyNames: ["one", "two"], IsTruncated: false }],
      ["deleteRole", role, "DeleteConflictException", /must delete policies/],
      ["attachRolePolicy", { ...role, PolicyArn: PULL_ONLY }, {}],
      ["attachRolePolicy", { ...role, PolicyArn: TASKS }, {}],
      ["attachRolePolicy", { ...role, PolicyArn: TASKS }, {}],
      [
        "listAttachedRolePolicies",
        { ...role, PathPrefix: "/service-role/" },
        { AttachedPolicies: [tasks], IsTruncated: false },
      ],
      ["detachRolePolicy", { ...role, PolicyArn: PULL_ONLY }, {}],
      ["listAttachedRolePolicies", role, { AttachedPolicies: [tasks], IsTruncated: false }],
      ["deleteRole", role, "DeleteConflictException", /detach/],
      ["deleteRolePolicy", inline, {}],
      ["getRolePolicy", inline, "NoSuchEntityException"],
      ["deleteRolePolicy", inline, "NoSuchEntityException"],
      ["detachRolePolicy", { ...role, PolicyArn: PULL_ONLY }, "NoSuchEntityException"],
      ["attachRolePolicy", { ...role, PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/none` }, "NoSuchEntityException"],
      ["attachRolePolicy", { ...role, PolicyArn: "AmazonEC2ContainerRegistryPullOnly" }, "InvalidInputException"],
      ["putRolePolicy", { ...inline, PolicyDocument: AssumeRolePolicyDocument }, "MalformedPolicyDocumentException"],
      ["putRolePolicy", { ...inline, PolicyDocument: permits(10_000) }, {}],
      ["putRolePolicy", { ...inline, PolicyName: "two", PolicyDocument: permits(240) }, {}],
      ["putRolePolicy", { ...inline, PolicyName: "two", PolicyDocument: permits(241) }, "LimitExceededException"],
    ]);
    for (let index = 0; index < 9; index++) {
      const PolicyName = `p${index}`;
      await calls(iam, [
        ["createPolicy", { PolicyName, PolicyDocument }],
        ["attachRolePolicy", { ...role, PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/${PolicyName}` }],
      ]);
    }
    await calls(iam, [["attachRolePolicy", { ...role, PolicyArn: PULL_ONLY }, "LimitExceededException"]]);
  });

  it("a managed policy: its life, its versions and who uses it", async () => {
    const PolicyName = "pull";
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/team/${PolicyName}`;
    const own = { PolicyArn };
    const policy = {
      PolicyName,
      PolicyId: /^ANPA[A-Z2-7]{16}$/,
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
    const made = { PolicyName, PolicyDocument, Path: "/team/", Description: "pulls", Tags: [team] };
    const version = (id: number, IsDefaultVersion: boolean) => ({
      VersionId: `v${id}`,
      IsDefaultVersion,
      CreateDate: "day 0",
    });
    const add = { ...own, PolicyDocument, SetAsDefault: true };
    await calls(iam, [
      ["createPolicy", made, { Policy: policy }],
      ["createPolicy", { PolicyName: "PULL", PolicyDocument }, "EntityAlreadyExistsException"],
      ["createRole", { RoleName: "bounded", AssumeRolePolicyDocument, PermissionsBoundary: PolicyArn }],
      createFull,
      ["attachRolePolicy", { ...role, ...own }, {}],
      ["getPolicy", own, { Policy: { ...policy, AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 } }],
      ["deletePolicy", own, "DeleteConflictException", /attached/],
      ["detachRolePolicy", { ...role, ...own }, {}],
      ["tagPolicy", { ...own, Tags: [cost] }, {}],
      ["untagPolicy", { ...own, TagKeys: ["team"] }, {}],
      ["createPolicyVersion", { ...own, PolicyDocument: permits(6144) }, { PolicyVersion: version(2, false) }],
      ["createPolicyVersion", { ...own, PolicyDocument: permits(6145) }, "LimitExceededException"],
      ["createPolicyVersion", { ...own, PolicyDocument: "{" }, "MalformedPolicyDocumentException"],
      ...[3, 4, 5].map((id): Step => ["createPolicyVersion", add, { PolicyVersion: version(id, true) }]),
      ["createPolicyVersion", add, "LimitExceededException"],
      [
        "listPolicyVersions",
        { ...own, MaxItems: 2 },
        { Versions: [version(5, true), version(4, false)], IsTruncated: true, Marker: /./ },
      ],
      [
        "getPolicyVersion",
        { ...own, VersionId: "v1" },
        { PolicyVersion: { ...version(1, false), Document: encodeURIComponent(PolicyDocument) } },
      ],
      ["getPolicyVersion", { ...own, VersionId: "v9" }, "NoSuchEntityException"],
      ["deletePolicyVersion", { ...own, VersionId: "v5" }, "DeleteConflictException"],
      ["deletePolicy", own, "DeleteConflictException", /more than one version/],
      ...["v1", "v2", "v3", "v4"].map((VersionId): Step => ["deletePolicyVersion", { ...own, VersionId }, {}]),
      [
        "getPolicy",
        own,
        { Policy: { ...policy, DefaultVersionId: "v5", PermissionsBoundaryUsageCount: 1, Tags: [cost] } },
      ],
      ["deletePolicy", own, {}],
      ["getPolicy", own, "NoSuchEntityException"],
    ]);
  });

  it("what belongs to AWS is read, and nobody may change it", async () => {
    await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    const RoleName = "AWSServiceRoleForECRPullThroughCache";
    const aws = { PolicyArn: TASKS };
    const isRefused = (operation: string, input: object, exception = "UnmodifiableEntityException"): Step => [
      operation,
      input,
      exception,
    ];
    await calls(iam, [
      [
        "getPolicyVersion",
        { PolicyArn: PULL_ONLY, VersionId: "v1" },
        {
          PolicyVersion: {
            VersionId: "v1",
            IsDefaultVersion: true,
            CreateDate: /^day -\d+$/,
            Document: /BatchImportUpstreamImage/,
          },
        },
      ],
      [
        "getPolicy",
        aws,
        {
          Policy: {
            PolicyName: "AmazonECSTaskExecutionRolePolicy",
            PolicyId: /^ANPA[A-Z0-9]{16}$/,
            Arn: TASKS,
            Path: "/service-role/",
            DefaultVersionId: "v1",
            AttachmentCount: 0,
            PermissionsBoundaryUsageCount: 0,
            IsAttachable: true,
            CreateDate: /^day/,
            UpdateDate: /^day/,
          },
        },
      ],
      isRefused("deletePolicy", aws, "AccessDenied"),
      isRefused("createPolicyVersion", { ...aws, PolicyDocument }, "AccessDenied"),
      isRefused("tagPolicy", { ...aws, Tags: [team] }, "AccessDenied"),
      isRefused("updateRole", { RoleName }),
      isRefused("updateAssumeRolePolicy", { RoleName, PolicyDocument: AssumeRolePolicyDocument }),
      isRefused("putRolePolicy", { RoleName, PolicyName: "p", PolicyDocument }),
      isRefused("attachRolePolicy", { RoleName, ...aws }),
      isRefused("deleteRole", { RoleName }),
    ]);
  });

  const none = `arn:aws:iam::${OTHER_ACCOUNT}:policy/none`;
  const action = (...actions: string[]) => ({
    AssumeRolePolicyDocument: allow(actions, { Principal: { AWS: ACCOUNT } }),
  });
  const refusals: [what: string, input: object, exception: string][] = [
    ["a name of 65 characters", { RoleName: x(65) }, "ValidationError"],
    ["a session of more than 12 hours", { MaxSessionDuration: 43201 }, "ValidationError"],
    ["a name that differs in case only", { RoleName: "PULLER" }, "EntityAlreadyExistsException"],
    ["a reserved tag", { Tags: [{ Key: "aws:team", Value: "a" }] }, "InvalidInputException"],
    ["a tag twice, in another case", { Tags: [team, { Key: "TEAM", Value: "b" }] }, "InvalidInputException"],
    ["a boundary that does not exist", { PermissionsBoundary: none }, "InvalidInputException"],
    ["a boundary that is no ARN", { PermissionsBoundary: "Amazon".repeat(4) }, "InvalidInputException"],
    ["a trust policy that is not JSON", { AssumeRolePolicyDocument: "{" }, "MalformedPolicyDocumentException"],
    ["a trust policy for another action", action("sts:GetCallerIdentity"), "MalformedPolicyDocumentException"],
    ["a trust policy for one action too many", action("sts:AssumeRole", "ecr:*"), "MalformedPolicyDocumentException"],
    ["a trust policy of 2049 characters", { AssumeRolePolicyDocument: trusts(2049) }, "LimitExceededException"],
  ];
  for (const [what, input, exception] of refusals) {
    it(`refuses a role with ${what}`, () =>
      calls(iam, [
        ["createRole", { RoleName, AssumeRolePolicyDocument: trusts(2048) }],
        ["createRole", { RoleName: "new", AssumeRolePolicyDocument, ...input }, exception],
      ]));
  }

  it("simulates what a role's own policies and boundary decide", async () => {
    const [hub, quay] = ["hub", "quay"].map((name) => `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/${name}/app`);
    const ours = { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } };
    const Statement = [
      { Effect: "Allow", Action: "ecr:*", Resource: hub },
      { Effect: "Deny", Action: "ecr:DeleteRepository", Resource: "*" },
      { Effect: "Allow", Action: "ecr:ListImages", Resource: quay, Condition: ours },
    ];
    const missing = { MissingContextValues: ["aws:PrincipalOrgID"] };
    const decided = (EvalActionName: string, EvalDecision: string, each: string[], more: object = missing) => ({
      EvalActionName,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own notation.
      EvalResourceName: "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}",
      EvalDecision,
      ResourceSpecificResults: each.map((EvalResourceDecision, index) => ({
        EvalResourceName: [hub, quay][index],
        EvalResourceDecision,
        ...more,
      })),
    });
    const simulate = { PolicySourceArn: RoleArn, ActionNames: ["ecr:ListImages"], ResourceArns: [hub, quay] };
    const organization = (...ContextKeyValues: string[]) => ({
      ...simulate,
      ContextEntries: [{ ContextKeyName: "aws:PrincipalOrgID", ContextKeyType: "string", ContextKeyValues }],
    });
    await calls(iam, [
      createFull,
      ["deleteRolePermissionsBoundary", role, {}],
      [
        "putRolePolicy",
        { ...role, PolicyName: "p", PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }) },
        {},
      ],
      [
        "simulatePrincipalPolicy",
        { ...simulate, ActionNames: ["ecr:BatchGetImage", "ecr:DeleteRepository"] },
        {
          EvaluationResults: [
            decided("ecr:BatchGetImage", "implicitDeny", ["allowed", "implicitDeny"]),
            decided("ecr:DeleteRepository", "explicitDeny", ["explicitDeny", "explicitDeny"]),
          ],
          IsTruncated: false,
        },
      ],
      [
        "simulatePrincipalPolicy",
        organization("o-abc1234567"),
        { EvaluationResults: [decided("ecr:ListImages", "allowed", ["allowed", "allowed"], {})], IsTruncated: false },
      ],
      ["putRolePermissionsBoundary", { ...role, PermissionsBoundary: PULL_ONLY }],
      [
        "simulatePrincipalPolicy",
        organization("o-abc1234567"),
        {
          EvaluationResults: [
            decided("ecr:ListImages", "implicitDeny", ["implicitDeny", "implicitDeny"], {
              PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
            }),
          ],
          IsTruncated: false,
        },
      ],
      ["simulatePrincipalPolicy", organization("o-a", "o-b"), "InvalidInputException", /one value/],
      ...["ListImages", "ecr:*", "ecr:List:Images"].map(
        (name): Step => [
          "simulatePrincipalPolicy",
          { ...simulate, ActionNames: [name] },
          "InvalidInputException",
          /not a valid action/,
        ],
      ),
      ["simulatePrincipalPolicy", { ...simulate, PolicySourceArn: `${RoleArn}-x` }, "NoSuchEntityException"],
    ]);
  });
});
