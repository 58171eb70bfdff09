import assert from "node:assert/strict";
import { accountsNamed, letsIn, stranger } from "../../../../policy-pack/aws/iam/access";
import { unknown, type Value } from "../../../../policy-pack/kit/values";

const allow = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
const deny = { Effect: "Deny", Principal: "*", Action: "*" };
const when = (operator: string, key: string, values: unknown) => ({ Condition: { [operator]: { [key]: values } } });
const organization = "o-abc1234567";

type Case = readonly [statements: unknown, answer: ReturnType<typeof letsIn>];

/** Whether such statements let somebody in. */
function judge(cases: readonly Case[], actor = stranger): void {
  for (const [Statement, answer] of cases) {
    const shown = JSON.stringify(Statement, (_key, value) => (typeof value === "symbol" ? "(unknown)" : value));
    assert.equal(letsIn({ Statement: Statement as Value }, actor), answer, shown);
  }
}

describe("whether a policy lets a stranger in", () => {
  it("is open only where an unknown part of an Allow can change the answer", () => {
    judge([
      [unknown, unknown],
      [[unknown], unknown],
      [[unknown, allow], unknown],
      [{ ...allow, Effect: unknown }, unknown],
      [{ ...allow, Effect: unknown, Principal: { AWS: "111122223333" } }, false],
      [{ ...allow, Principal: unknown }, unknown],
      [{ ...allow, Principal: unknown, Action: [] }, false],
      [{ ...allow, Principal: { AWS: unknown } }, unknown],
      [{ ...allow, Principal: { AWS: [unknown, "*"] } }, true],
      [{ ...allow, Principal: { Service: unknown } }, false],
      [{ ...allow, Principal: { Service: unknown, AWS: "*" } }, true],
      [{ ...allow, Principal: undefined, NotPrincipal: unknown }, true],
      [{ ...allow, Action: unknown }, unknown],
      [{ ...allow, Action: undefined }, false],
      [{ ...allow, Action: undefined, NotAction: unknown }, unknown],
      [{ ...allow, Resource: unknown }, true],
      [{ ...allow, Condition: unknown }, unknown],
      [{ ...allow, Condition: { StringEquals: unknown } }, unknown],
      [{ ...allow, ...when("StringEquals", "aws:PrincipalOrgID", unknown) }, unknown],
      [{ ...allow, ...when("StringEquals", "aws:PrincipalOrgID", [organization, unknown]) }, unknown],
      [{ ...allow, ...when("StringLike", "aws:PrincipalOrgID", ["*", unknown]) }, true],
    ]);
  });

  it("depends on which keys a request has, as far as they are known", () => {
    for (const [key, isPresent] of [
      ["aws:PrincipalAccount", true],
      ["aws:PrincipalServiceName", false],
    ] as const) {
      judge([
        [{ ...allow, ...when("Null", key, "true") }, !isPresent],
        [{ ...allow, ...when("Null", key, "false") }, isPresent],
        [{ ...allow, ...when("Null", key, ["true", "false"]) }, true],
        [{ ...allow, ...when("Null", key, unknown) }, unknown],
        [{ ...allow, ...when("Null", key, ["false", unknown]) }, unknown],
      ]);
    }
    judge([
      [{ ...allow, ...when("Null", "aws:SourceVpc", "true") }, true],
      [{ ...allow, ...when("Null", "aws:SourceVpc", unknown) }, true],
    ]);
  });

  it("is open only where an unknown part of a Deny can change the answer", () => {
    const denials: readonly Case[] = [
      [deny, false],
      [{ ...deny, Effect: unknown }, unknown],
      [{ ...deny, Principal: unknown }, unknown],
      [{ ...deny, Principal: { AWS: unknown } }, unknown],
      [{ ...deny, Principal: { AWS: [unknown, "*"] } }, false],
      [{ ...deny, Principal: { Service: unknown } }, true],
      [{ ...deny, Principal: undefined, NotPrincipal: { AWS: unknown } }, unknown],
      [{ ...deny, Principal: undefined, NotPrincipal: { AWS: "111122223333" } }, false],
      [{ ...deny, Principal: undefined, NotPrincipal: "*" }, true],
      [{ ...deny, Action: unknown }, unknown],
      [{ ...deny, Action: [unknown, "s3:*"] }, unknown],
      [{ ...deny, Action: [unknown, "ECR:*"] }, false],
      [{ ...deny, Action: undefined, NotAction: unknown }, unknown],
      [{ ...deny, Action: undefined, NotAction: [unknown] }, unknown],
      [{ ...deny, Action: undefined, NotAction: [unknown, "ecr:*"] }, true],
      [{ ...deny, Action: undefined, NotAction: "s3:*" }, false],
      [{ ...deny, Action: undefined, NotAction: "ecr:?atchGetImage" }, true],
      [{ ...deny, Action: undefined, NotAction: "s3:?et*" }, false],
      [{ ...deny, Resource: unknown }, unknown],
      [{ ...deny, Resource: [unknown, "a"] }, unknown],
      [{ ...deny, Resource: [unknown, "*"] }, false],
      [{ ...deny, Resource: "a" }, true],
      [{ ...deny, NotResource: unknown }, unknown],
      [{ ...deny, NotResource: [unknown] }, unknown],
      [{ ...deny, NotResource: "a" }, true],
      [{ ...deny, Condition: unknown }, unknown],
      [{ ...deny, ...when("StringNotEquals", "aws:PrincipalOrgID", unknown) }, unknown],
      [{ ...deny, ...when("IpAddressIfExists", "aws:SourceIp", "0.0.0.0/0") }, false],
      [{ ...deny, ...when("IpAddressIfExists", "aws:SourceIp", "0.0.0.0/1") }, true],
    ];
    judge(denials.map(([denial, answer]): Case => [[allow, denial], answer]));
  });

  it("is open if it is unknown whether a Deny covers what an Allow names", () => {
    const partly = { ...allow, Action: ["ecr:BatchGetImage", unknown] };
    const onA = { ...allow, Resource: ["a", unknown] };
    judge([
      [[{ ...allow, Action: unknown }, deny], unknown],
      [[partly, { ...deny, Action: "ecr:*" }], unknown],
      [[partly, deny], false],
      [[{ ...allow, Resource: unknown }, deny], unknown],
      [[{ ...allow, NotResource: unknown }, deny], unknown],
      [[onA, { ...deny, Resource: "a" }], unknown],
      [[onA, { ...deny, Resource: "*" }], false],
    ]);
  });

  it("is no only if the denials cover every action on every resource together", () => {
    const two = { ...allow, Action: ["ecr:A", "ecr:B"], Resource: ["a", "b"] };
    const denied = (Action: string, Resource: string) => ({ ...deny, Action, Resource });
    judge([
      [[two, denied("ecr:a", "*"), denied("ecr:b", "*")], false],
      [[two, denied("ecr:*", "A"), denied("ecr:*", "b")], false],
      [[two, denied("ecr:a", "*")], true],
      [[two, denied("ecr:*", "b")], true],
      [[two, denied("ecr:a", "a"), denied("ecr:b", "b")], true],
    ]);
  });
});

