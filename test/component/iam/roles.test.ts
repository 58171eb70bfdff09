import assert from "node:assert/strict";
import type { Ecr } from "../../../component/iam/ecr";
import { TEMPLATE_ROLE_TRUST, templateRolePolicy } from "../../../component/iam/template-role";
import { UPSTREAM_ROLE_TRUST, upstreamRolePolicy, upstreamStatement } from "../../../component/iam/upstream-role";
import { HOME, SOVEREIGN, statements } from "./support";

describe("template role", () => {
  it("can be assumed only by ECR", () => {
    assert.deepEqual(statements(TEMPLATE_ROLE_TRUST), [
      { Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("creates and tags repositories under the prefixes", () => {
    assert.deepEqual(statements(templateRolePolicy(HOME, { prefixes: ["hub"], kmsKeys: [] })), [
      {
        Sid: "CreateRepositories",
        Effect: "Allow",
        Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
        Resource: ["arn:aws:ecr:us-east-1:111122223333:repository/hub/*"],
      },
    ]);
  });

  it("uses the given KMS keys, or any key of the account if a template uses aws/ecr", () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/1";
    const resourceOf = (ecr: Ecr, kmsKeys: (string | undefined)[]) =>
      (statements(templateRolePolicy(ecr, { prefixes: ["hub"], kmsKeys })) as object[])[1];
    const statement = (via: string, Resource: string[]) => ({
      Sid: "EncryptRepositories",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
      Resource,
      Condition: { StringEquals: { "kms:ViaService": [via] } },
    });
    assert.deepEqual(resourceOf(HOME, [key, key]), statement("ecr.us-east-1.amazonaws.com", [key]));
    assert.deepEqual(
      resourceOf(SOVEREIGN, [key, undefined]),
      statement("ecr.eusc-de-east-1.amazonaws.eu", ["arn:aws-eusc:kms:*:111122223333:key/*"]),
    );
  });
});

describe("upstream role", () => {
  const upstream = { accountId: "222233334444", region: "eu-west-1", prefix: "ROOT" };

  it("can be assumed only by the pull through cache", () => {
    assert.deepEqual(statements(UPSTREAM_ROLE_TRUST), [
      { Effect: "Allow", Principal: { Service: "pullthroughcache.ecr.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("reads upstream and fills the cache", () => {
    const role = { prefixes: ["platform"], upstreams: [upstream, { ...upstream, prefix: "team-a" }] };
    assert.deepEqual(statements(upstreamRolePolicy(HOME, role)), [
      { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Sid: "PullThroughCache",
        Effect: "Allow",
        Action: [
          "ecr:BatchGetImage",
          "ecr:BatchImportUpstreamImage",
          "ecr:GetDownloadUrlForLayer",
          "ecr:GetImageCopyStatus",
          "ecr:CompleteLayerUpload",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
        Resource: [
          "arn:aws:ecr:us-east-1:111122223333:repository/platform/*",
          "arn:aws:ecr:eu-west-1:222233334444:repository/*",
          "arn:aws:ecr:eu-west-1:222233334444:repository/team-a/*",
        ],
      },
    ]);
  });

  it("has a statement for the upstream's owner that lets this account read, and no more", () => {
    assert.deepEqual(upstreamStatement(HOME, { ...upstream, prefix: "team-a" }), {
      Sid: "PullThroughCache",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: [
        "ecr:BatchGetImage",
        "ecr:BatchImportUpstreamImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetImageCopyStatus",
      ],
      Resource: "arn:aws:ecr:eu-west-1:222233334444:repository/team-a/*",
    });
  });
});
