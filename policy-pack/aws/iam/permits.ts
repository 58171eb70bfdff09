import { globMatches } from "../../kit/glob";
import { any, both, not } from "../../kit/logic";
import { type Unknown, unknown, type Value, word } from "../../kit/values";
import { haveCommonMatch } from "../../kit/wildcards";
import { does, type Statement, statementsOf } from "./policy-document";

const everything = "*";
const arnParts = 6;

/**
 * Whether an identity's policies permit an action on some of the repositories that the pattern means. In doubt they do: a
 * `Deny` counts only without conditions and for all of the repositories.
 */
export function permits(policies: readonly Value[], action: string, repositories: string): boolean | Unknown {
  const target = resourceOf(action, repositories);
  const isForbidden = policies.some((policy) => {
    const statements = statementsOf(policy);
    return statements !== unknown && statements?.some((one) => isDenied(one, action, target) === true);
  });
  return isForbidden ? false : allows(policies, action, repositories);
}

/** Whether a statement allows it, to whomever. In doubt it does: conditions and exceptions count as met. */
export function allows(policies: readonly Value[], action: string, repositories: string): boolean | Unknown {
  const target = resourceOf(action, repositories);
  return any(
    policies
      .map(statementsOf)
      .map((list) => (list === unknown ? unknown : any((list ?? []).map((one) => isAllowed(one, action, target))))),
  );
}

/** AWS: for ecr:GetAuthorizationToken "you must specify all resources". */
function resourceOf(action: string, repositories: string): string {
  return action === "ecr:GetAuthorizationToken" ? everything : repositories;
}

function isAllowed(statement: Statement, action: string, resource: string): boolean | Unknown {
  const named = matching(statement.action, statement.notAction, (one) =>
    globMatches(open(one).toLowerCase(), action.toLowerCase()),
  );
  const there = matching(statement.resource, [], (one) => meets(open(one), resource));
  return both(does("Allow", statement), both(named, there));
}

function isDenied(statement: Statement, action: string, resource: string): boolean | Unknown {
  const { conditions } = statement;
  if (conditions === unknown || conditions.length > 0) return false;
  const named = matching(statement.action, statement.notAction, (one) =>
    globMatches(one.toLowerCase(), action.toLowerCase()),
  );
  const there = matching(statement.resource, statement.notResource, (one) => globMatches(one, resource));
  return both(does("Deny", statement), both(named, there));
}

/** Compares ARNs part by part. A `*` at the end of a short pattern stands for all parts that follow. */
function meets(pattern: string, arn: string): boolean {
  if (/^\*+$/.test(pattern)) return true;
  const parts = partsOf(pattern);
  const rest = pattern.endsWith("*") ? "*" : "";
  return arn !== everything && partsOf(arn).every((part, index) => haveCommonMatch([parts[index] ?? rest, part]));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= arnParts ? parts : [...parts.slice(0, arnParts - 1), parts.slice(arnParts - 1).join(":")];
}

/** What a policy variable or `?` stands for is not looked at. */
export function open(pattern: string): string {
  return pattern.replace(/\$\{[^}]*\}|\?/g, "*");
}

/** A policy of a repository has no resource: it means that repository. */
export function matching(
  list: readonly Value[] | Unknown,
  exceptions: readonly Value[] | Unknown,
  matches: (pattern: string) => boolean,
): boolean | Unknown {
  if (list === unknown || exceptions === unknown) return unknown;
  const match = (one: Value) => (one === unknown ? unknown : matches(word(one)));
  if (exceptions.length > 0) return not(any(exceptions.map((one) => match(one === unknown ? one : open(word(one))))));
  return list.length === 0 || any(list.map(match));
}
