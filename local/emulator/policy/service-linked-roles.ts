import type { CallContext } from "../context";
import type { Role } from "../state/model";
import type { SessionPrincipal } from "./principal";

/** The services whose service-linked roles the emulator knows, with the roles' names. */
export const SERVICE_LINKED_ROLES: Readonly<Record<string, string>> = {
  "pullthroughcache.ecr.amazonaws.com": "AWSServiceRoleForECRPullThroughCache",
  "ecr.amazonaws.com": "AWSServiceRoleForECRTemplate",
  "replication.ecr.amazonaws.com": "AWSServiceRoleForECRReplication",
};

const PULL_THROUGH_CACHE = "pullthroughcache.ecr.amazonaws.com";

export function serviceLinkedRole(account: string, service: string, name: string, now: number): Role {
  const path = `/aws-service-role/${service}/`;
  return {
    name,
    path,
    arn: `arn:aws:iam::${account}:role${path}${name}`,
    id: `AROA${Buffer.from(`${account}${name}`).toString("hex").toUpperCase().slice(0, 17)}`,
    trustPolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    }),
    maxSessionDuration: 3600,
    inlinePolicies: new Map(),
    attachedPolicies: [],
    tags: new Map(),
    createdAt: now,
  };
}

/** The first rule of an account makes the role that reads the secrets of all its rules. */
export function ensurePullThroughCacheRole(context: CallContext): void {
  const { roles } = context.cloud.store.global(context.account);
  const name = SERVICE_LINKED_ROLES[PULL_THROUGH_CACHE] ?? "";
  if (roles.has(name)) return;
  roles.set(name, serviceLinkedRole(context.account, PULL_THROUGH_CACHE, name, context.cloud.clock.now()));
  context.cloud.store.saveGlobal(context.account);
}

/** ECR as it reads a rule's secret. */
export function pullThroughCachePrincipal(account: string): SessionPrincipal {
  const role = serviceLinkedRole(account, PULL_THROUGH_CACHE, SERVICE_LINKED_ROLES[PULL_THROUGH_CACHE] ?? "", 0);
  return {
    kind: "session",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role.name}/ecr`,
    roleArn: role.arn,
    roleId: role.id,
    sessionName: "ecr",
  };
}
