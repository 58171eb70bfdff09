import assert from "node:assert/strict";
import { cacheSecretReadable as policy } from "../../../policy-pack/policies/cache-secret-readable";
import { judges, later, messages, passes, secret, secretPolicy, undecided } from "../support";
import { document } from "./statements";

const account = "111122223333";
const role = `arn:aws:iam::${account}:role/aws-service-role/pullthroughcache.ecr.amazonaws.com/AWSServiceRoleForECRPullThroughCache`;
const [app, root] = [`arn:aws:iam::${account}:role/app`, `arn:aws:iam::${account}:root`];
const own = { arn: `arn:aws:secretsmanager:eu-central-1:${account}:secret:ecr-pullthroughcache/hub-a1b2c3` };

const statement = (more: object) => ({
  Effect: "Deny",
  Principal: "*",
  Action: "secretsmanager:GetSecretValue",
  Resource: "*",
  ...more,
});
const holding = (...statements: object[]) => secret("hub", { ...own, policy: document(...statements) });
const denying = (more: object) => holding(statement(more));
const unless = (Condition: object) => denying({ Condition });
const of = (owner: string) => `arn:aws:secretsmanager:*:${owner}:secret:ecr-pullthroughcache/*`;
const ownAccount = statement({
  Condition: { StringNotEquals: { "aws:PrincipalAccount": `${"$"}{aws:ResourceAccount}` } },
});
const except = (...AWS: string[]) => denying({ Principal: undefined, NotPrincipal: { AWS } });

judges(policy, {
  "passes policies that let ECR's role through, and denials of something else": [
    passes,
    denying({ Effect: "Allow", Principal: { AWS: app } }),
    denying({ Action: ["secretsmanager:DeleteSecret", "secretsmanager:Put*"] }),
    denying({ Principal: { AWS: app } }),
    denying({ Principal: { Service: "ecr.amazonaws.com" } }),
    unless({ Bool: { "aws:SecureTransport": "false" } }),
    unless({ ArnNotLike: { "aws:PrincipalArn": [app, role] } }),
    unless({ ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/aws-service-role/*` } }),
    unless({ StringNotEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" }, ArnNotLike: { "aws:PrincipalArn": role } }),
    unless({ StringNotEquals: { "aws:PrincipalAccount": account } }),
    unless({ StringNotEquals: { "aws:SourceVpc": "vpc-1a2b3c4d" }, Bool: { "aws:ViaAWSService": "true" } }),
    except(app, root, role),
    except("*"),
    holding(ownAccount),
    denying({ Resource: of("444455556666") }),
    denying({ Resource: undefined, NotResource: own.arn.replace("a1b2c3", "??????") }),
    unless({ ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::????????????:role/aws-service-role/*" } }),
    unless({ StringNotLike: { "aws:PrincipalArn": "arn:*/AWSServiceRoleForECRPullThroughCache" } }),
    secret("hub", { policy: later }),
  ],
  "reports a denial for everybody, or for all but some roles, endpoints or networks": [
    "hub: Statement 1 of the secret's policy shuts out ECR, which reads the secret by its service-linked role.",
    denying({}),
    denying({ Principal: { AWS: "*" }, Action: "secretsmanager:*" }),
    denying({ Principal: { AWS: root } }),
    denying({ Action: undefined, NotAction: "secretsmanager:DescribeSecret" }),
    unless({ StringNotEquals: { "aws:PrincipalArn": app } }),
    unless({ ArnNotLike: { "aws:PrincipalArn": [`arn:aws:iam::${account}:role/deploy-*`] } }),
    unless({ StringNotEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } }),
    unless({ StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-1a2b3c4d" }, Bool: { "aws:ViaAWSService": "false" } }),
    unless({ NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } }),
    except(app, root),
    except("444455556666"),
    // A document without a Version has no variables.
    secret("hub", { ...own, policy: JSON.stringify({ Statement: ownAccount }) }),
    denying({ Action: "secretsmanager:?etSecretValue" }),
    denying({ Resource: of(account) }),
    denying({ Resource: undefined, NotResource: of("444455556666") }),
    unless({ StringNotEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/aws-service-role/*` } }),
  ],
  "does not decide what AWS alone knows": [
    undecided("hub"),
    unless({ StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }),
    unless({ StringNotLike: { "aws:userId": "AROAEXAMPLEID:*" } }),
    unless({ ArnNotLike: { "aws:PrincipalArn": "arn:*/AWSServiceRoleForECRPullThroughCache" } }),
    unless({ Null: { "aws:SourceVpce": "true" } }),
    denying({ Resource: `${of(account)}${"$"}{aws:PrincipalTag/team}` }),
    except(root),
    except(role),
  ],
  "waits for the ARN and the account if the policy depends on it": [
    undecided("hub"),
    secret("hub", { name: "ecr-pullthroughcache/hub", policy: document(statement({ Resource: of(account) })) }),
    secret("hub", {
      name: "ecr-pullthroughcache/hub",
      policy: document(statement({ Condition: { ArnNotLike: { "aws:PrincipalArn": role } } })),
    }),
  ],
  "waits for a policy that is not known yet": [
    undecided("p"),
    [secret("hub", own), secretPolicy("p", { secretArn: own.arn, policy: later })],
  ],
});

it("cache-secret-readable says what to add, for a SecretPolicy, too", async () => {
  const named = statement({ Sid: "OnlyOurs", Condition: { StringNotEquals: { "aws:PrincipalArn": app } } });
  const attached = secretPolicy("p", { secretArn: own.arn, policy: document(named) });
  const [message = ""] = await messages(policy, [secret("hub", own), attached]);
  assert.deepEqual(message.split("\n").slice(0, 2), [
    'The statement "OnlyOurs" of the secret\'s policy shuts out ECR, which reads the secret by its service-linked role.',
    `Add to the Condition of that Deny: "ArnNotLike": { "aws:PrincipalArn": "${role}" }.`,
  ]);
});
