import { parseRegistryHost, repositoryArn } from "../aws";
import { HOUR } from "../clock";
import type { Cloud } from "../context";
import { AwsError } from "../errors";
import { assumeAsService } from "../policy/assume-role";
import { isAllowed } from "../policy/authorize";
import type { Principal } from "../policy/principal";
import { rootPrincipal } from "../policy/principal";
import { resourcePolicies } from "../policy/resource-policies";
import { readableSecret } from "../services/ecr/readable-secret";
import type { PullThroughCacheRule } from "../state/model";
import { type Credential, UpstreamDenied } from "../upstream/client";
import { issueToken } from "./token";

/** The rule's secret cannot be used, so the upstream is not called. */
export class UnusableSecret extends UpstreamDenied {}

export interface RuleTarget {
  readonly account: string;
  readonly region: string;
  readonly rule: PullThroughCacheRule;
  readonly repository: string;
  readonly upstreamRepository: string;
}

/** What ECR sends to an upstream registry: nothing, the secret's login, or its own token. */
export function upstreamCredential(cloud: Cloud, target: RuleTarget): Credential | undefined {
  if (target.rule.credentialArn !== undefined)
    return secretCredential(cloud, target.account, target.region, target.rule.credentialArn);
  const upstream = parseRegistryHost(target.rule.upstreamRegistryUrl);
  if (upstream === undefined) return undefined;
  const principal = upstreamPrincipal(cloud, target, upstream);
  const expiresAt = cloud.clock.now() + HOUR;
  return { username: "AWS", password: issueToken({ principal, region: upstream.region, expiresAt }, cloud.tokenKey) };
}

/** Reads `username` and `accessToken` from the secret's current version, as ECR's service-linked role would. */
function secretCredential(cloud: Cloud, account: string, region: string, arn: string): Credential {
  const secret = readableSecret(cloud, account, region, arn);
  if (secret instanceof AwsError) throw new UnusableSecret(secret.message);
  const current = [...secret.versions.values()].find(({ VersionStages }) => VersionStages.includes("AWSCURRENT"));
  if (current?.SecretString === undefined) throw new UnusableSecret("the rule's secret has no value");
  return parseSecret(current.SecretString);
}

function parseSecret(text: string): Credential {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnusableSecret("the rule's secret is not JSON");
  }
  const { username, accessToken } = (value ?? {}) as Record<string, unknown>;
  if (typeof username !== "string" || typeof accessToken !== "string" || username === "" || accessToken === "") {
    throw new UnusableSecret("the rule's secret must be a JSON object with username and accessToken");
  }
  return { username, password: accessToken };
}

/**
 * AWS lists these actions for the role of a cross-account rule, and those of the second list also for the upstream's
 * policy.
 */
const LOCAL_ACTIONS = ["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"];
const UPSTREAM_ACTIONS = ["BatchGetImage", "GetDownloadUrlForLayer", "BatchImportUpstreamImage", "GetImageCopyStatus"];

function upstreamPrincipal(cloud: Cloud, target: RuleTarget, upstream: { account: string; region: string }): Principal {
  const { account, region, rule } = target;
  // Without a role ECR acts for its own account, which is enough within one account.
  if (rule.customRoleArn === undefined) return rootPrincipal(account);
  const role = assumeAsService(cloud, "pullthroughcache.ecr.amazonaws.com", rule.customRoleArn, region);
  if (role === undefined) throw new UpstreamDenied("ECR cannot assume the rule's role");
  const may = (action: string, resource: string, owner: string) =>
    isAllowed(
      cloud,
      { principal: role, action: `ecr:${action}`, resource, account: owner, region },
      resourcePolicies(cloud, resource, `ecr:${action}`),
    );
  const local = repositoryArn(account, region, target.repository);
  const remote = repositoryArn(upstream.account, upstream.region, target.upstreamRepository);
  const missing =
    (may("GetAuthorizationToken", "*", account) ? undefined : "GetAuthorizationToken") ??
    LOCAL_ACTIONS.find((action) => !may(action, local, account)) ??
    UPSTREAM_ACTIONS.find((action) => !may(action, remote, upstream.account));
  if (missing !== undefined)
    throw new UpstreamDenied(`the rule's role or the upstream's policy does not allow ecr:${missing}`);
  return role;
}
