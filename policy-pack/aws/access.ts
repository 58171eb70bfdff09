import { globMatches } from "../kit/glob";
import { any, both, not } from "../kit/logic";
import { type Unknown, unknown, type Value } from "../kit/values";
import { restricts, shutsOutOthers } from "./conditions";
import { allowsSomething, type Statement, statementsOf } from "./policy-document";
import { namesEveryone } from "./principals";

/** Whether a resource policy lets everyone in, whatever they may then do. */
export function isPublic(policy: Value): boolean | Unknown {
  const statements = statementsOf(policy);
  if (statements === unknown) return unknown;
  const all = statements ?? [];
  // Few statements let everyone in, and only these are worth the comparison with every denial.
  const open = all.filter((statement) => isPublicStatement(statement) !== false);
  const denials = all.filter((statement) => statement.effect === "Deny" && statement.notPrincipal === undefined);
  return any(open.map((allow) => both(isPublicStatement(allow), not(isNeutralized(allow, denials)))));
}

/** Whether the statement by itself lets everyone in. */
export function isPublicStatement(statement: Statement): boolean | Unknown {
  return both(both(allowsSomething(statement), namesEveryone(statement)), not(restricts(statement.conditions)));
}

/** A `Deny` for everyone outside an organization or account makes a public `Allow` beside it a private one. */
function isNeutralized(allow: Statement, denials: readonly Statement[]): boolean | Unknown {
  return any(
    denials.map((deny) => both(both(namesEveryone(deny), shutsOutOthers(deny.conditions)), outdoes(deny, allow))),
  );
}

/** Whether the `Deny` covers every action and resource of the `Allow`. */
function outdoes(deny: Statement, allow: Statement): boolean | Unknown {
  if (deny.notAction !== unknown && deny.notAction.length > 0) return false;
  if (deny.notResource !== unknown && deny.notResource.length > 0) return false;
  return both(coversAll(deny.action, allow.action), coversAll(deny.resource, allow.resource));
}

function coversAll(wide: readonly Value[] | Unknown, narrow: readonly Value[] | Unknown): boolean | Unknown {
  if (wide === unknown || narrow === unknown || wide.includes(unknown) || narrow.includes(unknown)) return unknown;
  if (wide.includes("*")) return true;
  const covered = (value: Value) =>
    wide.some((pattern) => globMatches(String(pattern).toLowerCase(), String(value).toLowerCase()));
  return narrow.every(covered) && (narrow.length > 0 || wide.length === 0);
}