describe("whether a policy lets another account in", () => {
  const account = "444455556666";
  const role = `arn:aws:iam::${account}:role/deployer`;
  const everybody = [account, `arn:aws:iam::${account}:root`];
  const judgeAccount = (cases: readonly Case[]) => judge(cases, { account });

  it("is yes if it names the account, or anybody in it", () => {
    judgeAccount([
      ...[...everybody, role].map((AWS): Case => [{ ...allow, Principal: { AWS } }, true]),
      [{ ...allow, Principal: { AWS: "111122223333" } }, false],
      [{ ...allow, ...when("StringEquals", "aws:PrincipalAccount", account) }, true],
      [{ ...allow, ...when("StringNotEquals", "aws:PrincipalAccount", account) }, false],
      [{ ...allow, ...when("ArnLike", "aws:PrincipalArn", role) }, true],
      [{ ...allow, ...when("ArnNotLike", "aws:PrincipalArn", role) }, true],
    ]);
  });

  it("is no only if everybody in the account is denied: one role is not the account", () => {
    judgeAccount([
      ...everybody.map((AWS): Case => [[allow, { ...deny, Principal: { AWS } }], false]),
      [[allow, { ...deny, Principal: { AWS: role } }], true],
      [[allow, { ...deny, Principal: { AWS: [role, account] } }], false],
      [[allow, { ...deny, Principal: { AWS: [role, unknown] } }], unknown],
      [[allow, { ...deny, Principal: undefined, NotPrincipal: { AWS: role } }], true],
      [[allow, { ...deny, ...when("StringEquals", "aws:PrincipalAccount", account) }], false],
      [[allow, { ...deny, ...when("ArnLike", "aws:PrincipalArn", role) }], true],
    ]);
  });
});

describe("the accounts that a policy names", () => {
  it("are those of its principals and conditions, as far as they are known, each once", () => {
    const Statement = [
      { Principal: { AWS: ["111122223333", unknown] }, Condition: unknown },
      unknown,
      {
        Principal: { AWS: "111122223333" },
        Condition: {
          StringEquals: { "aws:PrincipalAccount": ["444455556666", unknown], "aws:SourceAccount": unknown },
          ArnLike: { "aws:PrincipalArn": "arn:aws:iam::777788889999:role/*" },
          Bool: { "aws:SecureTransport": true },
          StringLike: { "aws:userid": ["1234567890123", "12345678901"] },
        },
      },
    ];
    assert.deepEqual(accountsNamed({ Statement: Statement as Value }), [
      "111122223333",
      "444455556666",
      "777788889999",
    ]);
    for (const nothing of [unknown, undefined, "{"] as Value[]) assert.deepEqual(accountsNamed(nothing), []);
  });

  it("are in account numbers and ARNs of IAM and STS, and in nothing else", () => {
    const named = (Principal: Value) => accountsNamed({ Statement: { Principal } });
    const [one, other] = ["111122223333", "444455556666"] as const;
    assert.deepEqual(named(one), [one]);
    assert.deepEqual(named({ AWS: `arn:aws:iam::${one}:root` }), [one]);
    assert.deepEqual(named({ AWS: [`arn:aws-cn:sts::${one}:assumed-role/a/b`, other] }), [one, other]);
    const wrong = ["11112222333", "1111222233334", "arn:aws:iam::*:root", `x arn:aws:iam::${one}:root`];
    const others = [...wrong, `arn:aws:s3::${one}:a`, `arn:aws:iam:${one}:a`, "*", ""];
    for (const none of [
      { AWS: others },
      "*",
      undefined,
      { AWS: unknown },
      { Service: "ecr.amazonaws.com" },
    ] as Value[]) {
      assert.deepEqual(named(none), [], JSON.stringify(none));
    }
  });
});
