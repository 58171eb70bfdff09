import { globMatches } from "../../kit/glob";
import { all, any, both, not } from "../../kit/logic";
import { type Unknown, unknown, type Value, word } from "../../kit/values";
import { haveCommonMatch } from "../../kit/wildcards";
import { type Actor, holdsFor } from "./conditions";
import { open, spans } from "./patterns";
import { does, nameOf, type Statement, statementsOf } from "./policy-document";
import { accountsIn, excludes, includesAll, names } from "./principals";

/** Somebody whom the policy does not name in any way. */
export const stranger: Actor = {};

/** The accounts that a resource policy names, as principals or in conditions, whatever they may do. */
export function accountsNamed(policy: Value): readonly string[] {
  const statements = statementsOf(policy);
  if (statements === unknown || statements === undefined) return [];
  const conditions = statements.flatMap((statement) => (statement.conditions === unknown ? [] : statement.conditions));
  const values = conditions.flatMap((condition) => (condition.values === unknown ? [] : condition.values));
  const texts = values.filter((value) => typeof value === "string").join("\n");
  const principals = statements.flatMap(({ principal }) => accountsIn(principal));
  return [...new Set([...principals, ...(texts.match(/(?<!\d)\d{12}(?!\d)/g) ?? [])])];
}

/** Whether a resource policy lets the actor do anything: some statement allows it, and none denies it. */
export function letsIn(policy: Value, actor: Actor): boolean | Unknown {
  const statements = statementsOf(policy);
  if (statements === unknown) return unknown;
  return any(admissions(statements ?? [], actor).map(({ certain }) => certain));
}

/** The statement that lets the actor in, in words. */
export function admitting(policy: Value, actor: Actor): string {
  const statements = statementsOf(policy);
  if (statements === unknown || statements === undefined) return "A statement";
  const found = admissions(statements, actor).find(({ certain }) => certain === true);
  return found === undefined ? "A statement" : nameOf(found.statement);
}

function admissions(statements: readonly Statement[], actor: Actor): readonly Concern[] {
  // Few statements let a stranger in. Only these are compared with every denial.
  const admitted = concerning(statements, (statement) => allowsActor(statement, actor));
  if (admitted.length === 0) return [];
  const denials = concerning(statements, (statement) => deniesActor(statement, actor));
  return admitted.map(({ statement, certain }) => ({
    statement,
    certain: both(certain, not(isDenied(statement, denials))),
  }));
}

/** `Allow` with `NotPrincipal` allows everyone except a few. */
function allowsActor(statement: Statement, actor: Actor): boolean | Unknown {
  const named = statement.notPrincipal === undefined ? names(statement.principal, actor) : true;
  return all([does("Allow", statement), named, conditionsHold(statement, actor, "some")]);
}

/** A statement that concerns the actor, or may concern them. */
interface Concern {
  readonly statement: Statement;
  readonly certain: boolean | Unknown;
}

function concerning(
  statements: readonly Statement[],
  concerns: (statement: Statement) => boolean | Unknown,
): readonly Concern[] {
  return statements
    .map((statement): Concern => ({ statement, certain: concerns(statement) }))
    .filter(({ certain }) => certain !== false);
}

/** A `Deny` counts only if it applies to every such actor, whatever they choose. */
function deniesActor(statement: Statement, actor: Actor): boolean | Unknown {
  const { principal, notPrincipal } = statement;
  const named = notPrincipal === undefined ? includesAll(principal, actor) : excludes(statement, actor);
  return all([does("Deny", statement), named, conditionsHold(statement, actor, "every")]);
}

function conditionsHold({ conditions }: Statement, actor: Actor, quantity: "some" | "every"): boolean | Unknown {
  if (conditions === unknown) return unknown;
  return all(conditions.map((condition) => holdsFor(condition, actor)[quantity]));
}

/** Whether denials cover every action on every resource of the `Allow`. */
function isDenied(allow: Statement, denials: readonly Concern[]): boolean | Unknown {
  const actions = spanned(allow.action, allow.notAction);
  const resources = spanned(allow.resource, allow.notResource);
  if (actions === unknown || resources === unknown) return denials.length > 0 ? unknown : false;
  return all(
    actions.map((action) =>
      all(
        resources.map((resource) =>
          any(
            denials.map(({ statement: deny, certain }) =>
              all([
                certain,
                covers(deny.action, deny.notAction, action),
                covers(deny.resource, deny.notResource, resource),
              ]),
            ),
          ),
        ),
      ),
    ),
  );
}

/** What a statement covers. Everything, if it only lists exceptions or its policy has no such element. */
function spanned(list: readonly Value[] | Unknown, exceptions: readonly Value[] | Unknown): readonly Value[] | Unknown {
  if (list === unknown || exceptions === unknown) return unknown;
  return list.length === 0 ? ["*"] : list;
}

function covers(
  list: readonly Value[] | Unknown,
  exceptions: readonly Value[] | Unknown,
  value: Value,
): boolean | Unknown {
  if (value === unknown) return (list !== unknown && list.includes("*")) || unknown;
  const wanted = word(value).toLowerCase();
  return spans(
    list,
    exceptions,
    (one) => globMatches(one.toLowerCase(), wanted),
    (one) => haveCommonMatch([open(one).toLowerCase(), open(wanted)]),
  );
}
