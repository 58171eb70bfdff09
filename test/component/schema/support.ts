import assert from "node:assert/strict";
import { formatPath } from "../../../component/problems/print";
import { pullThroughCacheArgs } from "../../../component/schema/arguments";
import { parse } from "../../../component/schema/parse";

export const ROLE = "arn:aws:iam::111122223333:role/puller";
export const KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555";
export const TOPIC = "arn:aws:sns:us-east-1:111122223333:alerts";
export const SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";

export const REPOSITORY_STATEMENT = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "ecr:BatchGetImage" };
export const STATEMENT = { ...REPOSITORY_STATEMENT, Resource: "*" };
export const SECRET_STATEMENT = { ...STATEMENT, Action: "secretsmanager:GetSecretValue" };

export function statementsOf(statement: object, Id = ""): string {
  return JSON.stringify({ Id, Statement: [statement] });
}

/** A policy document of a given length. */
export function policyOf(length: number, statement: object): string {
  return statementsOf(statement, "x".repeat(length - statementsOf(statement).length));
}

/** All problems, as `path: message`. */
export function problems(args: unknown): string[] {
  const parsed = parse(pullThroughCacheArgs, args);
  return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

export function inEntry(entry: object): string[] {
  return problems({ registries: { hub: entry } });
}

/** Asserts that values of one field are accepted or refused, each refusal at the field with a matching message. */
export function bounds(
  at: (value: unknown) => unknown,
  path: string,
  accepted: unknown[],
  refused: [unknown, RegExp][],
) {
  for (const value of accepted) assert.deepEqual(problems(at(value)), [], `accepted ${JSON.stringify(value)}`);
  for (const [value, message] of refused) {
    const found = problems(at(value));
    assert.equal(found.length, 1, `one problem for ${JSON.stringify(value)}: ${found}`);
    const [problem = ""] = found;
    assert.ok(problem.startsWith(`${path}: `), `at ${path}: ${problem}`);
    assert.match(problem, message);
  }
}

export const entryField = (field: string) => (value: unknown) => ({ registries: { hub: { [field]: value } } });
export const nested = (outer: string, field: string) => (value: unknown) => ({
  registries: { hub: { [outer]: { [field]: value } } },
});

export const times = (count: number, make: (index: number) => unknown) =>
  Array.from({ length: count }, (_, i) => make(i));
export const tagsOf = (count: number) =>
  Object.fromEntries(times(count, (index) => [`key${index}`, "v"]) as [string, string][]);
