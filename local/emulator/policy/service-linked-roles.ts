import { createHash } from "node:crypto";
import type { CallContext } from "../context";
import type { Role } from "../state/model";
import { sessionPrincipal } from "./assume-role";
import type { SessionPrincipal } from "./principal";
import { requirePermission } from "./require";

/** The service-linked roles that the emulator knows, by service. */
const SERVICE_LINKED_ROLES: Readonly<Record<string, string>> = {
  "pullthroughcache.ecr.amazonaws.com": "AWSServiceRoleForECRPullThroughCache",
  "ecr.amazonaws.com": "AWSServiceRoleForECRTemplate",
  "inspector2.amazonaws.com": "AWSServiceRoleForAmazonInspector2",
};

export const PULL_THROUGH_CACHE = "pullthroughcache.ecr.amazonaws.com";

function serviceLinkedRole(account: string, service: string, now: number): Role {
  const name = SERVICE_LINKED_ROLES[service] ?? "";
  const path = `/aws-service-role/${service}/`;
  return {
    RoleName: name,
    Path: path,
    Arn: `arn:aws:iam::${account}:role${path}${name}`,
    // Unique, as IAM's identifiers are, and the same whenever it is asked for.
    RoleId: `AROA${createHash("sha256").update(`${account}${name}`).digest("hex").toUpperCase().slice(0, 17)}`,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    }),
    MaxSessionDuration: 3600,
    inlinePolicies: new Map(),
    attachedPolicies: [],
    Tags: [],
    CreateDate: now,
  };
}

/**
 * Creates a service-linked role that the account does not have yet. The caller needs permission for it. The first rule
 * creates the role that reads secrets, the first template the role that creates repositories, and the first enhanced
 * scan the role of Amazon Inspector. Sources: Amazon ECR user guide, "Service-linked role for pull through cache", "…
 * for repository creation templates", "Enhanced scanning".
 */
export function ensureServiceLinkedRole(context: CallContext, service: string): void {
  const { roles } = context.cloud.store.global(context.account);
  const role = serviceLinkedRole(context.account, service, context.cloud.clock.now());
  if (roles.has(role.RoleName)) return;
  requirePermission(context, "iam:CreateServiceLinkedRole", role.Arn);
  roles.set(role.RoleName, role);
}

/** ECR as it reads a rule's secret. */
export function pullThroughCachePrincipal(account: string): SessionPrincipal {
  return sessionPrincipal(serviceLinkedRole(account, PULL_THROUGH_CACHE, 0), account, "ecr");
}
