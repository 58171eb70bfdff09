import { arnMatches, type ConditionValues, conditionHolds, substitute } from "./conditions";
import type { PrincipalPattern, Statement } from "./document";
import type { Principal } from "./principal";
import { matchesWildcard } from "./wildcard";

export interface Request {
  readonly principal: Principal;
  /** e.g. `ecr:BatchGetImage` */
  readonly action: string;
  readonly resource: string;
  readonly values: ConditionValues;
  /** The principal has a permissions boundary. */
  readonly isBounded?: boolean;
}

/**
 * The decision of a policy about a request. `delegates`: it allows the caller's account, whose own policies then
 * decide. `limited`: the caller's permissions boundary does not allow it.
 */
export type Verdict = "deny" | "allow" | "delegates" | "limited" | "silent";

/** Whom a statement's principals name: the caller itself, only its account, or neither. */
type Reach = "caller" | "account" | "none";

/** Evaluates an identity-based policy: its holder is the principal. */
export function evaluateIdentityPolicy(statements: readonly Statement[], request: Request): Verdict {
  return combine(
    statements.filter((statement) => applies(statement, request)).map((statement) => [statement, "caller"]),
  );
}

/** Evaluates a policy on a resource, or a role's trust policy. */
export function evaluateResourcePolicy(statements: readonly Statement[], request: Request): Verdict {
  const reached = statements
    .filter((statement) => applies(statement, request))
    .map((statement): [Statement, Reach] => [statement, reach(statement, request)]);
  return combine(reached);
}

function combine(statements: readonly (readonly [Statement, Reach])[]): Verdict {
  const reaching = statements.filter(([, reached]) => reached !== "none");
  if (reaching.some(([{ effect }]) => effect === "Deny")) return "deny";
  if (reaching.some(([, reached]) => reached === "caller")) return "allow";
  return reaching.length > 0 ? "delegates" : "silent";
}

function applies(statement: Statement, request: Request): boolean {
  const { action, resource, values } = request;
  const isAction = (pattern: string) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string) => pattern === "*" || arnMatches(resource, inLastPart(pattern, values));
  if (statement.actions && !statement.actions.some(isAction)) return false;
  if (statement.notActions?.some(isAction)) return false;
  if (statement.resources && !statement.resources.some(isResource)) return false;
  if (statement.notResources?.some(isResource)) return false;
  return statement.conditions.every((condition) => conditionHolds(condition, values));
}

/** Variables count only after the fifth colon. Source: IAM user guide, "Variables and tags". */
function inLastPart(arn: string, values: ConditionValues): string {
  return arn.replace(/(?<=^(?:[^:]*:){5}).*/s, (part) => substitute(part, values));
}

function reach(statement: Statement, { principal, isBounded }: Request): Reach {
  if (statement.notPrincipals) return isSpared(statement.notPrincipals, principal, isBounded) ? "none" : "caller";
  const reached = (statement.principals ?? []).map((pattern) => principalReach(pattern, principal));
  if (reached.includes("caller")) return "caller";
  return reached.includes("account") ? "account" : "none";
}

/**
 * Whether a `Deny` leaves the caller out: a session only if both its account and its role are named, and it has no
 * boundary. Source: IAM user guide, "NotPrincipal".
 */
function isSpared(patterns: readonly PrincipalPattern[], principal: Principal, isBounded = false): boolean {
  const reached = patterns.map((pattern) => principalReach(pattern, principal));
  if (principal.kind !== "session") return reached.includes("caller");
  const isRole = patterns.some(({ value }) => value === principal.roleArn);
  return isRole && reached.includes("account") && !isBounded;
}

function principalReach(pattern: PrincipalPattern, principal: Principal): Reach {
  if (pattern.value === "*" && (pattern.type === "*" || pattern.type === "AWS")) return "caller";
  if (pattern.type === "Service")
    return principal.kind === "service" && pattern.value === principal.arn ? "caller" : "none";
  if (pattern.type !== "AWS" || principal.kind === "service") return "none";
  if (pattern.value === principal.account || pattern.value === `arn:aws:iam::${principal.account}:root`) {
    return principal.kind === "root" ? "caller" : "account";
  }
  if (pattern.value === principal.arn) return "caller";
  return principal.kind === "session" && pattern.value === principal.roleArn ? "caller" : "none";
}
