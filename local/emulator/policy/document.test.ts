import assert from "node:assert/strict";
import {
  type DocumentRules,
  IDENTITY_POLICY,
  MalformedPolicy,
  parsePolicy,
  REGISTRY_POLICY,
  REPOSITORY_POLICY,
  SECRET_POLICY,
  TOPIC_POLICY,
  TRUST_POLICY,
} from "./document";

/** A right statement of each place. */
const PLACES: readonly (readonly [place: string, rules: DocumentRules, statement: object])[] = [
  ["identity", IDENTITY_POLICY, { Action: "s3:GetObject", Resource: "*" }],
  ["trust", TRUST_POLICY, { Action: "sts:AssumeRole", Principal: { Service: "ecr.amazonaws.com" } }],
  ["secret", SECRET_POLICY, { Action: "secretsmanager:GetSecretValue", Principal: "*", Resource: "*" }],
  ["topic", TOPIC_POLICY, { Action: "sns:Publish", Principal: "*", Resource: "arn:aws:sns:us-east-1:111122223333:a" }],
  ["registry", REGISTRY_POLICY, { Action: "ecr:CreateRepository", Principal: "*", Resource: "*" }],
  ["repository", REPOSITORY_POLICY, { Action: "ecr:BatchGetImage", Principal: { AWS: "111122223333" } }],
];

const accepts = (rules: DocumentRules, document: unknown): boolean => {
  try {
    parsePolicy(typeof document === "string" ? document : JSON.stringify(document), rules);
    return true;
  } catch (error) {
    if (error instanceof MalformedPolicy) return false;
    throw error;
  }
};
const one = (statement: object, more: object = {}) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", ...statement },
  ...more,
});

