import { all, anyOf, not } from "../../kit/logic";
import { own, type Unknown, unknown } from "../../kit/values";
import { operator } from "./conditions";
import { arnParts, matches, matchesArn } from "./patterns";
import type { Condition, Statement } from "./policy-document";

/** What is known of a request: the values of condition keys, in lower case. Those that it surely lacks are undefined. */
export type Request = Readonly<Record<string, string | undefined>>;

/** Whether all conditions of a statement hold for a request. Source: IAM user guide, "Condition operators". */
export function conditionsHold({ conditions }: Statement, request: Request): boolean | Unknown {
  return conditions === unknown ? unknown : all(conditions.map((condition) => holds(condition, request)));
}

function holds({ operator: name, key, values }: Condition, request: Request): boolean | Unknown {
  if (!Object.hasOwn(request, key) || values === unknown) return unknown;
  const actual = request[key];
  if (name === "null") return anyOf(values, (value) => value.toLowerCase() === String(actual === undefined));
  const [known, set, kind, notEquals, comparison, notAddress, ifExists] = operator.exec(name) ?? [];
  if (known === undefined) return unknown;
  const negative = notEquals !== undefined || notAddress !== undefined;
  if (actual === undefined) return ifExists !== undefined || set === "forallvalues" || (negative && set === undefined);
  const equal = anyOf(values, (value) =>
    equals(kind === "arn" ? kind : comparison, withValues(value, request), actual),
  );
  return negative ? not(equal) : equal;
}

/** Replaces the variables that are known. */
function withValues(value: string, request: Request): string {
  return value.replace(/\$\{([^}]*)\}/g, (variable, key: string) => own(request, key.toLowerCase()) ?? variable);
}

/** Only a network of all addresses surely has the caller's. */
function equals(comparison: string | undefined, value: string, actual: string): boolean | Unknown {
  if (comparison === "like") return matches(value, actual);
  if (comparison === "arn") return value.split(":").length < arnParts ? unknown : matchesArn(value, actual);
  if (value.includes("${")) return unknown;
  if (comparison === "equals") return value === actual;
  return (comparison === undefined && value.endsWith("/0")) || value.toLowerCase() === actual.toLowerCase();
}
