import type { ECR } from "@aws-sdk/client-ecr";
import { keepNewest } from "../../../../test/support/lifecycle";
import { calls, type Step } from "../../testing/steps";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, TestCloud, trust } from "../../testing/support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/creator`;
const kmsKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1111-2222`;
const prefix = { prefix: "cache" };

/** Source: Amazon ECR User Guide, "Repository creation templates"; API reference of each operation. */
describe("emulator: repository creation templates", () => {
  const cloud = TestCloud.forSuite();
  let ecr: ECR;
  beforeEach(async () => {
    ecr = cloud.ecr();
    const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
    await cloud.iam().createRole({ RoleName: "creator", AssumeRolePolicyDocument });
  });
  const create = (more: object = {}, expected?: object | string, message?: RegExp): Step => [
    "createRepositoryCreationTemplate",
    { ...prefix, appliedFor: ["PULL_THROUGH_CACHE"], ...more },
    expected,
    message,
  ];

  const documents = {
    repositoryPolicy: allow("ecr:BatchGetImage", { Principal: { AWS: OTHER_ACCOUNT } }),
    lifecyclePolicy: keepNewest(3),
  };

  const kms = (more: object) => ({ encryptionConfiguration: { encryptionType: "KMS", ...more } });
  const filters = [{ filterType: "WILDCARD", filter: "v*" }];
  const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: "" }));
  const refusals: [more: object, exception?: string][] = [
    [{ description: "d".repeat(257) }],
    [{ appliedFor: ["EVERYTHING"] }],
    [{ appliedFor: [] }, "ValidationException"],
    [{ appliedFor: ["REPLICATION", "REPLICATION"] }, "ValidationException"],
    [{ customRoleArn: `x ${ROLE}` }],
    [{ customRoleArn: `${ROLE}-x` }],
    [{ customRoleArn: ROLE.replace(ACCOUNT, OTHER_ACCOUNT) }],
    [{ imageTagMutabilityExclusionFilters: filters }],
    [{ imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" }],
    [
      {
        imageTagMutability: "MUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "a*b*c*" }],
      },
    ],
    [kms({ kmsKey: "alias/my-key" })],
    [kms({ encryptionType: "AES256", kmsKey })],
    [kms({ kmsKey: kmsKey.replace(REGION, "us-east-1") })],
    [kms({ encryptionType: "KMS_DSSE" })],
    [{ lifecyclePolicy: JSON.stringify({ rules: [] }) }],
    [{ repositoryPolicy: allow("ecr:*", { Principal: "*", Resource: "*" }) }],
    [{ repositoryPolicy: "{" }],
    [{ repositoryPolicy: "p".repeat(10241) }],
    [{ resourceTags: [{ Key: "aws:x", Value: "" }] }],
    [{ resourceTags: tags(51) }],
  ];
  it("refuses what AWS refuses", () =>
    calls(
      ecr,
      refusals.map(([more, exception = "InvalidParameterException"]) => create(more, exception)),
    ));

  it("takes a role by the ARN of its partition", () =>
    calls(cloud.ecr({ region: "us-gov-west-1" }), [create({ customRoleArn: ROLE.replace("aws", "aws-us-gov") })]));

  describe("requires the permissions for what ECR will do", () => {
    async function creator(...statements: object[]): Promise<ECR> {
      const RoleName = "admin";
      const { Role } = await cloud.iam().createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) });
      const Statement = statements.map((statement) => ({ Effect: "Allow", Resource: "*", ...statement }));
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      await cloud.iam().putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
      return cloud.ecr({ keys: await cloud.assume(Role?.Arn ?? "") });
    }
    const own = ["ecr:CreateRepositoryCreationTemplate", "ecr:UpdateRepositoryCreationTemplate"];
    const needed = ["ecr:CreateRepository", "ecr:PutLifecyclePolicy", "ecr:SetRepositoryPolicy"].concat(
      "iam:PassRole",
      "iam:CreateServiceLinkedRole",
    );
    const input = { ...documents, customRoleArn: ROLE };
    for (const missing of needed) {
      it(missing, async () => {
        const Action = [...own, ...needed].filter((action) => action !== missing);
        await calls(await creator({ Action }), [create(input, "AccessDeniedException", new RegExp(missing))]);
      });
    }

    it("to create repositories below the prefix", async () => {
      const Resource = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/cache/*`;
      const admin = await creator(
        { Action: [...own, "iam:CreateServiceLinkedRole"] },
        { Action: needed.slice(0, 3), Resource },
      );
      const denied = (name: string) =>
        ["AccessDeniedException", new RegExp(`ecr:CreateRepository on resource: .*:repository/${name}$`)] as const;
      await calls(admin, [
        create({ prefix: "cache/" }),
        create({ prefix: "cache/team" }),
        ["updateRepositoryCreationTemplate", { prefix: "cache/", description: "new" }],
        create({ prefix: "other" }, ...denied("other/\\*")),
        create({ prefix: "ROOT" }, ...denied("\\*")),
        ["updateRepositoryCreationTemplate", { prefix: "ROOT" }, ...denied("\\*")],
      ]);
    });
  });
});
