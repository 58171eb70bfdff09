import assert from "node:assert/strict";
import { cacheSecretReadable } from "../../../policy-pack/policies/cache-secret-readable";
import { later, messages, passes, run, secret, secretPolicy, undecidedFor } from "../support";
import { document } from "./statements";

describe("cache-secret-readable", () => {
  const policy = cacheSecretReadable;
  const account = "111122223333";
  const role = `arn:aws:iam::${account}:role/aws-service-role/pullthroughcache.ecr.amazonaws.com/AWSServiceRoleForECRPullThroughCache`;
  const [app, root] = [`arn:aws:iam::${account}:role/app`, `arn:aws:iam::${account}:root`];
  const deny = (more: object, Action: unknown = "secretsmanager:GetSecretValue") => ({
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: "*",
    ...more,
  });
  const unless = (Condition: object) => deny({ Condition });
  const own = { arn: `arn:aws:secretsmanager:eu-central-1:${account}:secret:ecr-pullthroughcache/hub-a1b2c3` };
  const judge = (statement: object) => run(policy, [secret("hub", { ...own, policy: document(statement) })]);
  const shutOut =
    "hub: Statement 1 of the secret's policy shuts out ECR, which reads the secret by its service-linked role.";

  it("passes policies that let ECR's role through, and denials of something else", async () => {
    for (const statement of [
      { Effect: "Allow", Principal: { AWS: app }, Action: "secretsmanager:GetSecretValue", Resource: "*" },
      deny({}, ["secretsmanager:DeleteSecret", "secretsmanager:Put*"]),
      deny({ Principal: { AWS: app } }),
      deny({ Principal: { Service: "ecr.amazonaws.com" } }),
      unless({ Bool: { "aws:SecureTransport": "false" } }),
      unless({ ArnNotLike: { "aws:PrincipalArn": [app, role] } }),
      unless({ ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/aws-service-role/*` } }),
      unless({ StringNotEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" }, ArnNotLike: { "aws:PrincipalArn": role } }),
      unless({ StringNotEquals: { "aws:PrincipalAccount": account } }),
      unless({ StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }),
      unless({ StringNotLike: { "aws:userId": "AROAEXAMPLEID:*" } }),
      unless({ StringNotEquals: { "aws:SourceVpc": "vpc-1a2b3c4d" }, Bool: { "aws:ViaAWSService": "true" } }),
      deny({ Principal: undefined, NotPrincipal: { AWS: [app, root, role] } }),
      deny({ Principal: undefined, NotPrincipal: { AWS: root } }),
    ]) {
      assert.deepEqual(await judge(statement), passes, JSON.stringify(statement));
    }
  });

  it("reports a denial for everybody, or for all but some roles, endpoints or networks", async () => {
    for (const statement of [
      deny({}),
      deny({ Principal: { AWS: "*" } }, "secretsmanager:*"),
      deny({ Principal: { AWS: root } }),
      deny({ Action: undefined, NotAction: "secretsmanager:DescribeSecret" }),
      unless({ StringNotEquals: { "aws:PrincipalArn": app } }),
      unless({ ArnNotLike: { "aws:PrincipalArn": [`arn:aws:iam::${account}:role/deploy-*`] } }),
      unless({ StringNotEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } }),
      unless({ StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-1a2b3c4d" }, Bool: { "aws:ViaAWSService": "false" } }),
      unless({ NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } }),
      deny({ Principal: undefined, NotPrincipal: { AWS: [app, root] } }),
    ]) {
      assert.deepEqual((await judge(statement)).violations, [shutOut], JSON.stringify(statement));
    }
  });

  it("says what to add, for a SecretPolicy, too", async () => {
    const named = { Sid: "OnlyOurs", ...unless({ StringNotEquals: { "aws:PrincipalArn": app } }) };
    const attached = secretPolicy("p", { secretArn: own.arn, policy: document(named) });
    const [message = ""] = await messages(policy, [secret("hub", own), attached]);
    assert.deepEqual(message.split("\n").slice(0, 2), [
      'The statement "OnlyOurs" of the secret\'s policy shuts out ECR, which reads the secret by its service-linked role.',
      `Add to the Condition of that Deny: "ArnNotLike": { "aws:PrincipalArn": "${role}" }.`,
    ]);
  });

  it("waits for a policy that is not known yet", async () => {
    const fed = secretPolicy("p", { secretArn: own.arn, policy: later });
    assert.deepEqual(await run(policy, [secret("hub", own), fed]), undecidedFor(policy, "hub"));
    assert.deepEqual(await run(policy, [secret("hub", { policy: later })]), passes);
  });
});
