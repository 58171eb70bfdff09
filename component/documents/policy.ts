import type * as z from "zod";
import { jsonObject } from "../schema/aws";
import { everyoneProblem } from "./everyone";

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
export const repositoryPolicy = document(REPOSITORY_POLICY_MAX, "forbidden", "ecr");

/** The resource policy of a secret. It must not let everyone in. */
export const secretPolicy = checked(
  SECRET_POLICY_MAX,
  (value) => documentProblem(value, "required", "secretsmanager") ?? everyoneProblem(value),
);

/** One statement of a registry policy. */
export const registryStatement = checked(REGISTRY_POLICY_MAX, (value) => statementProblem(value, "required", "ecr"));

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
export const registryPolicy = document(REGISTRY_POLICY_MAX, "required", "ecr");

function document(maxLength: number, resource: ResourceElement, service: string): z.ZodType<string> {
  return checked(maxLength, (value) => documentProblem(value, resource, service));
}

function checked(maxLength: number, problemOf: (value: Json) => string | undefined): z.ZodType<string> {
  return jsonObject(maxLength).superRefine((text, context) => {
    const message = problemOf(JSON.parse(text) as Json);
    if (message) context.addIssue({ code: "custom", message });
  });
}

function documentProblem(value: Json, resource: ResourceElement, service: string): string | undefined {
  const unknown = Object.keys(value).find((key) => !["Version", "Id", "Statement"].includes(key));
  if (unknown !== undefined) return "has an element that policies do not have; known are Version, Id and Statement";
  if (!["2012-10-17", "2008-10-17", undefined].includes(value.Version as string | undefined)) {
    return 'has a Version that IAM does not know: write "2012-10-17"';
  }
  const statements = Array.isArray(value.Statement) ? value.Statement : [value.Statement];
  if (value.Statement === undefined || statements.length === 0) return "has no Statement";
  for (const [index, statement] of statements.entries()) {
    const problem = isJson(statement) ? statementProblem(statement, resource, service) : "must be a JSON object";
    if (problem) return `statement ${index + 1} ${problem}`;
  }
  const sids = statements.map((statement: Json) => statement.Sid).filter((sid) => sid !== undefined && sid !== "");
  return new Set(sids).size < sids.length ? "has two statements with the same Sid" : undefined;
}

const PAIRS = ["Action", "Principal", "Resource"];
const ELEMENTS = ["Sid", "Effect", "Condition", ...PAIRS.flatMap((name) => [name, `Not${name}`])];

function statementProblem(statement: Json, resource: ResourceElement, service: string): string | undefined {
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
  // Source: IAM user guide, "NotPrincipal".
  if (statement.Effect === "Allow" && statement.NotPrincipal !== undefined) {
    return "has NotPrincipal, which only a Deny can have: name the Principal";
  }
  return (
    principalProblem(statement.Principal ?? statement.NotPrincipal) ??
    textProblem(statement) ??
    conditionProblem(statement.Condition) ??
    foreignActionProblem(statement, service)
  );
}

/** The policy of a resource has only its service's actions. Source: Amazon ECR user guide, "Registry permissions". */
function foreignActionProblem(statement: Json, service: string): string | undefined {
  const actions = [statement.Action ?? statement.NotAction].flat() as string[];
  return actions.every((action) => action === "*" || action.toLowerCase().startsWith(`${service}:`))
    ? undefined
    : `has an action that does not belong to ${service === "ecr" ? "ECR" : "Secrets Manager"}`;
}

const AWS_PRINCIPAL =
  /^(?:\*|[0-9]{12}|arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:(?:root|(?:user|role|assumed-role|federated-user)\/[^\s*]+))$/;
