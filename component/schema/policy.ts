import type * as z from "zod";
import { jsonObject } from "./aws";

/**
 * Checks IAM policy documents that users write against IAM's grammar, not for what they allow. Source: IAM user guide,
 * "Grammar of the IAM JSON policy language"; sizes from the API models of Amazon ECR and AWS Secrets Manager.
 */

type ResourceElement = "required" | "forbidden";
type Json = { readonly [key: string]: unknown };

export const REPOSITORY_POLICY_MAX = 10_240;
const REGISTRY_POLICY_MAX = 10_240;
export const SECRET_POLICY_MAX = 20_480;

/** The policy of a repository. ECR refuses the element `Resource` in it. */
export const repositoryPolicy = document(REPOSITORY_POLICY_MAX, "forbidden");

/** The resource policy of a secret. */
export const secretPolicy = document(SECRET_POLICY_MAX, "required");

/** One statement of a registry policy. */
export const registryStatement = checked(
  REGISTRY_POLICY_MAX,
  (value) => statementProblem(value, "required") ?? foreignActionProblem(value),
);

/** Indices of the statements that repeat an earlier Sid. Unknown statements are skipped. */
export function repeatedSids(statements: readonly unknown[]): number[] {
  const seen = new Set<string>();
  return statements.flatMap((json, index) => {
    const sid = sidOf(json);
    if (sid === undefined) return [];
    if (seen.has(sid)) return [index];
    seen.add(sid);
    return [];
  });
}

function sidOf(json: unknown): string | undefined {
  const parsed = registryStatement.safeParse(json);
  if (!parsed.success) return undefined;
  const { Sid: sid } = JSON.parse(parsed.data) as Json;
  return typeof sid === "string" && sid !== "" ? sid : undefined;
}

/** A whole registry policy. */
export const registryPolicy = document(REGISTRY_POLICY_MAX, "required");

function document(maxLength: number, resource: ResourceElement): z.ZodType<string> {
  return checked(maxLength, (value) => documentProblem(value, resource));
}

function checked(maxLength: number, problemOf: (value: Json) => string | undefined): z.ZodType<string> {
  return jsonObject(maxLength).superRefine((text, context) => {
    const message = problemOf(JSON.parse(text) as Json);
    if (message) context.addIssue({ code: "custom", message });
  });
}

function documentProblem(value: Json, resource: ResourceElement): string | undefined {
  const unknown = Object.keys(value).find((key) => !["Version", "Id", "Statement"].includes(key));
  if (unknown !== undefined) return "has an element that policies do not have; known are Version, Id and Statement";
  if (!["2012-10-17", "2008-10-17", undefined].includes(value.Version as string | undefined)) {
    return 'has a Version that IAM does not know: write "2012-10-17"';
  }
  const statements = Array.isArray(value.Statement) ? value.Statement : [value.Statement];
  if (value.Statement === undefined || statements.length === 0) return "has no Statement";
  for (const [index, statement] of statements.entries()) {
    const problem = isJson(statement) ? statementProblem(statement, resource) : "must be a JSON object";
    if (problem) return `statement ${index + 1} ${problem}`;
  }
  const sids = statements.map((statement: Json) => statement.Sid).filter((sid) => sid !== undefined && sid !== "");
  return new Set(sids).size < sids.length ? "has two statements with the same Sid" : undefined;
}

const PAIRS = ["Action", "Principal", "Resource"];
const ELEMENTS = ["Sid", "Effect", "Condition", ...PAIRS.flatMap((name) => [name, `Not${name}`])];

function statementProblem(statement: Json, resource: ResourceElement): string | undefined {
  if (Object.keys(statement).some((key) => !ELEMENTS.includes(key))) {
    return `has an element that statements do not have; known are ${ELEMENTS.join(", ")}`;
  }
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return 'needs the Effect "Allow" or "Deny"';
  if (statement.Sid !== undefined && typeof statement.Sid !== "string") return "has a Sid that is not a string";
  for (const name of PAIRS) {
    const given = [name, `Not${name}`].filter((key) => statement[key] !== undefined);
    const wanted = name === "Resource" ? resource : "required";
    if (given.length > 1) return `has both ${name} and Not${name}`;
    if (wanted === "required" && given.length === 0) return `needs ${name}`;
    if (wanted === "forbidden" && given.length > 0) return `cannot have ${name}: the policy is attached to it`;
  }
  return principalProblem(statement.Principal ?? statement.NotPrincipal) ?? textProblem(statement);
}

/** A registry policy has only ECR actions. Source: Amazon ECR user guide, "Registry permissions". */
function foreignActionProblem(statement: Json): string | undefined {
  const actions = [statement.Action ?? statement.NotAction].flat() as string[];
  return actions.every((action) => action === "*" || /^ecr:/i.test(action))
    ? undefined
    : "has an action that does not belong to ECR";
}

const PRINCIPAL_KINDS = ["AWS", "Service", "Federated", "CanonicalUser"];
const AWS_PRINCIPAL =
  /^(?:\*|[0-9]{12}|arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:(?:root|(?:user|role|assumed-role|federated-user)\/[^\s*]+))$/;

function principalProblem(principal: unknown): string | undefined {
  if (principal === "*") return undefined;
  if (!isJson(principal)) return 'has a Principal that is neither "*" nor a map such as {"AWS": "<ARN>"}';
  for (const [kind, values] of Object.entries(principal)) {
    if (!PRINCIPAL_KINDS.includes(kind)) return `has a Principal of a kind other than ${PRINCIPAL_KINDS.join(", ")}`;
    const list = stringsOf(values);
    if (!list) return "has a Principal that is not a string or a list of strings";
    if (kind === "AWS" && list.some((value) => !AWS_PRINCIPAL.test(value))) {
      return 'has an AWS Principal that is not "*", an account id or the ARN of an account, user, role or session';
    }
  }
  return undefined;
}

function textProblem(statement: Json): string | undefined {
  for (const name of ["Action", "NotAction", "Resource", "NotResource"]) {
    const value = statement[name];
    if (value === undefined) continue;
    const list = stringsOf(value);
    if (!list) return `has ${name} that is not a string or a list of strings`;
    const isAction = name.endsWith("Action");
    if (isAction && list.some((item) => item !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(item))) {
      return `has ${name} that is not written as service:Operation`;
    }
  }
  const { Condition: condition } = statement;
  if (condition === undefined) return undefined;
  return isJson(condition) && Object.values(condition).every(isJson)
    ? undefined
    : "has a Condition that is not a map of operators to maps of keys";
}

/** The strings of a value that is a string or a list of strings, or undefined. */
function stringsOf(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === "string") ? list : undefined;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
