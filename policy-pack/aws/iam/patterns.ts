import { globMatches } from "../../kit/glob";
import { all, anyOf, both, not } from "../../kit/logic";
import { type Unknown, unknown, type Value } from "../../kit/values";
import { haveCommonMatch } from "../../kit/wildcards";
import type { Statement } from "./policy-document";

/** Whether a pattern means some, or all, of what the target stands for, which may be a pattern itself. */
type Compare = (pattern: string, target: string) => boolean;
const some: Compare = (pattern, target) => haveCommonMatch([pattern, target]);
const every: Compare = globMatches;

/** The resource of an action that has none. */
export const everything = "*";
/** The parts of an ARN. The last one may have colons. */
export const arnParts = 6;

/** Whether a statement names some, or all, of the resources that the target stands for, with the action. */
export function concerns(
  { action, notAction, resource, notResource }: Statement,
  wanted: string,
  target: string,
  quantity: "some" | "every",
): boolean | Unknown {
  const isAction = (pattern: string) => globMatches(pattern.toLowerCase(), wanted.toLowerCase());
  const isResource = (compare: Compare) => (pattern: string) => matchesArn(pattern, target, compare);
  const [listed, excepted] = quantity === "some" ? [some, every] : [every, some];
  return both(
    spans(action, notAction, isAction, isAction),
    spans(resource, notResource, isResource(listed), isResource(excepted)),
  );
}

/** A policy without this element, such as that of a repository, means what it is attached to. */
export function spans(
  list: readonly Value[] | Unknown,
  exceptions: readonly Value[] | Unknown,
  isListed: (pattern: string) => boolean | Unknown,
  isExcepted: (pattern: string) => boolean | Unknown,
): boolean | Unknown {
  if (exceptions === unknown || exceptions.length > 0) return not(anyOf(exceptions, isExcepted));
  return (list !== unknown && list.length === 0) || anyOf(list, isListed);
}

/** What a variable stands for is not known here: it may be anything. */
export function open(pattern: string): string {
  return pattern.replace(/\$\{[^}]*\}/g, "*");
}

/** Unknown if it depends on a variable. */
export function matches(pattern: string, target: string, compare: Compare = every): boolean | Unknown {
  if (!pattern.includes("${")) return compare(pattern, target);
  return compare(open(pattern), target) ? unknown : false;
}

/**
 * Compares ARNs part by part. Variables count only in the last part. Whether a `*` at the end of another part stands for
 * parts that follow is not decided. Sources: IAM user guide, "Resource", "Variables and tags".
 */
export function matchesArn(pattern: string, arn: string, compare: Compare = every): boolean | Unknown {
  if (/^\*+$/.test(pattern)) return true;
  if (arn === everything) return false;
  const wanted = partsOf(pattern);
  const rest = pattern.endsWith("*") ? "*" : "";
  const answer = all(
    partsOf(arn).map((part, index) =>
      (index === arnParts - 1 ? matches : compare)(wanted[index] ?? rest, part, compare),
    ),
  );
  return answer === false && pattern.includes("*:") && compare(pattern, arn) ? unknown : answer;
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, arnParts - 1), ...(parts.length < arnParts ? [] : [parts.slice(arnParts - 1).join(":")])];
}