const OTHER_PRINCIPALS: { readonly [kind: string]: RegExp } = {
  Service: /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/,
  Federated: /^(?:arn:aws[a-z-]*:iam::[0-9]{12}:(?:saml|oidc)-provider\/\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
};
const PRINCIPAL_KINDS = ["AWS", ...Object.keys(OTHER_PRINCIPALS)];

function principalProblem(principal: unknown): string | undefined {
  if (principal === "*") return undefined;
  if (!isJson(principal)) return 'has a Principal that is neither "*" nor a map such as {"AWS": "<ARN>"}';
  if (Object.keys(principal).length === 0) return "has a Principal that names nobody";
  for (const [kind, values] of Object.entries(principal)) {
    if (!PRINCIPAL_KINDS.includes(kind)) return `has a Principal of a kind other than ${PRINCIPAL_KINDS.join(", ")}`;
    const list = stringsOf(values);
    if (!list) return "has a Principal that is not a string or a list of strings";
    if (kind === "AWS" && list.some((value) => !AWS_PRINCIPAL.test(value))) {
      return 'has an AWS Principal that is not "*", an account id or the ARN of an account, user, role or session';
    }
    if (list.some((value) => OTHER_PRINCIPALS[kind]?.test(value) === false)) {
      return `has a ${kind} Principal that AWS does not accept`;
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
  const resources = stringsOf(statement.Resource ?? statement.NotResource) ?? [];
  return resources.every(isResource) ? undefined : 'has a Resource that is neither "*" nor an ARN';
}

/** IAM's and S3's resources are in no Region. Source: AWS General Reference, "Amazon Resource Names". */
const RESOURCE_ARN =
  /^arn:(?:aws|aws-cn|aws-us-gov|\*):(?:(?:iam|s3):|(?!(?:iam|s3):)[A-Za-z0-9.-]+:[a-z0-9*?-]*):(?:[0-9]{12}|aws|[0-9]*[*?][0-9*?]*|):.+$/;
/** A policy variable, whose name may have colons. */
const VARIABLE = /\$\{[^}]*\}/g;
const IAM_RESOURCE = /^(?:\*|(?:user|federated-user|role|group|instance-profile|mfa|server-certificate|policy)\/)/;
const OTHER_IAM_RESOURCE = /^(?:sms-mfa|saml-provider|oidc-provider|report|access-report)\//;

function isResource(text: string): boolean {
  if (text === "*") return true;
  const [, , service, , , ...path] = text.replace(VARIABLE, "*").split(":");
  const isKnown = [IAM_RESOURCE, OTHER_IAM_RESOURCE].some((known) => known.test(path.join(":")));
  return RESOURCE_ARN.test(text.replace(VARIABLE, "*")) && (service !== "iam" || isKnown);
}

/** Condition operators by the values that they take. Source: IAM user guide, "Condition operators". */
const OPERATORS: readonly (readonly [operators: RegExp, values: RegExp])[] = [
  [/^(?:String(?:Not)?Equals(?:IgnoreCase)?|String(?:Not)?Like|Arn(?:Not)?(?:Equals|Like))$/, /^/],
  [/^Numeric(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)$/, /^-?\d+(?:\.\d+)?$/],
  [
    /^Date(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)$/,
    /^(?:\d+|\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)$/,
  ],
  [/^(?:Bool|Null)$/, /^(?:true|false)$/i],
  [/^BinaryEquals$/, /^[A-Za-z0-9+/]*={0,2}$/],
  [/^(?:Not)?IpAddress$/, /^[0-9a-fA-F.:]+(?:\/\d{1,3})?$/],
];

function conditionProblem(condition: unknown): string | undefined {
  if (condition === undefined) return undefined;
  if (!isJson(condition) || !Object.values(condition).every(isJson)) {
    return "has a Condition that is not a map of operators to maps of keys";
  }
  for (const [operator, keys] of Object.entries(condition)) {
    const name = operator.replace(/^(?:ForAllValues|ForAnyValue):/, "").replace(/(?<!^Null)IfExists$/, "");
    const kind = OPERATORS.find(([operators]) => operators.test(name));
    if (!kind) return "has a Condition with an operator that IAM does not know";
    for (const [key, given] of Object.entries(keys as Json)) {
      if (!/^[A-Za-z0-9.-]+:\S+$/.test(key)) return "has a Condition on a key that is not written as service:key";
      const values = [given].flat();
      const takes = (value: unknown) =>
        ["string", "number", "boolean"].includes(typeof value) &&
        (String(value).includes("${") || kind[1].test(String(value)));
      if (values.length === 0 || !values.every(takes)) return `has a Condition whose value ${name} does not take`;
    }
  }
  return undefined;
}

/** The strings of a value that is a string or a list of strings, or undefined. */
function stringsOf(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === "string") ? list : undefined;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
