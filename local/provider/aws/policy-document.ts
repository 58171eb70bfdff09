import { createHash } from "node:crypto";
import type { Properties } from "../wire";

interface Statement {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: Principal[];
  notPrincipals?: Principal[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

interface Principal {
  type: string;
  identifiers: string[];
}

/** `aws.iam.getPolicyDocument`: builds a policy document from statements. */
export function policyDocument(args: Properties): Properties {
  const version = args.version ?? "2012-10-17";
  const document = {
    Version: version,
    ...(args.policyId !== undefined && { Id: args.policyId }),
    Statement: ((args.statements ?? []) as Statement[]).map(toStatement),
  };
  const json = JSON.stringify(document, undefined, 2);
  return {
    ...args,
    version,
    json,
    minifiedJson: JSON.stringify(document),
    id: createHash("sha256").update(json).digest("hex").slice(0, 10),
  };
}

/** Elements without a value are undefined, so that JSON leaves them out. */
function toStatement(statement: Statement): Properties {
  return {
    Sid: statement.sid,
    Effect: statement.effect ?? "Allow",
    Principal: principals(statement.principals),
    NotPrincipal: principals(statement.notPrincipals),
    Action: single(statement.actions),
    NotAction: single(statement.notActions),
    Resource: single(statement.resources),
    NotResource: single(statement.notResources),
    Condition: conditions(statement.conditions),
  };
}

function single(values: string[] | undefined): unknown {
  if (!values || values.length === 0) return undefined;
  return values.length === 1 ? values[0] : [...values].sort().reverse();
}

function principals(list: Principal[] | undefined): unknown {
  if (!list || list.length === 0) return undefined;
  if (list.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"))) return "*";
  const types = [...new Set(list.map(({ type }) => type))];
  return Object.fromEntries(
    types.map((type) => [
      type,
      single(list.filter((item) => item.type === type).flatMap(({ identifiers }) => identifiers)),
    ]),
  );
}

function conditions(list: Statement["conditions"]): unknown {
  if (!list || list.length === 0) return undefined;
  const result: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of list) {
    result[test] = { ...result[test], [variable]: single(values) };
  }
  return result;
}
