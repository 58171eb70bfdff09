import { all, any, both, not } from "../../kit/logic";
import { type Unknown, unknown, type Value } from "../../kit/values";
import { concerns, everything } from "./patterns";
import { does, type Statement, statementsOf } from "./policy-document";
import { conditionsHold } from "./request";

/**
 * Whether policies permit an action on some of the repositories that the pattern means. A `Deny` counts only for all of
 * them. Conditions are not decided: they depend on the request.
 */
export function permits(
  policies: readonly Value[],
  action: string,
  repositories: string,
  isFor: (statement: Statement) => boolean | Unknown = () => true,
): boolean | Unknown {
  const target = resourceOf(action, repositories);
  const isSaid = (effect: "Allow" | "Deny", quantity: "some" | "every") =>
    anyStatement(policies, (one) =>
      all([does(effect, one), isFor(one), conditionsHold(one, {}), concerns(one, action, target, quantity)]),
    );
  return both(isSaid("Allow", "some"), not(isSaid("Deny", "every")));
}

/** Whether a statement allows it, to whomever, and whatever the conditions. */
export function allows(policies: readonly Value[], action: string, repositories: string): boolean | Unknown {
  const target = resourceOf(action, repositories);
  return anyStatement(policies, (one) => both(does("Allow", one), concerns(one, action, target, "some")));
}

function anyStatement(policies: readonly Value[], holds: (one: Statement) => boolean | Unknown): boolean | Unknown {
  return any(policies.map(statementsOf).map((list) => (list === unknown ? unknown : any((list ?? []).map(holds)))));
}

/** AWS: for ecr:GetAuthorizationToken "you must specify all resources". */
function resourceOf(action: string, repositories: string): string {
  return action === "ecr:GetAuthorizationToken" ? everything : repositories;
}
