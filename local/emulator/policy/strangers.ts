import type { ConditionValues } from "./conditions";
import type { Condition, Statement } from "./document";
import { evaluateResourcePolicy } from "./evaluate";
import { rootPrincipal } from "./principal";

/**
 * Whether a resource policy lets a stranger in. AWS uses Zelkova, which reasons about the whole policy, including
 * denials (Secrets Manager API reference, ValidateResourcePolicy: "Sends a call to Zelkova, an automated reasoning
 * engine"). Here, strangers make trial requests built from what the policy itself names. One allowed request is enough.
 * AWS does not say which values count as fixed.
 */
export function letsStrangersIn(statements: readonly Statement[]): boolean {
  const strict = statements.map(readStrictly);
  const open = strict.filter(
    ({ effect, principals }) => effect === "Allow" && principals?.some(({ value }) => value === "*"),
  );
  if (open.length === 0) return false;
  const values = candidates(strict.flatMap(({ conditions }) => conditions));
  if ([...values.values()].reduce((product, { size }) => product * size, 1) > MOST_TRIALS) return true;
  const contexts = [...combinations(values)];
  const principal = rootPrincipal(STRANGER);
  return open.some(({ actions = ["unnamed:Action"], resources = ["unnamed"] }) =>
    contexts.some((values) =>
      actions.map(instance).some((action) =>
        resources.map(instance).some((resource) => {
          const request = { principal, action, resource, values };
          return evaluateResourcePolicy(strict, request) === "allow";
        }),
      ),
    ),
  );
}

/** A policy with more combinations of values than this is not tried, and counts as public. */
const MOST_TRIALS = 200_000;
const STRANGER = "999999999999";
const EVERYONE = { type: "*", value: "*" } as const;

function readStrictly(statement: Statement): Statement {
  if (statement.effect === "Deny") return statement;
  const principals = statement.principals?.map((principal) => (principal.value === "*" ? EVERYONE : principal));
  return { ...statement, principals };
}

/** A text that matches a pattern, and as few other patterns as possible. */
const instance = (pattern: string) => pattern.replace(/[*?]/g, "z");

/** A stranger's value for a key if the policy names none. Undefined if a request can lack the key. */
const OWN: Readonly<Record<string, readonly (string | undefined)[]>> = {
  "aws:principalaccount": [STRANGER],
  "aws:principalarn": [`arn:aws:iam::${STRANGER}:role/z`],
  "aws:userid": ["AROAZZZZZZZZZZZZZZZZZ:z"],
  "aws:principalorgid": ["o-zzzzzzzzzz", undefined],
  "aws:principalorgpaths": ["o-zzzzzzzzzz/r-zzzz/", undefined],
  "aws:principalisawsservice": ["false"],
  "aws:principalservicename": [undefined],
  "aws:principalservicenameslist": [undefined],
  "aws:resourceaccount": ["111122223333"],
  "aws:resourceorgid": ["o-resourceorg", undefined],
  "aws:sourceaccount": [STRANGER, undefined],
  "aws:sourceowner": [STRANGER, undefined],
  "aws:sourcearn": [`arn:aws:sns:us-east-1:${STRANGER}:z`, undefined],
  "aws:sourceorgid": ["o-zzzzzzzzzz", undefined],
  "aws:sourceorgpaths": ["o-zzzzzzzzzz/r-zzzz/", undefined],
  "aws:sourcevpc": ["vpc-zzzzzzzz", undefined],
  "aws:sourcevpce": ["vpce-zzzzzzzz", undefined],
  "aws:sourcevpcarn": [`arn:aws:ec2:us-east-1:${STRANGER}:vpc/vpc-zzzzzzzz`, undefined],
  "aws:vpceaccount": [STRANGER, undefined],
  "aws:vpceorgid": ["o-zzzzzzzzzz", undefined],
  "aws:vpceorgpaths": ["o-zzzzzzzzzz/r-zzzz/", undefined],
  "aws:sourceip": ["192.0.2.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "2001:db8::1", undefined],
};

/** Keys that a stranger cannot choose, whatever the policy names. */
const GIVEN = ["aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist"];
/** Keys that a stranger can choose by choosing the resource. */
const PICKED = ["aws:resourceaccount", "aws:resourceorgid"];

function candidates(conditions: readonly Condition[]): Map<string, Set<string | undefined>> {
  const base = ["aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid"];
  const variables = conditions.some(({ values }) => values.some((value) => value.includes("${"))) ? base : [];
  const found = new Map(variables.map((key) => [key, new Set(OWN[key])]));
  for (const { key: name, values } of conditions) {
    const key = name.toLowerCase();
    const own = OWN[key];
    const set = found.get(key) ?? new Set(own ?? ["true", "false", "z", undefined]);
    found.set(key, set);
    const chosen = GIVEN.includes(key) ? [] : values.filter((value) => !value.includes("${"));
    for (const value of chosen) {
      const free = !own || PICKED.includes(key);
      if (key === "aws:sourceip") addressIn(value).forEach((address) => void set.add(address));
      else if (free) set.add(instance(value)).add(value.split("/")[0]);
      else if (isUnbound(value)) set.add(instance(value));
      if (free && Number.isFinite(Number(value))) set.add(String(Number(value) - 1)).add(String(Number(value) + 1));
    }
  }
  return found;
}

/** Whether a value leaves open which account, organization, network or bucket it means. */
function isUnbound(value: string): boolean {
  const [, account, resource = ""] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.*)/.exec(value) ?? [];
  if (account !== undefined) return /[*?]/.test(account === "" ? resource.slice(0, 1) : account);
  return /[*?]/.test(value.startsWith("arn:") ? value : (value.split(/[/:]/)[0] ?? ""));
}

/**
 * A range wider than /8, or /32 for IPv6, counts as any address. Source: Amazon S3 user guide, "The meaning of public".
 */
function addressIn(range: string): string[] {
  const [address = "", prefix = ""] = range.split("/");
  return prefix !== "" && Number(prefix) < (address.includes(":") ? 32 : 8) ? [address] : [];
}

function* combinations(keys: Map<string, Set<string | undefined>>): Generator<ConditionValues> {
  const [first, ...others] = keys;
  if (!first) return yield new Map();
  const [key, values] = first;
  for (const rest of combinations(new Map(others))) {
    for (const value of values) yield value === undefined ? rest : new Map(rest).set(key, value);
  }
}
