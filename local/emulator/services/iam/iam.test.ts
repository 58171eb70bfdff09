import type { IAM } from "@aws-sdk/client-iam";
import { calls, type Step } from "../../testing/steps";
import { ACCOUNT, allow, OTHER_ACCOUNT, TestCloud, trust } from "../../testing/support";

const PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
const TASKS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
const PolicyDocument = allow("ecr:BatchGetImage", { Resource: "*" });
const RoleName = "puller";
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/team/${RoleName}`;
const role = { RoleName };
const team = { Key: "team", Value: "a" };
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

  const made: Step = [
    "createRole",
    { RoleName, AssumeRolePolicyDocument, Path: "/team/", PermissionsBoundary: PULL_ONLY },
  ];

  const own = `arn:aws:iam::${ACCOUNT}:policy/pull`;
  const inline = { ...role, PolicyName: "one" };
  const version = { PolicyArn: own, PolicyDocument, SetAsDefault: true };

  it("refuses to delete what is in use", () =>
    calls(iam, [
      made,
      ["putRolePolicy", { ...inline, PolicyDocument }],
      ["deleteRole", role, "DeleteConflictException", /must delete policies/],
      ["deleteRolePolicy", inline],
      ["createPolicy", { PolicyName: "pull", PolicyDocument }],
      ["attachRolePolicy", { ...role, PolicyArn: own }],
      ["deleteRole", role, "DeleteConflictException", /detach/],
      ["deletePolicy", { PolicyArn: own }, "DeleteConflictException", /attached/],
      ["detachRolePolicy", { ...role, PolicyArn: own }],
      ["createPolicyVersion", version],
      ["deletePolicyVersion", { PolicyArn: own, VersionId: "v2" }, "DeleteConflictException"],
      ["deletePolicy", { PolicyArn: own }, "DeleteConflictException", /more than one version/],
      ["deleteRole", role],
      ["deleteRole", role, "NoSuchEntityException"],
    ]));

  it("limits policies in size and number", async () => {
    await calls(iam, [
      made,
      ["putRolePolicy", { ...inline, PolicyDocument: AssumeRolePolicyDocument }, "MalformedPolicyDocumentException"],
      ["putRolePolicy", { ...inline, PolicyDocument: permits(10_000) }],
      ["putRolePolicy", { ...inline, PolicyName: "two", PolicyDocument: permits(240) }],
      ["putRolePolicy", { ...inline, PolicyName: "two", PolicyDocument: permits(241) }, "LimitExceededException"],
      ["createPolicy", { PolicyName: "pull", PolicyDocument: permits(6144) }],
      ["createPolicy", { PolicyName: "PULL", PolicyDocument }, "EntityAlreadyExistsException"],
      ["createPolicyVersion", { ...version, PolicyDocument: permits(6145) }, "LimitExceededException"],
      ["createPolicyVersion", { ...version, PolicyDocument: "{" }, "MalformedPolicyDocumentException"],
      ...[2, 3, 4, 5].map((): Step => ["createPolicyVersion", version]),
      ["createPolicyVersion", version, "LimitExceededException"],
      ["attachRolePolicy", { ...role, PolicyArn: `${own}-none` }, "NoSuchEntityException"],
      ["attachRolePolicy", { ...role, PolicyArn: "AmazonEC2ContainerRegistryPullOnly" }, "InvalidInputException"],
      ["attachRolePolicy", { ...role, PolicyArn: own }],
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
      made,
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
