import assert from "node:assert/strict";
import { conditionHolds, substitute } from "./conditions";
import { parsePolicy, REGISTRY_POLICY } from "./document";
import { evaluateResourcePolicy } from "./evaluate";
import { matchesWildcard } from "./wildcard";

const ROLE = "arn:aws:iam::111122223333:role/puller";
const SESSION = "arn:aws:sts::111122223333:assumed-role/puller/ci";
const REPOSITORY = "arn:aws:ecr:eu-central-1:111122223333:repository/cache/library/nginx";

/** A policy variable. */
const variable = (name: string) => `\u0024{${name}}`;

const values = new Map([
  ["aws:principalorgid", "o-abc1234567"],
  ["aws:principalaccount", "111122223333"],
  ["aws:principalarn", ROLE],
  ["aws:securetransport", "true"],
]);

function verdict(statement: Record<string, unknown>, more: Record<string, unknown>[] = [], other: object = {}) {
  const defaults = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", Resource: "*" };
  const Statement = [statement, ...more].map((each) => ({ ...defaults, ...each }));
  const policy = parsePolicy(JSON.stringify({ Version: "2012-10-17", ...other, Statement }), REGISTRY_POLICY);
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
  it("knows whom a statement is for", () => {
    for (const [what, Principal, expected] of principals) assert.equal(verdict({ Principal }), expected, what);
  });

  const conditions: [Record<string, Record<string, unknown>>, string][] = [
    [{ StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } }, "allow"],
    [{ StringEquals: { "aws:PrincipalOrgID": ["o-other", "o-abc1234567"] } }, "allow"],
    [{ StringEquals: { "aws:PrincipalOrgID": "o-other" } }, "silent"],
    [{ StringNotEquals: { "aws:PrincipalOrgID": "o-other" } }, "allow"],
    [{ StringNotEquals: { "aws:PrincipalOrgID": ["o-other", "o-abc1234567"] } }, "silent"],
    [{ StringLike: { "AWS:principalorgid": "o-abc*" } }, "allow"],
    [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/pull*" } }, "allow"],
    [{ ArnLike: { "aws:PrincipalArn": "arn:*:role/puller" } }, "silent"],
    [{ StringEquals: { "aws:PrincipalAccount": variable("aws:PrincipalAccount") } }, "allow"],
    [{ StringEquals: { "aws:SourceAccount": "111122223333" } }, "silent"],
    [{ StringEqualsIfExists: { "aws:SourceAccount": "111122223333" } }, "allow"],
    [{ Null: { "aws:SourceAccount": true } }, "allow"],
    [{ "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-abc1234567" } }, "allow"],
    [{ "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-other" } }, "silent"],
    [{ "ForAllValues:StringEquals": { "aws:SourceAccount": "111122223333" } }, "allow"],
    [{ "ForAnyValue:StringEquals": { "aws:SourceAccount": "111122223333" } }, "silent"],
    [{ Bool: { "aws:SecureTransport": "false" } }, "silent"],
    [
      { StringLike: { "aws:PrincipalOrgID": "o-*" }, StringEquals: { "aws:PrincipalAccount": "444455556666" } },
      "silent",
    ],
  ];
  it("knows whether conditions hold", () => {
    for (const [Condition, expected] of conditions)
      assert.equal(verdict({ Condition }), expected, JSON.stringify(Condition));
  });

  describe("each operator of conditions", () => {
    const holds = (operator: string, actual: string | undefined, ...values: string[]) =>
      conditionHolds(
        { operator, key: "My:Key", values },
        new Map([...(actual === undefined ? [] : [["my:key", actual] as const]), ["my:other", "x"]]),
      );
    const operators: [operator: string, wanted: string, holding: string[], failing: string[]][] = [
      ["StringEquals", "Ab", ["Ab"], ["ab", "A", "Abc"]],
      ["StringEqualsIgnoreCase", "Ab", ["ab", "AB"], ["a"]],
      ["StringLike", "a?c*", ["abc", "abcd"], ["ac", "xabc", "Abc"]],
      [
        "ArnEquals",
        "arn:aws:iam::*:role/a*",
        ["arn:aws:iam::1:role/ab"],
        ["arn:aws:iam::1:user/a", "arn:aws:sts::1:role/a"],
      ],
      ["ArnLike", "arn:aws:s3:::b/*:c", ["arn:aws:s3:::b/x:y:c"], ["arn:aws:s3:::b/c", "arn:aws:s3::1:b/x:c"]],
      ["Bool", "true", ["true", "TRUE"], ["false"]],
      ["NumericEquals", "10", ["10", "10.0"], ["9", "11"]],
      ["NumericLessThan", "10", ["9"], ["10", "11"]],
      ["NumericLessThanEquals", "10", ["9", "10"], ["11"]],
      ["NumericGreaterThan", "10", ["11"], ["10", "9"]],
      ["NumericGreaterThanEquals", "10", ["10", "11"], ["9"]],
      [
        "DateLessThan",
        "2027-01-02T00:00:00Z",
        ["2027-01-01T23:59:59Z"],
        ["2027-01-02T00:00:00Z", "2027-01-03T00:00:00Z"],
      ],
      ["DateGreaterThan", "2027-01-02T00:00:00Z", ["2027-01-02T00:00:01Z"], ["2027-01-02T00:00:00Z"]],
      ["IpAddress", "203.0.113.0/24", ["203.0.113.9"], ["203.0.114.9", "::1", "x"]],
      ["IpAddress", "203.0.113.9", ["203.0.113.9"], ["203.0.113.8"]],
      ["IpAddress", "2001:db8::/32", ["2001:db8::1"], ["2001:db9::1", "203.0.113.9"]],
      ["IpAddress", "2001:db8::1", ["2001:db8::1"], ["2001:db8::2"]],
    ];
    for (const [operator, wanted, holding, failing] of operators) {
      it(`${operator} ${wanted}`, () => {
        for (const actual of holding) assert.equal(holds(operator, actual, "other", wanted), true, actual);
        for (const actual of failing) assert.equal(holds(operator, actual, wanted), false, actual);
        assert.equal(holds(operator, undefined, wanted), false);
        assert.equal(holds(`${operator}IfExists`, undefined, wanted), true);
        assert.equal(holds(`${operator}IfExists`, failing[0], wanted), false);
      });
    }

    it("has a negation, which also holds if the key is missing", () => {
      for (const [negation, operator] of [
        ["StringNotEquals", "StringEquals"],
        ["StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"],
        ["StringNotLike", "StringLike"],
        ["ArnNotEquals", "ArnEquals"],
        ["ArnNotLike", "ArnLike"],
        ["NumericNotEquals", "NumericEquals"],
        ["NotIpAddress", "IpAddress"],
      ] as const) {
        for (const [, wanted, holding, failing] of operators.filter(([name]) => name === operator)) {
          for (const actual of holding)
            assert.equal(holds(negation, actual, "other", wanted), false, `${negation} ${actual}`);
          for (const actual of failing) assert.equal(holds(negation, actual, wanted), true, `${negation} ${actual}`);
          assert.equal(holds(negation, undefined, wanted), true);
          assert.equal(holds(`ForAllValues:${negation}`, undefined, wanted), true);
          assert.equal(holds(`ForAnyValue:${negation}`, undefined, wanted), false);
        }
      }
    });

    it("can be Null, which asks whether the key is missing", () => {
      assert.deepEqual([holds("Null", undefined, "true"), holds("Null", undefined, "false")], [true, false]);
      assert.deepEqual([holds("Null", "a", "True"), holds("Null", "a", "False")], [false, true]);
    });

    it("replaces variables, and takes their values literally", () => {
      const known = new Map([["aws:principalaccount", "111122223333"]]);
      assert.equal(substitute(`a/${variable("AWS:PrincipalAccount")}/b`, known), "a/111122223333/b");
      assert.equal(substitute(variable("aws:unknown"), known), variable("aws:unknown"));
      assert.equal(substitute(variable("aws:unknown, 'a b'"), known), "a b");
    });

    it("takes special characters literally", () => {
      const special = [variable("*"), variable("?"), variable("$")].join("");
      assert.deepEqual(
        [holds("StringLike", "a*?$z", `a${special}*`), holds("StringLike", "abc$z", `a${special}*`)],
        [true, false],
      );
      assert.deepEqual(
        [holds("StringEquals", "*?$", special), holds("StringEqualsIgnoreCase", "*?$", special)],
        [true, true],
      );
    });
  });

  it("ignores the case of actions with wildcards, but not of resources", () => {
    assert.equal(verdict({ Action: "ECR:batchget*" }), "allow");
    assert.equal(verdict({ Resource: "arn:aws:ecr:*:111122223333:repository/cache/*" }), "allow");
    assert.equal(verdict({ Resource: "arn:aws:ecr:*:111122223333:repository/Cache/*" }), "silent");
    assert.equal(verdict({ Action: undefined, NotAction: "ecr:Delete*" }), "allow");
    assert.equal(verdict({ Resource: undefined, NotResource: REPOSITORY }), "silent");
  });

  it("matches each part of a resource, with variables only in the last one, and in new documents", () => {
    const named = (account: string, path: string) => `arn:aws:ecr:*:${account}:${path}`;
    const own = variable("aws:PrincipalTag/Cache, 'cache'");
    assert.equal(verdict({ Resource: named("*", `repository/${own}/*`) }), "allow");
    assert.equal(verdict({ Resource: named("*", `repository/${own}/*`) }, [], { Version: "2008-10-17" }), "silent");
    assert.equal(verdict({ Resource: named("*", `repository/${own}/*`) }, [], { Version: undefined }), "silent");
    assert.equal(verdict({ Resource: named(variable("aws:PrincipalAccount"), "repository/*") }), "silent");
    assert.equal(verdict({ Resource: named("*", "cache/*") }), "silent");
  });

  it("lets an explicit deny win over any allow", () => {
    assert.equal(verdict({}, [{ Effect: "Deny", Action: "ecr:*" }]), "deny");
    assert.equal(verdict({}, [{ Effect: "Deny", Principal: { AWS: "444455556666" } }]), "allow");
    const except = (...AWS: string[]) => verdict({}, [{ Effect: "Deny", Principal: undefined, NotPrincipal: { AWS } }]);
    assert.deepEqual(
      [except(ROLE), except("111122223333"), except(SESSION, "111122223333"), except(ROLE, "111122223333")],
      ["deny", "deny", "deny", "allow"],
    );
  });

  it("matches hostile wildcards quickly", () => {
    assert.equal(matchesWildcard(`${"*a".repeat(20)}b`, "a".repeat(20_000)), false);
    assert.equal(matchesWildcard("a?c*", "abcdef"), true);
  });
});
