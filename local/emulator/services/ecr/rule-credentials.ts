import { parseArn, parseRegistryHost } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { invalidParameter, validation } from "./errors";
import { ecrFindsRole } from "./passed-role";
import { readableSecret } from "./readable-secret";
import type { UpstreamRegistry } from "./upstream-registries";

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
  if (upstream.authentication === "role") checkRole(rule, context);
  if (rule.credentialArn !== undefined) checkSecret(rule.credentialArn, context);
}

function checkRole(rule: RuleCredentials, context: CallContext): void {
  const upstreamAccount = parseRegistryHost(rule.upstreamRegistryUrl)?.account;
  if (rule.customRoleArn === undefined) {
    // Needed across accounts. AWS's own examples omit it within one account.
    if (upstreamAccount === context.account) return;
    throw validation("A custom role ARN is required for an ECR upstream registry in another account");
  }
  const role = parseArn(rule.customRoleArn);
  if (role?.service !== "iam" || role.account !== context.account || !role.resource.startsWith("role/")) {
    throw validation(`The custom role ARN must name an IAM role of account ${context.account}`);
  }
  if (!ecrFindsRole(rule.customRoleArn, context)) {
    throw validation(`The role ${rule.customRoleArn} does not exist or cannot be assumed by Amazon ECR`);
  }
}

function checkSecret(credentialArn: string, context: CallContext): void {
  const arn = parseArn(credentialArn);
  if (arn?.account !== context.account || arn.region !== context.region) {
    throw new AwsError(
      "UnableToAccessSecretException",
      `The secret must be in account ${context.account} and Region ${context.region}, as the rule is`,
    );
  }
  const found = readableSecret(context.cloud, context.account, context.region, credentialArn);
  if (found instanceof AwsError) throw found;
}
