import { document, type Fields, fieldsOf, isFields, items, type Unknown, unknown, type Value } from "../../kit/values";

/** One statement of an IAM policy. Single values are lists of one. */
export interface Statement {
  readonly sid: Value;
  /** Its place in the document, from 1. */
  readonly place: number;
  readonly effect: Value;
  readonly principal: Value;
  readonly notPrincipal: Value;
  readonly action: readonly Value[] | Unknown;
  readonly notAction: readonly Value[] | Unknown;
  readonly resource: readonly Value[] | Unknown;
  readonly notResource: readonly Value[] | Unknown;
  readonly conditions: readonly Condition[] | Unknown;
}

/** One comparison of a condition block. All comparisons of a statement must hold. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Value[] | Unknown;
}

/**
 * Reads a policy document, as text or as an object. Returns `undefined` if it is not a policy document: AWS refuses it,
 * so it grants nothing.
 */
export function statementsOf(policy: Value): readonly Statement[] | Unknown | undefined {
  const parsed = document(policy);
  if (parsed === unknown || parsed === undefined) return parsed;
  const statements = items(parsed.Statement);
  if (statements === unknown || parsed.Version === unknown) return unknown;
  const texts = parsed.Version === "2012-10-17" ? items : withoutVariables;
  return statements.map((statement, index) => ({
    ...(statement === unknown ? unknownStatement : readStatement(fieldsOf(statement), texts)),
    place: index + 1,
  }));
}

type Texts = typeof items;

/** In other versions, a variable is plain text, which no value has. Source: IAM user guide, "Version". */
const withoutVariables: Texts = (value) => {
  const list = items(value);
  return list === unknown ? list : list.map((one) => (typeof one === "string" ? one.replaceAll("${", "$_{") : one));
};

/** A statement in words, for the start of a message. Source of what a Sid may have: IAM user guide, "Sid". */
export function nameOf({ sid, place }: Statement): string {
  return typeof sid === "string" && /^[\w -]{1,64}$/.test(sid) ? `The statement "${sid}"` : `Statement ${place}`;
}

const unknownStatement: Omit<Statement, "place"> = {
  sid: unknown,
  effect: unknown,
  principal: unknown,
  notPrincipal: undefined,
  action: unknown,
  notAction: [],
  resource: unknown,
  notResource: [],
  conditions: unknown,
};

function readStatement(statement: Fields, texts: Texts): Omit<Statement, "place"> {
  return {
    sid: statement.Sid,
    effect: statement.Effect,
    principal: statement.Principal,
    notPrincipal: statement.NotPrincipal,
    action: items(statement.Action),
    notAction: items(statement.NotAction),
    resource: texts(statement.Resource),
    notResource: texts(statement.NotResource),
    conditions: readConditions(statement.Condition, texts),
  };
}

function readConditions(block: Value, texts: Texts): readonly Condition[] | Unknown {
  if (block === unknown) return unknown;
  const operators = Object.entries(fieldsOf(block));
  if (operators.some(([, keys]) => keys === unknown)) return unknown;
  return operators.flatMap(([operator, keys]) =>
    Object.entries(isFields(keys) ? keys : {}).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: texts(values),
    })),
  );
}

/** Whether the statement allows or denies any action at all. */
export function does(effect: "Allow" | "Deny", statement: Statement): boolean | Unknown {
  if (statement.effect === unknown) return unknown;
  if (statement.effect !== effect) return false;
  if (statement.action === unknown || statement.notAction === unknown) return unknown;
  return statement.action.length > 0 || statement.notAction.length > 0;
}
