import { actionComplaint, conditionComplaint, principalComplaint, resourceComplaint } from "./grammar";

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

/** What differs between the places where policies are attached. */
export interface DocumentRules {
  readonly principal: "required" | "forbidden";
  readonly resource: "required" | "forbidden";
  /** The actions that the place knows, with AWS's words for others. Default: all. */
  readonly actions?: { readonly known: RegExp; readonly complaint: string };
  /** IAM takes only letters and digits. Source: IAM user guide, "IAM JSON policy elements: Sid". */
  readonly sid?: RegExp;
}

const SID = /^[A-Za-z0-9]*$/;
const onlyOf = (service: string) => ({
  known: new RegExp(`^(?:\\*|${service}:.*)$`, "i"),
  complaint: `Policy statement action out of service scope: only actions of ${service}`,
});

export const IDENTITY_POLICY: DocumentRules = { principal: "forbidden", resource: "required", sid: SID };
export const TRUST_POLICY: DocumentRules = {
  principal: "required",
  resource: "forbidden",
  sid: SID,
  actions: {
    known: /^(?:\*|sts:(?:\*|AssumeRole|TagSession|SetSourceIdentity|AssumeRoleWithWebIdentity))$/,
    complaint: "AssumeRole policy may only specify STS AssumeRole actions.",
  },
};
export const SECRET_POLICY: DocumentRules = {
  principal: "required",
  resource: "required",
  actions: onlyOf("secretsmanager"),
};
export const TOPIC_POLICY: DocumentRules = {
  principal: "required",
  resource: "required",
  actions: { known: /^sns:/i, complaint: "Policy statement action out of service scope!" },
};
export const REGISTRY_POLICY: DocumentRules = { principal: "required", resource: "required", actions: onlyOf("ecr") };
/**
 * The old scope: "ECR only enforces the following permissions", and other actions are an error, except `ecr:*`. Source:
 * Amazon ECR user guide, "Private registry permissions".
 */
export const REGISTRY_POLICY_V1: DocumentRules = {
  ...REGISTRY_POLICY,
  actions: {
    known: /^ecr:(?:\*|ReplicateImage|BatchImportUpstreamImage|CreateRepository)$/i,
    complaint: "Policy statement action is not known to the registry policy scope V1",
  },
};
/** Repository policies are attached to their resource: AWS refuses a Resource element there. */
export const REPOSITORY_POLICY: DocumentRules = {
  principal: "required",
  resource: "forbidden",
  actions: onlyOf("ecr"),
};

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

/** Reads a policy document, or throws a service's error with the reason. */
export function parsePolicyAs(text: string, rules: DocumentRules, refused: (reason: string) => Error): Statement[] {
  try {
    return parsePolicy(text, rules);
  } catch (error) {
    throw error instanceof MalformedPolicy ? refused(error.message) : error;
  }
}

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
  // Other versions know no variables. Source: IAM user guide, "Variables and tags".
  const { Statement: given } =
    version === "2012-10-17" ? document : (parseJson(withoutVariables(text)) as typeof document);
  const statements = oneOrMany(given);
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
  // Source: IAM user guide, "NotPrincipal": only with Deny, and not in the trust policy of a role.
  if (statement.NotPrincipal !== undefined && (statement.Effect === "Allow" || rules === TRUST_POLICY)) {
    throw new MalformedPolicy("Has prohibited field NotPrincipal");
  }
  const sid = statement.Sid;
  if (sid !== undefined && typeof sid !== "string") throw new MalformedPolicy("Sid must be a string");
  if (sid !== undefined && rules.sid?.test(sid) === false) {
    throw new MalformedPolicy("Statement IDs (SID) must be alpha-numeric.");
  }
  return {
    sid,
    effect: statement.Effect,
    actions: actionList(statement.Action, rules),
    notActions: actionList(statement.NotAction, rules),
    resources: textList(statement.Resource, "Resource", resourceComplaint),
    notResources: textList(statement.NotResource, "NotResource", resourceComplaint),
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

function complain(reason: string | undefined): void {
  if (reason !== undefined) throw new MalformedPolicy(reason);
}

function actionList(value: unknown, { actions }: DocumentRules): readonly string[] | undefined {
  return textList(value, "Action", (action) => {
    const isKnown = actions === undefined || actions.known.test(action);
    return actionComplaint(action) ?? (isKnown ? undefined : actions.complaint);
  });
}

function textList(
  value: unknown,
  name: string,
  complaint: (item: string) => string | undefined,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const items = oneOrMany(value);
  if (items.length === 0) throw new MalformedPolicy(`${name} must not be empty`);
  return items.map((item) => {
    if (typeof item !== "string") throw new MalformedPolicy(`${name} must hold strings`);
    complain(complaint(item));
    return item;
  });
}

function principalList(value: unknown): readonly PrincipalPattern[] | undefined {
  if (value === undefined) return undefined;
  if (value === "*") return [{ type: "*", value: "*" }];
  const entries = Object.entries(asObject(value, "Principal"));
  if (entries.length === 0) throw new MalformedPolicy("Principal must not be empty");
  return entries.flatMap(([type, values]) =>
    (textList(values, `Principal.${type}`, (item) => principalComplaint(type, item)) ?? []).map((item) => ({
      type: type as PrincipalPattern["type"],
      value: item,
    })),
  );
}

function conditionList(value: unknown): Condition[] {
  if (value === undefined) return [];
  return Object.entries(asObject(value, "Condition")).flatMap(([operator, keys]) =>
    Object.entries(asObject(keys, `Condition.${operator}`)).map(([key, given]) => {
      const values = oneOrMany(given);
      complain(conditionComplaint(operator, key, values));
      return { operator, key, values: values.map(String) };
    }),
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

const withoutVariables = (text: string) => text.replaceAll("\u0024{", "\u0024{$}{");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedPolicy("The policy is not valid JSON");
  }
}
