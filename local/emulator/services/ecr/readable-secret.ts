import type { Cloud } from "../../context";
import { AwsError } from "../../errors";
import { resourcePolicyDenies } from "../../policy/authorize";
import { pullThroughCachePrincipal } from "../../policy/service-linked-roles";
import type { Secret } from "../../state/model";

/** A rule's secret, or why ECR's service-linked role cannot read it, with the exception that a new rule gets. */
export function readableSecret(cloud: Cloud, account: string, region: string, arn: string): Secret | AwsError {
  const { secrets } = cloud.store.region(account, region);
  // AWS requires the full ARN. One without the six characters that Secrets Manager appends counts as unknown.
  const secret = [...secrets.values()].find(({ ARN }) => ARN === arn);
  const isSeen = secret !== undefined && cloud.visibility.ecrSees(`secret:${arn}`, cloud.clock.now());
  if (secret === undefined || secret.DeletedDate !== undefined || !isSeen)
    return new AwsError("SecretNotFoundException", "the rule's secret does not exist");
  const reader = pullThroughCachePrincipal(account);
  if (resourcePolicyDenies(secret.ResourcePolicy, reader, "secretsmanager:GetSecretValue", arn, cloud))
    return new AwsError("UnableToAccessSecretException", "the policy of the rule's secret denies ECR");
  // AWS lists this exception for creation, so the rule is refused at once.
  if (secret.KmsKeyId !== undefined)
    return new AwsError("UnableToDecryptSecretValueException", "the rule's secret uses a customer managed key");
  return secret;
}
