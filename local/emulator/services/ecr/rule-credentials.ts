import { parseArn, parseRegistryHost } from "../../aws";
import type { CallContext, Cloud } from "../../context";
import { AwsError } from "../../errors";
import { findRole, resourcePolicyDenies } from "../../policy/authorize";
import { pullThroughCachePrincipal } from "../../policy/service-linked-roles";
import type { Secret } from "../../state/model";
import { invalidParameter, validation } from "./registry";
import type { UpstreamRegistry } from "./upstream-registries";

/**
 * Refuses a role that is not the account's. AWS does not say whether it checks more when a rule or a template is created.
 * This refuses a role that does not exist or is too new for ECR to see.
 */
export function checkRole(roleArn: string, { cloud, account }: CallContext, refused: typeof validation): void {
  const role = parseArn(roleArn);
  if (role?.service !== "iam" || role.account !== account || !role.resource.startsWith("role/")) {
    throw refused(`The custom role ARN must name an IAM role of account ${account}`);
  }
  // All of the emulator's roles are in the partition aws.
  const arn = roleArn.replace(/^arn:aws[a-z-]*:/, "arn:aws:");
  if (findRole(cloud, arn) !== undefined && cloud.visibility.ecrSees(`role:${arn}`, cloud.clock.now())) return;
  throw refused(`The role ${roleArn} does not exist or cannot be assumed by Amazon ECR`);
}

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

interface RuleCredentials {
  upstreamRegistryUrl: string;
  credentialArn?: string;
  customRoleArn?: string;
}

/** Refuses credentials that do not fit a rule's upstream, and secrets that ECR could not read. */
export function checkRuleCredentials(rule: RuleCredentials, upstream: UpstreamRegistry, context: CallContext): void {
  if (upstream.authentication === "secret" && rule.credentialArn === undefined) {
    throw new AwsError(
      "UnsupportedUpstreamRegistryException",
      "The specified upstream registry requires authentication. Specify a valid Secrets Manager ARN",
    );
  }
  // AWS documents no credentials for quay, k8s and ecr-public, and does not say what happens with one: refused.
  if (upstream.authentication !== "secret" && rule.credentialArn !== undefined) {
    throw invalidParameter(`The upstream registry ${rule.upstreamRegistryUrl} does not take a credential ARN`);
  }
  // A role is documented for ECR upstreams only.
  if (upstream.authentication !== "role" && rule.customRoleArn !== undefined) {
    throw invalidParameter(`The upstream registry ${rule.upstreamRegistryUrl} does not take a custom role ARN`);
  }
  if (upstream.authentication === "role") checkUpstreamRole(rule, context);
  if (rule.credentialArn !== undefined) checkSecret(rule.credentialArn, context);
}

function checkUpstreamRole({ upstreamRegistryUrl, customRoleArn }: RuleCredentials, context: CallContext): void {
  if (customRoleArn !== undefined) checkRole(customRoleArn, context, validation);
  // Needed across accounts. AWS's own examples omit it within one account.
  else if (parseRegistryHost(upstreamRegistryUrl)?.account !== context.account)
    throw validation("A custom role ARN is required for an ECR upstream registry in another account");
}

function checkSecret(credentialArn: string, { cloud, account, region }: CallContext): void {
  const arn = parseArn(credentialArn);
  if (arn?.account !== account || arn.region !== region) {
    const message = `The secret must be in account ${account} and Region ${region}, as the rule is`;
    throw new AwsError("UnableToAccessSecretException", message);
  }
  const secret = readableSecret(cloud, account, region, credentialArn);
  if (secret instanceof AwsError) throw secret;
}
