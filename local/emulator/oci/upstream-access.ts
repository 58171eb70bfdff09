import { parseRegistryHost, repositoryArn } from "../aws";
import { HOUR } from "../clock";
import type { Cloud } from "../context";
import { AwsError, jsonOf } from "../errors";
import { assumeAsService } from "../policy/assume-role";
import { type Principal, rootPrincipal } from "../policy/principal";
import { isAllowedOn } from "../policy/resource-policies";
import { upstreamRepository } from "../services/ecr/prefixes";
import { readableSecret } from "../services/ecr/rule-credentials";
import type { Credential } from "../upstream/client";
import { UnusableSecret, upstreamDenied } from "./errors";
import type { Source } from "./importer";
import { issueToken } from "./token";

/** What ECR sends to an upstream registry: nothing, the secret's login, or its own token. */
export function upstreamCredential(cloud: Cloud, source: Source): Credential | undefined {
  const { account, region, rule } = source;
  if (rule.credentialArn !== undefined) return secretCredential(cloud, account, region, rule.credentialArn);
  const upstream = parseRegistryHost(rule.upstreamRegistryUrl);
  if (upstream === undefined) return undefined;
  const principal = upstreamPrincipal(cloud, source, upstream);
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
  const value = jsonOf(text, () => new UnusableSecret("the rule's secret is not JSON"));
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

function upstreamPrincipal(cloud: Cloud, source: Source, upstream: { account: string; region: string }): Principal {
  const { account, region, rule, name } = source;
  // Without a role ECR acts for its own account, which is enough within one account.
  if (rule.customRoleArn === undefined) return rootPrincipal(account);
  const principal = assumeAsService(cloud, "pullthroughcache.ecr.amazonaws.com", rule.customRoleArn, region);
  if (principal === undefined) throw upstreamDenied("ECR cannot assume the rule's role");
  const lacks = (resource: string, owner: string) => (action: string) =>
    !isAllowedOn(cloud, { principal, action: `ecr:${action}`, resource, account: owner, region });
  const local = repositoryArn(account, region, name);
  const remote = repositoryArn(upstream.account, upstream.region, upstreamRepository(rule, name));
  const missing =
    ["GetAuthorizationToken"].find(lacks("*", account)) ??
    LOCAL_ACTIONS.find(lacks(local, account)) ??
    UPSTREAM_ACTIONS.find(lacks(remote, upstream.account));
  if (missing === undefined) return principal;
  throw upstreamDenied(`the rule's role or the upstream's policy does not allow ecr:${missing}`);
}
