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

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly [kind: string]: Strings };
  readonly NotPrincipal?: "*" | { readonly [kind: string]: Strings };
  readonly Action?: Strings;
  readonly NotAction?: Strings;
  readonly Resource?: Strings;
  readonly NotResource?: Strings;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: Strings } };
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
    unknown: unknownKeys(statement, request.values),
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

const list = (value: Strings | undefined): readonly string[] => (typeof value === "string" ? [value] : (value ?? []));

function concerns({ Action, NotAction, Resource, NotResource }: Statement, { action, resource }: Request): boolean {
  const isAction = (pattern: string) => matchesGlob(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string) => resource === undefined || matchesGlob(pattern, resource);
  if (Action ? !list(Action).some(isAction) : list(NotAction).some(isAction)) return false;
  return NotResource ? !list(NotResource).some(isResource) : Resource === undefined || list(Resource).some(isResource);
}

type Reach = "caller" | "account" | "none";

function reachOf({ Principal: named, NotPrincipal: others }: Statement, principal: Principal): Reach {
  if (others) return reachIn(others, principal) === "none" ? "caller" : "none";
  return named ? reachIn(named, principal) : "none";
}

function reachIn(named: "*" | { readonly [kind: string]: Strings }, principal: Principal): Reach {
  if (named === "*") return "caller";
  if ("service" in principal) return list(named.Service).includes(principal.service) ? "caller" : "none";
  const names = list(named.AWS);
  if (names.some((name) => name === "*" || name === principal.role)) return "caller";
  const { account } = principal;
  return names.some((name) => name === account || name.endsWith(`:iam::${account}:root`)) ? "account" : "none";
}

/** The condition keys that decide and are not known. Empty if the conditions hold. */
function unknownKeys({ Condition = {} }: Statement, values: Request["values"]): "fails" | readonly string[] {
  const unknown: string[] = [];
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
  const isPattern = kind === "Like" || operator.startsWith("Arn");
  const fold = (text: string) => (any || kind === undefined ? text.toLowerCase() : text);
  const matches = expected.some((one) => (isPattern ? matchesGlob(one, value) : fold(one) === fold(value)));
  return not ? !matches : matches;
}
