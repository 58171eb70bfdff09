import { parseArn } from "../aws";
import type { Cloud } from "../context";
import type { Role, Tag } from "../state/model";
import { managedPolicyDocument } from "./aws-managed";
import type { ConditionValues } from "./conditions";
import { IDENTITY_POLICY, parsePolicy, SECRET_POLICY, type Statement } from "./document";
import { evaluateIdentityPolicy, evaluateResourcePolicy, type Request, type Verdict } from "./evaluate";
import type { Principal } from "./principal";

export interface Question {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly account: string;
  readonly region: string;
  readonly resourceTags?: readonly Tag[];
}

/** Whether IAM allows an action to a principal, by AWS's policy evaluation logic. */
export function isAllowed(
  cloud: Cloud,
  question: Question,
  resourcePolicies: readonly (readonly Statement[])[],
): boolean {
  const { principal } = question;
  const role = principal.kind === "session" ? findRole(cloud, principal.roleArn) : undefined;
  const isBounded = role?.PermissionsBoundary !== undefined;
  const request: Request = { ...question, values: conditionValues(cloud, question), isBounded };
  const onResource = strongest(resourcePolicies.map((policy) => evaluateResourcePolicy(policy, request)));
  const ofCaller = identityVerdict(cloud, request);
  // A boundary also limits what a resource policy grants to the role. A grant to its session's ARN is no exception here.
  // Source: IAM user guide, "Permissions boundaries for IAM entities".
  if (onResource === "deny" || ofCaller === "deny" || ofCaller === "limited") return false;
  if (principal.account === question.account) return ofCaller === "allow" || onResource === "allow";
  // A service has no policies of its own. Other accounts need permission from both sides.
  if (principal.kind === "service") return onResource === "allow";
  return ofCaller === "allow" && (onResource === "allow" || onResource === "delegates");
}

/** Whether a resource policy explicitly denies something. */
export function resourcePolicyDenies(
  policy: string | undefined,
  principal: Principal,
  action: string,
  resource: string,
  cloud: Cloud,
): boolean {
  if (policy === undefined) return false;
  const { account = "", region = "" } = parseArn(resource) ?? {};
  const values = conditionValues(cloud, { principal, action, resource, account, region });
  return evaluateResourcePolicy(parsePolicy(policy, SECRET_POLICY), { principal, action, resource, values }) === "deny";
}

/** A role's own policies, or `undefined` if it does not exist. */
export function findRole(cloud: Cloud, roleArn: string): Role | undefined {
  const arn = parseArn(roleArn);
  if (arn?.service !== "iam") return undefined;
  const role = cloud.store.global(arn.account).roles.get(arn.resource.split("/").at(-1) ?? "");
  return role?.Arn === roleArn ? role : undefined;
}

/** The decision of the caller's own policies and permissions boundary. */
export function identityVerdict(cloud: Cloud, request: Request): Verdict {
  if (request.principal.kind === "root") return "allow";
  if (request.principal.kind === "service") return "silent";
  const role = findRole(cloud, request.principal.roleArn);
  if (role === undefined) return "silent";
  const { policies, boundary } = documentsOf(cloud, role);
  const verdict = strongest(policies.map((text) => identityPolicyVerdict(text, request)));
  if (boundary === undefined || verdict === "deny") return verdict;
  // A boundary grants nothing. It only limits.
  const bounded = identityPolicyVerdict(boundary, request);
  if (bounded === "allow") return verdict;
  return bounded === "deny" ? "deny" : "limited";
}

/** The documents that decide what a role may do. A policy that is gone gives nothing. */
export function documentsOf(cloud: Cloud, { inlinePolicies, attachedPolicies, PermissionsBoundary: limit }: Role) {
  const attached = attachedPolicies.map((arn) => documentOf(cloud, arn) ?? "");
  const boundary = limit && (documentOf(cloud, limit.PermissionsBoundaryArn) ?? "");
  return { policies: [...inlinePolicies.values(), ...attached], boundary };
}

export function identityPolicyVerdict(text: string, request: Request): Verdict {
  return text === "" ? "silent" : evaluateIdentityPolicy(parsePolicy(text, IDENTITY_POLICY), request);
}

function documentOf(cloud: Cloud, arn = ""): string | undefined {
  const managed = managedPolicyDocument(arn);
  const account = parseArn(arn)?.account;
  if (managed !== undefined || account === undefined) return managed;
  const policy = cloud.store.global(account).policies.get(arn);
  return policy?.versions.get(policy.DefaultVersionId)?.Document;
}

function strongest(verdicts: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ["deny", "allow", "delegates"];
  return order.find((verdict) => verdicts.includes(verdict)) ?? "silent";
}

export function conditionValues(cloud: Cloud, question: Question): ConditionValues {
  const { principal } = question;
  const values = new Map<string, string>();
  const set = (key: string, value: string | undefined) => value !== undefined && values.set(key.toLowerCase(), value);
  set("aws:RequestedRegion", question.region);
  set("aws:ResourceAccount", question.account);
  set("aws:ResourceOrgID", cloud.organizationOf(question.account));
  // Clients reach real AWS by TLS only; plain HTTP is a property of the emulator.
  set("aws:SecureTransport", "true");
  set("aws:CurrentTime", new Date(cloud.clock.now()).toISOString());
  set("aws:PrincipalIsAWSService", String(principal.kind === "service"));
  // Only ECR asks here for KMS keys.
  if (question.action.startsWith("kms:")) set("kms:ViaService", `ecr.${question.region}.amazonaws.com`);
  for (const { Key, Value } of question.resourceTags ?? []) {
    set(`aws:ResourceTag/${Key}`, Value);
    set(`ecr:ResourceTag/${Key}`, Value);
  }
  if (principal.kind === "service") {
    set("aws:PrincipalServiceName", principal.arn);
    set("aws:SourceArn", principal.sourceArn);
    set("aws:SourceAccount", principal.sourceAccount);
    return values;
  }
  set("aws:PrincipalAccount", principal.account);
  set("aws:PrincipalOrgID", cloud.organizationOf(principal.account));
  set("aws:PrincipalArn", principal.kind === "session" ? principal.roleArn : principal.arn);
  set("aws:PrincipalType", principal.kind === "session" ? "AssumedRole" : "Account");
  set("aws:userid", principal.kind === "session" ? `${principal.roleId}:${principal.sessionName}` : principal.account);
  if (principal.kind === "session") {
    for (const { Key, Value } of findRole(cloud, principal.roleArn)?.Tags ?? []) set(`aws:PrincipalTag/${Key}`, Value);
  }
  return values;
}
