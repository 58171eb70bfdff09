/**
 * Decides whether a resource policy lets a stranger in. A stranger belongs to no account, organization or network that
 * the policy names, and chooses everything else about the request. Source: IAM user guide, "AWS global condition
 * context keys" and "IAM JSON policy elements: Condition operators".
 */

type Json = { readonly [key: string]: unknown };

/** The problem with a resource policy that lets everyone in, or undefined. */
export function publicStatementProblem(json: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return "must be a JSON document";
  }
  const statements = list(record(document)?.Statement).map((statement) => record(statement) ?? {});
  const denials = statements.filter((statement) => does("Deny", statement) && meetsEveryStranger(statement));
  const index = statements.findIndex((statement) => isPublic(statement) && !isDenied(statement, denials));
  return index < 0
    ? undefined
    : `statement ${index + 1} lets everyone in: name principals, or add an aws:PrincipalOrgID condition`;
}

function isPublic(statement: Json): boolean {
  return (
    does("Allow", statement) &&
    (statement.NotPrincipal !== undefined || hasEveryone(statement.Principal)) &&
    comparisons(statement).every((comparison) => canHold(comparison))
  );
}

function does(effect: "Allow" | "Deny", { Effect, Action, NotAction }: Json): boolean {
  return Effect === effect && [...list(Action), ...list(NotAction)].length > 0;
}

function meetsEveryStranger(statement: Json): boolean {
  const { Principal, NotPrincipal } = statement;
  // `*` of another kind, such as every service, is not everyone.
  const named =
    NotPrincipal === undefined ? hasEveryone(record(Principal)?.AWS ?? list(Principal)) : !hasEveryone(NotPrincipal);
  return named && comparisons(statement).every((comparison) => mustHold(comparison));
}

function hasEveryone(principal: unknown): boolean {
  const kinds = record(principal);
  return (kinds ? Object.values(kinds).flat() : list(principal)).some(
    (name) => typeof name === "string" && (name === "*" || /^arn:[^:]*:(?:iam|sts)::[^:]*\*/.test(name)),
  );
}

/** Whether denials cover every action on every resource that the statement allows. */
function isDenied(allow: Json, denials: readonly Json[]): boolean {
  return everything(allow.Action).every((action) =>
    everything(allow.Resource).every((resource) =>
      denials.some(
        (deny) => takesIn(deny.Action, deny.NotAction, action) && takesIn(deny.Resource, deny.NotResource, resource),
      ),
    ),
  );
}

const everything = (element: unknown) => (element === undefined ? ["*"] : list(element).map(String));

function takesIn(element: unknown, exceptions: unknown, value: string): boolean {
  if (exceptions !== undefined) return list(exceptions).every((exception) => !overlap(String(exception), value));
  return everything(element).some((pattern) => covers(pattern, value));
}

/** Whether the pattern `wide` matches everything that `narrow` matches. */
function covers(wide: string, narrow: string): boolean {
  const parts = wide.toLowerCase().split("*");
  const text = narrow.toLowerCase();
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return wide.toLowerCase() === text;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** Whether two patterns can match the same text: they agree before the first wildcard and after the last one. */
function overlap(a: string, b: string): boolean {
  if (!a.includes("*")) return covers(b, a);
  if (!b.includes("*")) return covers(a, b);
  const ends = [a, b].map((pattern) => pattern.toLowerCase().split("*"));
  const [x, y] = [ends[0] ?? [], ends[1] ?? []];
  const [startX = "", startY = "", endX = "", endY = ""] = [x[0], y[0], x.at(-1), y.at(-1)];
  return (startX.startsWith(startY) || startY.startsWith(startX)) && (endX.endsWith(endY) || endY.endsWith(endX));
}

interface Comparison {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function comparisons({ Condition }: Json): Comparison[] {
  return Object.entries(record(Condition) ?? {}).flatMap(([operator, keys]) =>
    Object.entries(record(keys) ?? {}).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: list(values).map(String),
    })),
  );
}

