import assert from "node:assert/strict";
import { parsePolicy, RESOURCE_POLICY } from "../../../local/emulator/policy/document";
import { evaluateResourcePolicy } from "../../../local/emulator/policy/evaluate";
import { matchesWildcard } from "../../../local/emulator/policy/wildcard";

const ROLE = "arn:aws:iam::111122223333:role/puller";
const SESSION = "arn:aws:sts::111122223333:assumed-role/puller/ci";
const REPOSITORY = "arn:aws:ecr:eu-central-1:111122223333:repository/cache/library/nginx";

const values = new Map([
  ["aws:principalorgid", "o-abc1234567"],
  ["aws:principalaccount", "111122223333"],
  ["aws:principalarn", ROLE],
  ["aws:securetransport", "true"],
]);

function verdict(statement: Record<string, unknown>, more: Record<string, unknown>[] = []) {
  const defaults = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", Resource: "*" };
  const Statement = [statement, ...more].map((each) => ({ ...defaults, ...each }));
  const policy = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), RESOURCE_POLICY);
  const principal = {
    kind: "session",
    account: "111122223333",
    arn: SESSION,
    roleArn: ROLE,
    roleId: "AROA1",
    sessionName: "ci",
  } as const;
  return evaluateResourcePolicy(policy, { principal, action: "ecr:BatchGetImage", resource: REPOSITORY, values });
}

describe("emulator: policy evaluation", () => {
  const principals: [string, unknown, string][] = [
    ["everybody", "*", "allow"],
    ["everybody, as AWS writes it", { AWS: "*" }, "allow"],
    ["the role", { AWS: ROLE }, "allow"],
    ["the session", { AWS: SESSION }, "allow"],
    ["the account, whose policies then decide", { AWS: "111122223333" }, "delegates"],
    ["the account's root", { AWS: ["arn:aws:iam::111122223333:root"] }, "delegates"],
    ["another account", { AWS: "444455556666" }, "silent"],
    ["a service", { Service: "ecr.amazonaws.com" }, "silent"],
  ];
  for (const [what, Principal, expected] of principals) {
    it(`a statement for ${what}: ${expected}`, () => assert.equal(verdict({ Principal }), expected));
  }

  const conditions: [Record<string, Record<string, unknown>>, string][] = [
    [{ StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } }, "allow"],
    [{ StringEquals: { "aws:PrincipalOrgID": ["o-other", "o-abc1234567"] } }, "allow"],
    [{ StringEquals: { "aws:PrincipalOrgID": "o-other" } }, "silent"],
    [{ StringNotEquals: { "aws:PrincipalOrgID": "o-other" } }, "allow"],
    [{ StringNotEquals: { "aws:PrincipalOrgID": ["o-other", "o-abc1234567"] } }, "silent"],
    [{ StringLike: { "AWS:principalorgid": "o-abc*" } }, "allow"],
    [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/pull*" } }, "allow"],
    [{ ArnLike: { "aws:PrincipalArn": "arn:*:role/puller" } }, "silent"],
    [{ StringEquals: { "aws:PrincipalAccount": "\u0024{aws:PrincipalAccount}" } }, "allow"],
    [{ StringEquals: { "aws:SourceAccount": "111122223333" } }, "silent"],
    [{ StringEqualsIfExists: { "aws:SourceAccount": "111122223333" } }, "allow"],
    [{ Null: { "aws:SourceAccount": true } }, "allow"],
    [{ "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-abc1234567" } }, "allow"],
    [{ "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-other" } }, "silent"],
    [{ "ForAllValues:StringEquals": { "aws:SourceAccount": "111122223333" } }, "allow"],
    [{ "ForAnyValue:StringEquals": { "aws:SourceAccount": "111122223333" } }, "silent"],
    [{ Bool: { "aws:SecureTransport": "false" } }, "silent"],
    [{ UnknownOperator: { "aws:PrincipalAccount": "111122223333" } }, "silent"],
    [
      { StringLike: { "aws:PrincipalOrgID": "o-*" }, StringEquals: { "aws:PrincipalAccount": "444455556666" } },
      "silent",
    ],
  ];
  for (const [Condition, expected] of conditions) {
    it(`the condition ${JSON.stringify(Condition)}: ${expected}`, () => assert.equal(verdict({ Condition }), expected));
  }

  it("ignores the case of actions with wildcards, but not of resources", () => {
    assert.equal(verdict({ Action: "ECR:batchget*" }), "allow");
    assert.equal(verdict({ Resource: "arn:aws:ecr:*:111122223333:repository/cache/*" }), "allow");
    assert.equal(verdict({ Resource: "arn:aws:ecr:*:111122223333:repository/Cache/*" }), "silent");
    assert.equal(verdict({ Action: undefined, NotAction: "ecr:Delete*" }), "allow");
    assert.equal(verdict({ Resource: undefined, NotResource: REPOSITORY }), "silent");
  });

  it("lets an explicit deny win over any allow", () => {
    assert.equal(verdict({}, [{ Effect: "Deny", Action: "ecr:*" }]), "deny");
    assert.equal(verdict({}, [{ Effect: "Deny", Principal: { AWS: "444455556666" } }]), "allow");
    assert.equal(verdict({}, [{ Effect: "Deny", Principal: undefined, NotPrincipal: { AWS: ROLE } }]), "allow");
  });

  it("matches hostile wildcards quickly", () => {
    assert.equal(matchesWildcard(`${"*a".repeat(20)}b`, "a".repeat(20_000)), false);
    assert.equal(matchesWildcard("a?c*", "abcdef"), true);
  });
});
