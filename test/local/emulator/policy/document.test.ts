import assert from "node:assert/strict";
import {
  type DocumentRules,
  IDENTITY_POLICY,
  MalformedPolicy,
  parsePolicy,
  REPOSITORY_POLICY,
  RESOURCE_POLICY,
  TRUST_POLICY,
} from "../../../../local/emulator/policy/document";

type Json = Record<string, unknown>;

describe("emulator: policy documents", () => {
  const parse = (statement: unknown, rules = IDENTITY_POLICY, more: Json = {}) =>
    parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statement, ...more }), rules);
  const refuses = (message: string, statement: unknown, rules?: DocumentRules, more?: Json) =>
    assert.throws(() => parse(statement, rules, more), new MalformedPolicy(message), JSON.stringify(statement));
  const allowed = { Effect: "Allow", Action: "ecr:*", Resource: "*" };
  const shared = { ...allowed, Principal: "*" };

  it("have statements with lists where IAM accepts one or many values", () => {
    const [read, ...others] = parse(
      [
        {
          Sid: "One",
          Effect: "Deny",
          NotAction: ["ecr:Get*", "sts:A?sumeRole"],
          NotResource: "*",
          NotPrincipal: { AWS: ["111122223333", "arn:aws:iam::111122223333:role/a/b"], Service: "ecr.amazonaws.com" },
          Condition: {
            StringEquals: { "aws:PrincipalOrgID": ["o-1", "o-2"], "aws:SourceAccount": "1" },
            Bool: { "aws:SecureTransport": true },
          },
        },
        { Effect: "Allow", Action: "*", Resource: ["a", "b"], Principal: "*" },
      ],
      RESOURCE_POLICY,
    );
    assert.deepEqual(read, {
      sid: "One",
      effect: "Deny",
      actions: undefined,
      notActions: ["ecr:Get*", "sts:A?sumeRole"],
      resources: undefined,
      notResources: ["*"],
      principals: undefined,
      notPrincipals: [
        { type: "AWS", value: "111122223333" },
        { type: "AWS", value: "arn:aws:iam::111122223333:role/a/b" },
        { type: "Service", value: "ecr.amazonaws.com" },
      ],
      conditions: [
        { operator: "StringEquals", key: "aws:PrincipalOrgID", values: ["o-1", "o-2"] },
        { operator: "StringEquals", key: "aws:SourceAccount", values: ["1"] },
        { operator: "Bool", key: "aws:SecureTransport", values: ["true"] },
      ],
    });
    assert.deepEqual(others, [
      {
        sid: undefined,
        effect: "Allow",
        actions: ["*"],
        notActions: undefined,
        resources: ["a", "b"],
        notResources: undefined,
        principals: [{ type: "*", value: "*" }],
        notPrincipals: undefined,
        conditions: [],
      },
    ]);
  });

  it("have one of two versions or none, an id, and nothing else beside statements", () => {
    for (const Version of ["2012-10-17", "2008-10-17", undefined])
      assert.equal(parse(allowed, IDENTITY_POLICY, { Version, Id: "a" }).length, 1);
    refuses("Version must be 2012-10-17 or 2008-10-17", allowed, IDENTITY_POLICY, { Version: "2012-10-18" });
    refuses("Unknown policy element Statements", allowed, IDENTITY_POLICY, { Statements: [] });
    for (const none of [undefined, []]) refuses("The policy holds no statement", none);
    for (const text of ["", "{", "x"])
      assert.throws(() => parsePolicy(text, IDENTITY_POLICY), new MalformedPolicy("The policy is not valid JSON"));
    for (const text of ["[]", "null", '"a"', "1"])
      assert.throws(() => parsePolicy(text, IDENTITY_POLICY), new MalformedPolicy("the policy must be a JSON object"));
    for (const statement of ["a", [null], [[allowed]]]) refuses("a statement must be a JSON object", statement);
  });

  it("have statement ids that differ, if they have any", () => {
    const named = (...sids: (string | undefined)[]) => sids.map((Sid) => ({ ...allowed, Sid }));
    assert.equal(parse(named("a", "b", "", "", undefined, undefined)).length, 6);
    refuses("Statement IDs (SID) in a single policy must be unique", named("a", "b", "a"));
    refuses("Sid must be a string", { ...allowed, Sid: 1 });
  });

  it("have an effect, known elements, and values of the right type", () => {
    for (const Effect of [undefined, "allow", "deny", "Permit"])
      refuses("Effect must be Allow or Deny", { ...allowed, Effect });
    refuses("Unknown statement element Actions", { ...allowed, Actions: "ecr:*" });
    for (const key of ["Action", "Resource"]) {
      refuses(`${key} must not be empty`, { ...allowed, [key]: [] });
      for (const value of [1, [null], { a: 1 }]) refuses(`${key} must hold strings`, { ...allowed, [key]: value });
    }
    for (const action of ["ecr", "ecr:", ":Get", "ecr:Get:a", "e*r:Get", "ecr:Get-a", " ecr:Get", "**"])
      refuses(`${action} is no action: actions are written as service:Operation`, { ...allowed, Action: action });
    for (const action of ["*", "ecr-public:Get*", "s3:Get?"])
      assert.ok(parse({ ...allowed, Action: ["ecr:A", action] }));
    for (const Condition of ["a", ["a"], 1]) refuses("Condition must be a JSON object", { ...allowed, Condition });
    refuses("Condition.Bool must be a JSON object", { ...allowed, Condition: { Bool: "true" } });
  });

  it("have each element or its negation, which where it is attached decides", () => {
    refuses("Action and NotAction exclude each other", { ...allowed, NotAction: "ecr:A" });
    refuses("Resource and NotResource exclude each other", { ...allowed, NotResource: "a" });
    refuses("Principal and NotPrincipal exclude each other", { ...shared, NotPrincipal: "*" }, RESOURCE_POLICY);
    refuses("Missing required field Action", { ...allowed, Action: undefined });
    const cases: readonly (readonly [rules: DocumentRules, principal: boolean, resource: boolean])[] = [
      [IDENTITY_POLICY, false, true],
      [TRUST_POLICY, true, false],
      [RESOURCE_POLICY, true, true],
      [REPOSITORY_POLICY, true, false],
    ];
    for (const [rules, principal, resource] of cases) {
      const right = {
        Effect: "Allow",
        Action: "ecr:*",
        ...(principal && { Principal: "*" }),
        ...(resource && { Resource: "*" }),
      };
      assert.equal(parse(right, rules).length, 1);
      for (const [key, needed] of [
        ["Principal", principal],
        ["Resource", resource],
      ] as const) {
        if (needed) refuses(`Missing required field ${key}`, { ...right, [key]: undefined }, rules);
        else refuses(`Has prohibited field ${key}`, { ...right, [key]: "*" }, rules);
        if (!needed) refuses(`Has prohibited field Not${key}`, { ...right, [`Not${key}`]: "*" }, rules);
      }
    }
  });

  it("name principals of four types, with whole ARNs", () => {
    const principal = (Principal: unknown) => parse({ ...shared, Principal }, RESOURCE_POLICY)[0]?.principals;
    for (const type of ["AWS", "Service", "Federated", "CanonicalUser"])
      assert.deepEqual(principal({ [type]: "*" }), [{ type, value: "*" }]);
    refuses("Unknown principal type Aws", { ...shared, Principal: { Aws: "*" } }, RESOURCE_POLICY);
    for (const other of ["x", ["*"], 1])
      refuses("Principal must be a JSON object", { ...shared, Principal: other }, RESOURCE_POLICY);
    refuses("Principal.AWS must not be empty", { ...shared, Principal: { AWS: [] } }, RESOURCE_POLICY);
    refuses("Principal.Service must hold strings", { ...shared, Principal: { Service: [1] } }, RESOURCE_POLICY);
    const account = "111122223333";
    for (const value of [
      "*",
      account,
      `arn:aws:iam::${account}:root`,
      `arn:aws-us-gov:iam::${account}:user/a`,
      `arn:aws:iam::${account}:role/a/b`,
      `arn:aws:sts::${account}:assumed-role/a/b`,
      `arn:aws:sts::${account}:federated-user/a`,
    ])
      assert.deepEqual(principal({ AWS: value }), [{ type: "AWS", value }]);
    for (const value of [
      "1",
      `${account}4`,
      `x${account}`,
      `arn:aws:iam::${account}:role/a*`,
      `arn:aws:iam::${account}:role/`,
      `arn:aws:iam::${account}:roots`,
      `xarn:aws:iam::${account}:root`,
      `arn:aws:iam::${account}:role/a b`,
      "arn:aws:iam::1:root",
      `arn:aws:s3::${account}:root`,
      `arn:aws:iam::${account}:group/a`,
    ])
      refuses(
        `Invalid principal in policy: "AWS":"${value}"`,
        { ...shared, Principal: { AWS: value } },
        RESOURCE_POLICY,
      );
  });
});
