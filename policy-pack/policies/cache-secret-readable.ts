import { registryOf } from "../aws/account/registry";
import { cacheSecrets, secretPolicies } from "../aws/caches/credential";
import { nameOf } from "../aws/iam/policy-document";
import { denial, pullThroughCacheRole } from "../aws/iam/service-linked-role";
import { secret } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, unknown, type Value } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

/** Of a secret that does not exist yet, only this is known. */
const anySecret = "arn:*:secretsmanager:*:*:secret:*";

export const cacheSecretReadable = stackPolicy<object>({
  name: "cache-secret-readable",
  displayName: "ECR can read cache secrets",
  rule: "The policy of a cache's secret must not deny secretsmanager:GetSecretValue to ECR's service-linked role.",
  why: "ECR reads the token as AWSServiceRoleForECRPullThroughCache, from its own network: a Deny for all but some roles, networks or endpoints shuts it out, and every pull of a new image fails.",
  fix: "Add the ARN of AWSServiceRoleForECRPullThroughCache to the Condition of the Deny, as ArnNotLike of aws:PrincipalArn.",
  snippet: `
Condition: {
  ArnNotLike: {
    "aws:PrincipalArn":
      "arn:aws:iam::111122223333:role/aws-service-role/pullthroughcache.ecr.amazonaws.com/AWSServiceRoleForECRPullThroughCache",
  },
},`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/slr-pullthroughcache.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "high",
  topic: "availability",
  trigger: secret,
  judge: judgeSecrets,
});

export function judgeSecrets(resources: readonly StackResource[]): Finding[] {
  return cacheSecrets(resources).flatMap((one) =>
    secretPolicies(one.resource, resources).map(({ resource, policy }) => ({
      resource,
      verdict: judgePolicy(policy, one.resource),
    })),
  );
}

function judgePolicy(policy: Value, owner: StackResource): Verdict {
  const { account } = registryOf(owner);
  const arn = text(read(owner.props, "arn"));
  const found = denial(policy, typeof arn === "string" ? arn : anySecret, account);
  if (found === undefined) return pass;
  if (found === unknown) return undecided;
  return fail(
    `${nameOf(found)} of the secret's policy shuts out ECR, which reads the secret by its service-linked role.`,
    `Add to the Condition of that Deny: "ArnNotLike": { "aws:PrincipalArn": "${pullThroughCacheRole(account)}" }.`,
  );
}
