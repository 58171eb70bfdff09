import { parseArn } from "../aws";
import type { Cloud } from "../context";
import type { Role } from "../state/model";
import { conditionValues, findRole, isAllowed } from "./authorize";
import { parsePolicy, TRUST_POLICY } from "./document";
import { evaluateResourcePolicy } from "./evaluate";
import { type Principal, type ServicePrincipal, type SessionPrincipal, servicePrincipal } from "./principal";

const ASSUME = "sts:AssumeRole";

/** The role, if its trust policy and the caller's own permissions let the caller assume it. */
export function canAssumeRole(cloud: Cloud, principal: Principal, roleArn: string, region: string): Role | undefined {
  const role = findRole(cloud, roleArn);
  const account = parseArn(roleArn)?.account;
  if (role === undefined || account === undefined || !cloud.visibility.sees(`role:${role.Arn}`)) return undefined;
  const trust = parsePolicy(role.AssumeRolePolicyDocument, TRUST_POLICY);
  const question = { principal, action: ASSUME, resource: roleArn, account, region };
  // Unlike other resource policies, a trust policy must always allow the caller, even within the account.
  const verdict = evaluateResourcePolicy(trust, { ...question, values: conditionValues(cloud, question) });
  if (verdict !== "allow" && verdict !== "delegates") return undefined;
  return isAllowed(cloud, question, [trust]) ? role : undefined;
}

/** A role's session after a service assumes it, or undefined if the role's trust policy does not name the service. */
export function assumeAsService(
  cloud: Cloud,
  service: string,
  roleArn: string,
  region: string,
  source: Pick<ServicePrincipal, "sourceArn" | "sourceAccount"> = {},
): SessionPrincipal | undefined {
  const account = parseArn(roleArn)?.account ?? "";
  const role = canAssumeRole(cloud, servicePrincipal(service, source), roleArn, region);
  return role && sessionPrincipal(role, account, "ecr");
}

export function sessionPrincipal(role: Role, account: string, sessionName: string): SessionPrincipal {
  return {
    kind: "session",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role.RoleName}/${sessionName}`,
    roleArn: role.Arn,
    roleId: role.RoleId,
    sessionName,
  };
}
