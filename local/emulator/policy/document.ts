/** A parsed IAM policy document. Where IAM accepts one or many values, this has a list. */
export interface Statement {
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly PrincipalPattern[];
  readonly notPrincipals?: readonly PrincipalPattern[];
  readonly conditions: readonly Condition[];
}

export interface PrincipalPattern {
  readonly type: "AWS" | "Service" | "Federated" | "CanonicalUser" | "*";
  readonly value: string;
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Which elements statements must and must not have depends on where the policy is attached. */
export interface DocumentRules {
  readonly principal: "required" | "forbidden";
  readonly resource: "required" | "forbidden" | "optional";
}

export const IDENTITY_POLICY: DocumentRules = { principal: "forbidden", resource: "required" };
export const TRUST_POLICY: DocumentRules = { principal: "required", resource: "forbidden" };
export const RESOURCE_POLICY: DocumentRules = { principal: "required", resource: "required" };
/** Repository policies are attached to their resource: AWS refuses a Resource element there. */
export const REPOSITORY_POLICY: DocumentRules = { principal: "required", resource: "forbidden" };

export class MalformedPolicy extends Error {}

const STATEMENT_KEYS = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
];

/** Reads a policy document; throws MalformedPolicy with the reason. */
export function parsePolicy(text: string, rules: DocumentRules): Statement[] {
  const document = asObject(parseJson(text), "the policy");
  for (const key of Object.keys(document)) {
    if (!["Version", "Id", "Statement"].includes(key)) throw new MalformedPolicy(`Unknown policy element ${key}`);
  }
  const version = document.Version;
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    throw new MalformedPolicy("Version must be 2012-10-17 or 2008-10-17");
  }
  const statements = oneOrMany(document.Statement);
  if (statements.length === 0) throw new MalformedPolicy("The policy holds no statement");
  const parsed = statements.map((statement) => parseStatement(asObject(statement, "a statement"), rules));
  const sids = parsed.flatMap(({ sid }) => (sid ? [sid] : []));
  if (new Set(sids).size < sids.length)
    throw new MalformedPolicy("Statement IDs (SID) in a single policy must be unique");
  return parsed;
}

function parseStatement(statement: Record<string, unknown>, rules: DocumentRules): Statement {
  for (const key of Object.keys(statement)) {
    if (!STATEMENT_KEYS.includes(key)) throw new MalformedPolicy(`Unknown statement element ${key}`);
  }
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    throw new MalformedPolicy("Effect must be Allow or Deny");
  }
  oneOf(statement, "Action", "NotAction", "required");
  oneOf(statement, "Resource", "NotResource", rules.resource);
  oneOf(statement, "Principal", "NotPrincipal", rules.principal);
  const sid = statement.Sid;
  if (sid !== undefined && typeof sid !== "string") throw new MalformedPolicy("Sid must be a string");
  return {
    sid,
    effect: statement.Effect,
    actions: actionList(statement.Action),
    notActions: actionList(statement.NotAction),
    resources: textList(statement.Resource, "Resource"),
    notResources: textList(statement.NotResource, "NotResource"),
    principals: principalList(statement.Principal),
    notPrincipals: principalList(statement.NotPrincipal),
    conditions: conditionList(statement.Condition),
  };
}

function oneOf(
  statement: Record<string, unknown>,
  name: string,
  negated: string,
  need: DocumentRules["resource"],
): void {
  const present = [name, negated].filter((key) => statement[key] !== undefined);
  if (present.length > 1) throw new MalformedPolicy(`${name} and ${negated} exclude each other`);
  if (present.length === 0 && need === "required") throw new MalformedPolicy(`Missing required field ${name}`);
  if (present.length > 0 && need === "forbidden") throw new MalformedPolicy(`Has prohibited field ${present[0]}`);
}

function actionList(value: unknown): readonly string[] | undefined {
  const actions = textList(value, "Action");
  for (const action of actions ?? []) {
    if (action !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
      throw new MalformedPolicy(`${action} is no action: actions are written as service:Operation`);
    }
  }
  return actions;
}

function textList(value: unknown, name: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const items = oneOrMany(value);
  if (items.length === 0) throw new MalformedPolicy(`${name} must not be empty`);
  return items.map((item) => {
    if (typeof item !== "string") throw new MalformedPolicy(`${name} must hold strings`);
    return item;
  });
}

function principalList(value: unknown): readonly PrincipalPattern[] | undefined {
  if (value === undefined) return undefined;
  if (value === "*") return [{ type: "*", value: "*" }];
  return Object.entries(asObject(value, "Principal")).flatMap(([type, values]) => {
    if (type !== "AWS" && type !== "Service" && type !== "Federated" && type !== "CanonicalUser") {
      throw new MalformedPolicy(`Unknown principal type ${type}`);
    }
    return (textList(values, `Principal.${type}`) ?? []).map((item) => {
      if (type === "AWS") checkAwsPrincipal(item);
      return { type, value: item };
    });
  });
}

function checkAwsPrincipal(value: string): void {
  if (value === "*" || /^\d{12}$/.test(value)) return;
  if (/^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user)\/\S+)$/.test(value)) {
    // AWS accepts no wildcard inside a principal's ARN.
    if (!value.includes("*")) return;
  }
  throw new MalformedPolicy(`Invalid principal in policy: "AWS":"${value}"`);
}

function conditionList(value: unknown): Condition[] {
  if (value === undefined) return [];
  return Object.entries(asObject(value, "Condition")).flatMap(([operator, keys]) =>
    Object.entries(asObject(keys, `Condition.${operator}`)).map(([key, values]) => ({
      operator,
      key,
      values: oneOrMany(values).map(String),
    })),
  );
}

function oneOrMany(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new MalformedPolicy(`${what} must be a JSON object`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedPolicy("The policy is not valid JSON");
  }
}