describe("emulator: policy documents", () => {
  for (const [place, rules, statement] of PLACES) {
    const is = (document: unknown, expected: boolean) =>
      assert.equal(accepts(rules, document), expected, JSON.stringify(document));
    it(`of a ${place} have its elements, and only its actions`, () => {
      is(one(statement), true);
      is({ Statement: [one(statement).Statement] }, true);
      is(one(statement, { Version: "2008-10-17", Id: "a" }), true);
      for (const more of [{ Version: "2012-10-18" }, { Version: null }, { Statement: [] }, { Other: 1 }])
        is(one(statement, more), false);
      for (const text of ["", "{", "[]", '"a"']) is(text, false);
      for (const key of Object.keys(statement)) is(one({ ...statement, [key]: undefined }), false);
      for (const more of [{ Effect: "allow" }, { Effect: null }, { Sid: 1 }, { Other: 1 }, { NotAction: "*" }])
        is(one({ ...statement, ...more }), false);
      const other = "Resource" in statement ? {} : { Resource: "*" };
      if ("Resource" in other) is(one({ ...statement, ...other }), false);
      if (place === "identity") is(one({ ...statement, Principal: "*" }), false);
      else is(one({ ...statement, Action: "s3:GetObject" }), false);
      for (const Action of [[], null, "", "noaction", "a:b:c", "ec r:Get", "ecr:Get-x", ["ecr:*", null]])
        is(one({ ...statement, Action }), false);
      const twice = { Effect: "Allow", ...statement, Sid: "a" };
      is({ Statement: [twice, { ...twice, Sid: "b" }] }, true);
      is({ Statement: [twice, twice] }, false);
    });
  }

  const identity = (more: object) => accepts(IDENTITY_POLICY, one({ Action: "*", Resource: "*", ...more }));
  const registry = (more: object) => accepts(REGISTRY_POLICY, one({ Action: "ecr:*", Resource: "*", ...more }));

  it("name statements of IAM with letters and digits", () => {
    assert.deepEqual(
      ["", "Aa1", "a b", "a-b"].map((Sid) => identity({ Sid })),
      [true, true, false, false],
    );
    assert.equal(registry({ Sid: "a new statement", Principal: "*" }), true);
  });

  it("name resources by ARNs", () => {
    const right = [
      "*",
      "arn:aws:s3:::b/*",
      "arn:aws:iam::111122223333:role/a",
      "arn:aws:ecr:*:111122223333:repository/?",
    ]
      .concat("arn:*:s3:::b", "arn:aws:ecr:us-east-1:\u0024{aws:PrincipalAccount}:repository/a")
      .concat("arn:aws:iam::aws:policy/A", "arn:aws-cn:sqs:cn-north-1:111122223333:a:b");
    const wrong = ["", "noarn", "arn", "arn:aws", "arn:aws:s3", "arn:aws:s3:::", "ARN:aws:s3:::b", "arn:other:s3:::b"]
      .concat(
        "arn:aws:s3:us-east-1::b",
        "arn:aws:iam:us-east-1:111122223333:role/a",
        "arn:aws:iam::111122223333:other/a",
      )
      .concat(
        "arn:aws:s*:::b",
        "arn:aws:ecr:us-east-1:1234:repository/a",
        "arn:aws:ecr:US East:111122223333:repository/a",
      );
    for (const Resource of right) assert.equal(identity({ Resource }), true, Resource);
    for (const Resource of wrong) assert.equal(identity({ Resource }), false, Resource);
    for (const Resource of [[], null, [null], 1]) assert.equal(identity({ Resource }), false, String(Resource));
  });

  it("name principals by whole ARNs, accounts, services and providers", () => {
    const role = "arn:aws:iam::111122223333:role/a";
    const right: unknown[] = [
      "*",
      { AWS: "*" },
      { AWS: [role, "111122223333", "arn:aws:iam::111122223333:root"] },
      { Service: ["ecr.amazonaws.com", "logs.us-east-1.amazonaws.com"] },
      { Federated: "accounts.google.com" },
      { Federated: "arn:aws:iam::111122223333:oidc-provider/a.b" },
    ];
    const wrong: unknown[] = [
      "a",
      "",
      {},
      null,
      [],
      { AWS: [] },
      { AWS: null },
      { AWS: "1234" },
      { AWS: `${role}*` },
      { AWS: "role/a" },
      { AWS: "arn:aws:s3:::b" },
      { Service: "ecr" },
      { Service: "*" },
      { Federated: "a" },
      { Other: "*" },
    ];
    for (const Principal of right) assert.equal(registry({ Principal }), true, JSON.stringify(Principal));
    for (const Principal of wrong) assert.equal(registry({ Principal }), false, JSON.stringify(Principal));
  });

  it("leave principals out only in a Deny that is on a resource", () => {
    const except = { Action: "*", NotPrincipal: { AWS: "111122223333" } };
    assert.equal(accepts(REPOSITORY_POLICY, one({ ...except, Effect: "Deny" })), true);
    assert.equal(accepts(REPOSITORY_POLICY, one(except)), false);
    assert.equal(accepts(TRUST_POLICY, one({ ...except, Effect: "Deny" })), false);
  });

  it("have conditions of known operators, with values that these take", () => {
    const table: Record<string, readonly [right: unknown[], wrong: unknown[]]> = {
      StringEquals: [
        ["a", ["a", "b"], 1, true],
        [null, [null], [], {}, [["a"]]],
      ],
      "ForAnyValue:StringLikeIfExists": [["a*"], [null]],
      NumericLessThan: [
        ["1", 1, "-1.5", "\u0024{aws:MultiFactorAuthAge}"],
        ["a", "", true],
      ],
      DateGreaterThanEquals: [
        ["2027-01-02T00:00:00Z", "2027-01-02", "1798848000"],
        ["tomorrow", "2027-13-01"],
      ],
      Bool: [
        ["true", "False", false],
        ["yes", 1],
      ],
      Null: [["true", false], ["a"]],
      IpAddress: [
        ["203.0.113.0/24", "2001:db8::/32", "203.0.113.1"],
        ["203.0.113.0/33", "a", "1.2.3"],
      ],
      BinaryEquals: [["QQ=="], ["%"]],
      ArnNotLike: [["arn:aws:s3:::b*"], [null]],
      Nonsense: [[], ["a"]],
      stringequals: [[], ["a"]],
      NullIfExists: [[], ["true"]],
      "ForSome:StringEquals": [[], ["a"]],
    };
    for (const [operator, [right, wrong]] of Object.entries(table)) {
      const is = (value: unknown) => identity({ Condition: { [operator]: { "aws:Key": value } } });
      for (const value of right) assert.equal(is(value), true, `${operator} ${JSON.stringify(value)}`);
      for (const value of wrong) assert.equal(is(value), false, `${operator} ${JSON.stringify(value)}`);
    }
    assert.equal(identity({ Condition: { StringEquals: { key: "a" } } }), false, "a key without its service");
    for (const Condition of [null, [], "a", { StringEquals: null }, { StringEquals: [] }])
      assert.equal(identity({ Condition }), false, JSON.stringify(Condition));
  });
});
