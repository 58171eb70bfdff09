import { registryOf } from "../aws/account/registry";
import { cacheSecrets, secretPolicies } from "../aws/caches/credential";
import { nameOf } from "../aws/iam/policy-document";
import { denials, pullThroughCacheRole } from "../aws/iam/service-linked-role";
import { secret } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { type Unknown, unknown, type Value } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

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
  return cacheSecrets(resources).flatMap((one) => {
    const { account } = registryOf(one.resource);
    return secretPolicies(one.resource, resources).map(({ resource, policy }) => ({
      resource,
      verdict: judgePolicy(policy, account),
    }));
  });
}

function judgePolicy(policy: Value, account: string | Unknown | undefined): Verdict {
  if (policy === unknown) return undecided;
  const [denial] = denials(policy, account);
  if (denial === undefined) return pass;
  return fail(
    `${nameOf(denial)} of the secret's policy shuts out ECR, which reads the secret by its service-linked role.`,
    `Add to the Condition of that Deny: "ArnNotLike": { "aws:PrincipalArn": "${pullThroughCacheRole(account)}" }.`,
  );
}