const ACCOUNT = /^(?:[0-9]{12}|\$\{aws:resourceaccount\})$/i;
const ORGANIZATION = /^(?:o-[a-z0-9]+|\$\{aws:resourceorgid\})$/i;
const ORGANIZATION_PATH = /^(?:o-[a-z0-9]+|\$\{aws:resourceorgid\})\//i;
const NETWORK = /^vpce?-[a-z0-9]+$/;
/** An ARN identifies its owner by the account, or by the bucket's name, since the ARN of a bucket has no account. */
const ARN = /^arn:[^:]*:(?:[a-z0-9-]+:[^:]*:(?:[0-9]{12}|\$\{aws:resourceaccount\}):|s3:::[^*?])/i;
const USER_ID = /^(?:A[A-Z]{3}[A-Z0-9]{12,}|[0-9]{12})(?::|$)/;

/** Keys whose value a stranger cannot choose, with the values that no stranger has. */
const FIXED = new Map(
  Object.entries({
    principalaccount: ACCOUNT,
    principalarn: ARN,
    userid: USER_ID,
    principalorgid: ORGANIZATION,
    principalorgpaths: ORGANIZATION_PATH,
    sourceaccount: ACCOUNT,
    sourceowner: ACCOUNT,
    sourcearn: ARN,
    sourceorgid: ORGANIZATION,
    sourceorgpaths: ORGANIZATION_PATH,
    sourcevpc: NETWORK,
    sourcevpce: NETWORK,
    sourcevpcarn: ARN,
    vpceaccount: ACCOUNT,
    vpceorgid: ORGANIZATION,
    vpceorgpaths: ORGANIZATION_PATH,
    sourceip: /^(?:[0-9.]+(?:\/(?:[89]|[12][0-9]|3[0-2]))?|[0-9a-f:.]+(?:\/(?:3[2-9]|[4-9][0-9]|1[0-2][0-9]))?)$/i,
    resourceaccount: /^\$\{aws:principalaccount\}$/i,
    resourceorgid: /^\$\{aws:principalorgid\}$/i,
    principalisawsservice: /^true$/i,
    principalservicename: /(?:)/,
    principalservicenameslist: /(?:)/,
  }),
);
/** Every caller has these. */
const ALWAYS_PRESENT = ["principalaccount", "principalarn", "userid", "resourceaccount", "principalisawsservice"];
const NEVER_PRESENT = ["principalservicename", "principalservicenameslist"];

const OPERATOR =
  /^(?:(?<set>foranyvalue|forallvalues):)?(?:(?:string|arn)(?<not>not)?(?<how>equals|equalsignorecase|like)|(?<notip>not)?ipaddress|bool)(?<ifexists>ifexists)?$/;

/** Whether any stranger can meet the condition. */
function canHold(comparison: Comparison): boolean {
  return answers(comparison).includes(true);
}

/** Whether every stranger meets the condition. */
function mustHold(comparison: Comparison): boolean {
  return !answers(comparison).includes(false);
}

/** The possible results of the condition for strangers: both where they can choose. */
function answers({ operator, key, values }: Comparison): readonly boolean[] {
  const name = key.startsWith("aws:") ? key.slice("aws:".length) : "";
  const fixed = FIXED.get(name);
  if (!fixed) return [true, false];
  const never = NEVER_PRESENT.includes(name);
  const always = ALWAYS_PRESENT.includes(name);
  if (operator === "null") {
    return always || never ? [values.some((value) => value.toLowerCase() === String(never))] : [true, false];
  }
  const parts = OPERATOR.exec(operator)?.groups;
  if (!parts) return [true, false];
  const negative = Boolean(parts.not ?? parts.notip);
  const literal = parts.how !== undefined && parts.how !== "like" && !operator.includes("arn");
  // A value that no stranger has, and one that every stranger has.
  const nobody = (value: string) =>
    fixed.test(value) || (literal && !value.includes("${") && !/^aws:resource/.test(key));
  const everybody = (value: string) =>
    /^\*+$/.test(value) || /^[0-9.:a-f]*\/0$/.test(value) || (name === "principalisawsservice" && !nobody(value));
  const others = values.filter((value) => !nobody(value));
  const equal = others.length === 0 ? [false] : others.some(everybody) ? [true] : [true, false];
  const present = equal.map((answer) => answer !== negative);
  // The result if the key is missing.
  const absent = Boolean(parts.ifexists) || parts.set === "forallvalues" || (negative && parts.set === undefined);
  if (never) return [absent];
  return always ? present : [...present, absent];
}

function list(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : [value].flat();
}

function record(value: unknown): Json | null {
  return typeof value === "object" && !Array.isArray(value) ? (value as Json | null) : null;
}
