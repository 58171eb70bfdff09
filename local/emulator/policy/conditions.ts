import { BlockList, isIP } from "node:net";
import type { Condition } from "./document";
import { matchesWildcard, withoutSpecial } from "./wildcard";

/** Values of condition keys of one request. Keys are in lower case, because IAM ignores their case. */
export type ConditionValues = ReadonlyMap<string, string>;

type Test = (actual: string, wanted: string) => boolean;

const byNumber =
  (test: (actual: number, wanted: number) => boolean): Test =>
  (actual, wanted) =>
    test(Number(actual), Number(wanted));
const byDate =
  (test: (actual: number, wanted: number) => boolean): Test =>
  (actual, wanted) =>
    test(Date.parse(actual), /^\d+$/.test(wanted) ? Number(wanted) * 1000 : Date.parse(wanted));

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (actual, wanted) => actual === withoutSpecial(wanted),
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === withoutSpecial(wanted).toLowerCase(),
  StringLike: (actual, wanted) => matchesWildcard(wanted, actual),
  ArnEquals: arnMatches,
  ArnLike: arnMatches,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: byNumber((actual, wanted) => actual === wanted),
  NumericLessThan: byNumber((actual, wanted) => actual < wanted),
  NumericLessThanEquals: byNumber((actual, wanted) => actual <= wanted),
  NumericGreaterThan: byNumber((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: byNumber((actual, wanted) => actual >= wanted),
  DateEquals: byDate((actual, wanted) => actual === wanted),
  DateLessThan: byDate((actual, wanted) => actual < wanted),
  DateLessThanEquals: byDate((actual, wanted) => actual <= wanted),
  DateGreaterThan: byDate((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: byDate((actual, wanted) => actual >= wanted),
  BinaryEquals: (actual, wanted) => actual === wanted,
  IpAddress: isInRange,
};

/** Each of the six parts of an ARN is matched on its own: a `*` does not cross a colon. */
export function arnMatches(actual: string, wanted: string): boolean {
  const actualParts = splitArn(actual);
  const wantedParts = splitArn(wanted);
  return wantedParts.every((part, index) => matchesWildcard(part, actualParts[index] ?? ""));
}

function splitArn(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function isInRange(actual: string, wanted: string): boolean {
  const [network = "", prefix] = wanted.split("/");
  const [family, own] = [network, actual].map(isIP);
  if (!family || family !== own) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(prefix ?? (family === 4 ? 32 : 128)), type);
  return list.check(actual, type);
}

function readOperator(text: string) {
  const [, set, name = ""] = /^(ForAllValues:|ForAnyValue:)?(.*)$/.exec(text) ?? [];
  const ifExists = name.endsWith("IfExists");
  const operator = ifExists ? name.slice(0, -"IfExists".length) : name;
  return { set, operator, ifExists, negates: operator.includes("Not"), test: TESTS[operator.replace("Not", "")] };
}

/** Whether one condition of a statement holds. */
export function conditionHolds(condition: Condition, values: ConditionValues): boolean {
  const actual = values.get(condition.key.toLowerCase());
  // Every key here has one value, so both set operators mean the plain operator, unless the key is missing. Source: IAM
  // user guide, "Set operators for multivalued context keys": ForAnyValue is false then, ForAllValues is true.
  const { set, operator, ifExists, negates, test } = readOperator(condition.operator);
  if (operator === "Null")
    return condition.values.some((value) => value.toLowerCase() === String(actual === undefined));
  if (test === undefined) return false;
  if (actual === undefined) return ifExists || set === "ForAllValues:" || (negates && set === undefined);
  const any = condition.values.some((wanted) => test(actual, substitute(wanted, values)));
  return any !== negates;
}

/**
 * Replaces policy variables such as `${aws:PrincipalAccount}` or, with a default, `${aws:PrincipalTag/team, 'none'}`. An
 * unknown variable matches nothing. Source: IAM user guide, "Variables and tags".
 */
export function substitute(pattern: string, values: ConditionValues): string {
  return pattern.replace(
    /\$\{([^},]+)(?:, '([^']*)')?\}/g,
    (whole, key: string, standard?: string) => values.get(key.toLowerCase()) ?? standard ?? whole,
  );
}
