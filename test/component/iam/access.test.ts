import assert from "node:assert/strict";
import { registryStatements, repositoryPolicy } from "../../../component/iam/access";
import { repositoryArns } from "../../../component/iam/ecr";
import { secretReadersPolicy } from "../../../component/iam/secret-readers";
import { HOME, ROLE, SOVEREIGN, statements } from "./support";

describe("access to cached repositories", () => {
  const PULL = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchImportUpstreamImage",
  ];

  it("is granted to nobody by default", () => {
    assert.equal(repositoryPolicy(HOME, {}), undefined);
    assert.equal(repositoryPolicy(HOME, { accounts: [], roleArns: [], lambda: false }), undefined);
    assert.deepEqual(registryStatements(HOME, [{ access: {}, caches: [{ prefix: "hub" }] }], "Cache"), []);
  });

  it("names accounts and roles", () => {
    const access = { accounts: ["444455556666"], roleArns: [ROLE] };
    assert.deepEqual(statements(repositoryPolicy(SOVEREIGN, access)), [
      {
        Sid: "PullThroughCachePrincipals",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws-eusc:iam::444455556666:root", ROLE] },
        Action: PULL,
      },
    ]);
  });

  it("of an organization is bound to it", () => {
    assert.deepEqual(statements(repositoryPolicy(HOME, { organizationId: "o-abcdefghij" })), [
      {
        Sid: "PullThroughCacheOrganization",
        Effect: "Allow",
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
        Action: PULL,
      },
    ]);
  });

  it("of Lambda is bound to functions of known accounts, and imports nothing", () => {
    assert.deepEqual(statements(repositoryPolicy(HOME, { lambda: true })), [
      {
        Sid: "PullThroughCacheLambda",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Condition: { StringLike: { "aws:sourceArn": ["arn:aws:lambda:*:111122223333:function:*"] } },
      },
    ]);
    const shared = statements(repositoryPolicy(HOME, { lambda: true, accounts: ["444455556666"] })) as object[];
    assert.deepEqual((shared[1] as { Condition: object }).Condition, {
      StringLike: {
        "aws:sourceArn": ["arn:aws:lambda:*:111122223333:function:*", "arn:aws:lambda:*:444455556666:function:*"],
      },
    });
  });

  it("for first pulls is in the registry policy, one statement for each kind of principal and group", () => {
    const found = registryStatements(
      HOME,
      [
        {
          access: { accounts: ["444455556666"], organizationId: "o-abcdefghij" },
          caches: [{ prefix: "hub" }, { prefix: "quay" }],
        },
        { access: { roleArns: [ROLE], lambda: true }, caches: [{ prefix: "ROOT" }] },
      ],
      "Cache",
    );
    const Action = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchImportUpstreamImage",
      "ecr:CreateRepository",
    ];
    const Resource = repositoryArns(HOME, ["hub", "quay"]);
    assert.deepEqual(found, [
      {
        Sid: "Cache1Principals",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::444455556666:root"] },
        Action,
        Resource,
      },
      {
        Sid: "Cache1Organization",
        Effect: "Allow",
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
        Action,
        Resource,
      },
      {
        Sid: "Cache2Principals",
        Effect: "Allow",
        Principal: { AWS: [ROLE] },
        Action,
        Resource: ["arn:aws:ecr:us-east-1:111122223333:repository/*"],
      },
    ]);
  });

  it("to a secret means reading its value", () => {
    assert.deepEqual(statements(secretReadersPolicy([ROLE])), [
      {
        Sid: "Readers",
        Effect: "Allow",
        Principal: { AWS: [ROLE] },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
      },
    ]);
  });
});
