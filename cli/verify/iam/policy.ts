import { matchesGlob } from "./glob";

/** Who asks: a service, or a role by its ARN. */
export type Principal = { readonly service: string } | { readonly role: string; readonly account: string };

export interface Request {
  readonly action: string;
  readonly resource?: string;
  readonly principal: Principal;
  /** The values of condition keys that are known, by the key in lower case. */
  readonly values: { readonly [key: string]: string };
}

/** What resource policies say. `delegates`: they allow the caller's account, whose own policies then decide. */
export type Verdict = "deny" | "allow" | "delegates" | "silent" | Undecided;

/** Condition keys decide whose values are not known here. */
export interface Undecided {
  readonly keys: readonly string[];
  /** They may deny, too. Otherwise they may only allow. */
  readonly mayDeny: boolean;
}

type Strings = string | readonly string[];
interface Principals {
  readonly AWS?: Strings;
  readonly Service?: Strings;
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Principals;
  readonly NotPrincipal?: "*" | Principals;
  readonly Action?: Strings;
  readonly NotAction?: Strings;
  readonly Resource?: Strings;
  readonly NotResource?: Strings;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: Strings | boolean | number } };
}

/**
 * Judges policies that stand on a resource, or a role's trust policy, that AWS has accepted. Source: IAM user guide,
 * "Policy evaluation logic".
 */
export function judge(documents: readonly (string | undefined)[], request: Request): Verdict {
  const statements = documents.flatMap(statementsOf).filter((statement) => concerns(statement, request));
  const judged = statements.map((statement) => ({
    effect: statement.Effect,
    reach: reachOf(statement, request.principal),
    unknown: unknownKeys(statement, request),
  }));
  const reaching = judged.filter(({ reach, unknown }) => reach !== "none" && unknown !== "fails");
  const of = (wanted: string, isCertain: boolean) =>
    reaching.filter(({ effect, unknown }) => effect === wanted && (unknown.length === 0) === isCertain);
  const undecided = (effect: string): Undecided => ({
    keys: [...new Set(of(effect, false).flatMap(({ unknown }) => unknown))],
    mayDeny: effect === "Deny",
  });
  if (of("Deny", true).length > 0) return "deny";
  if (of("Deny", false).length > 0) return undecided("Deny");
  if (of("Allow", true).some(({ reach }) => reach === "caller")) return "allow";
  if (of("Allow", true).length > 0) return "delegates";
  return of("Allow", false).length > 0 ? undecided("Allow") : "silent";
}

export function statementsOf(document: string | undefined): Statement[] {
  if (!document) return [];
  const { Statement: statements = [] } = JSON.parse(document) as { Statement?: Statement | Statement[] };
  return [statements].flat();
}

const list = (value: Strings | boolean | number = []): readonly string[] => [value].flat().map(String);
const VARIABLE = /\$\{([^},]*)[^}]*\}/g;

/** What a variable in a resource stands for is left open: see unknownKeys. */
function concerns(
  { Action, NotAction, Resource, NotResource }: Statement,
  { action, resource = "" }: Request,
): boolean {
  const isAction = (pattern: string) => matchesGlob(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string) => matchesGlob(NotResource ? pattern : pattern.replace(VARIABLE, "*"), resource);
  if (Action ? !list(Action).some(isAction) : list(NotAction).some(isAction)) return false;
  return NotResource ? !list(NotResource).some(isResource) : Resource === undefined || list(Resource).some(isResource);
}

/** `"*"` is the same as `{"AWS": "*"}`. Source: IAM user guide, "Principal". */
const principals = (named: "*" | Principals) => (named === "*" ? { AWS: "*" } : named);

type Reach = "caller" | "account" | "none";

function reachOf({ Effect, Principal: named, NotPrincipal: others }: Statement, principal: Principal): Reach {
  if (!others) return named ? reachIn(principals(named), principal) : "none";
  const reach = reachIn(principals(others), principal);
  const isLeftOut = Effect === "Allow" ? reach !== "none" : reach === "caller" && !mayBeDenied(others, principal);
  return isLeftOut ? "none" : "caller";
}

/**
 * A `Deny` that leaves out a role, but not its account, denies it or not: AWS does not say for which services. Source: IAM
 * user guide, "NotPrincipal".
 */
function mayBeDenied(others: "*" | Principals, principal: Principal): boolean {
  const names = list(principals(others).AWS);
  return "role" in principal && names.includes(principal.role) && !names.some((one) => isRoot(one, principal));
}

function reachIn(named: Principals, principal: Principal): Reach {
  const names = list(named.AWS);
  if (names.includes("*")) return "caller";
  if ("service" in principal) return list(named.Service).includes(principal.service) ? "caller" : "none";
  if (names.includes(principal.role)) return "caller";
  return names.some((one) => isRoot(one, principal)) ? "account" : "none";
}

function isRoot(name: string, { account }: { readonly account: string }): boolean {
  return name === account || name.endsWith(`:iam::${account}:root`);
}

/** The condition keys and variables that decide and are not known. Empty if the conditions hold. */
function unknownKeys(statement: Statement, { principal, values }: Request): "fails" | readonly string[] {
  const { Effect, Condition = {}, NotPrincipal, Resource, NotResource } = statement;
  const resources = list(Resource ?? NotResource).join();
  const unknown = [...resources.matchAll(VARIABLE)].map(([, name = ""]) => name);
  if (Effect === "Deny" && NotPrincipal && mayBeDenied(NotPrincipal, principal)) unknown.push("NotPrincipal");
  for (const [operator, comparisons] of Object.entries(Condition)) {
    for (const [key, expected] of Object.entries(comparisons)) {
      const holds = compare(operator, values[key.toLowerCase()], list(expected));
      if (holds === false) return "fails";
      if (holds === undefined) unknown.push(key);
    }
  }
  return unknown;
}

const OPERATOR = /^(?:(?:String|Arn)(?<not>Not)?(?<kind>Equals|Like)(?<any>IgnoreCase)?|Bool)(?:IfExists)?$/;

function compare(operator: string, value: string | undefined, expected: readonly string[]): boolean | undefined {
  const { groups: { not, kind, any } = {}, 0: known } = OPERATOR.exec(operator) ?? {};
  if (known === undefined || value === undefined || expected.some((one) => one.includes("${"))) return undefined;
  const fold = (text: string) => (any || kind === undefined ? text.toLowerCase() : text);
  const isMatch = (one: string) => {
    if (operator.startsWith("Arn")) return matchesArn(one, value);
    return kind === "Like" ? matchesGlob(one, value) : fold(one) === fold(value);
  };
  const matches = expected.some(isMatch);
  return not ? !matches : matches;
}

/** Each of the six parts is compared on its own. Source: IAM user guide, "Condition operators". */
function matchesArn(pattern: string, arn: string): boolean {
  const wanted = partsOf(pattern);
  return partsOf(arn).every((part, index) => matchesGlob(wanted[index] ?? "", part));
}

/** The last part may contain colons. */
function partsOf(arn: string): string[] {
  const all = arn.split(":");
  return [...all.slice(0, 5), all.slice(5).join(":")];
}
