import assert from "node:assert/strict";
import { noPublicAccess } from "../../policy-pack/policies/no-public-access";
import { oneOwner } from "../../policy-pack/policies/one-owner";
import { pullPermissionScoped } from "../../policy-pack/policies/pull-permission-scoped";
import { later, passes, registryPolicy, resource, run, scanning, template, undecidedFor } from "./support";

const statement = (more: object) => ({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", ...more });
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const when = (operator: string, key: string, value: unknown) =>
  statement({ Condition: { [operator]: { [key]: value } } });
const variable = (key: string) => `\${${key}}`;
const organization = "o-abc1234567";

describe("no-public-access", () => {
  const policy = noPublicAccess;
  const judge = (...statements: object[]) =>
    run(policy, [template("t", { repositoryPolicy: document(...statements) })]);
  const isPublic = { violations: ["t: A statement of repositoryPolicy allows everyone."], notes: [] };

  for (const [title, one] of [
    ["the string *", statement({})],
    ["AWS *", statement({ Principal: { AWS: "*" } })],
    ["a list with *", statement({ Principal: { AWS: ["111122223333", "*"] } })],
    ["a wildcard in an ARN", statement({ Principal: { AWS: "arn:aws:iam::*:root" } })],
    ["NotPrincipal", { Effect: "Allow", NotPrincipal: { AWS: "111122223333" }, Action: "ecr:*" }],
    ["NotAction", { Effect: "Allow", Principal: "*", NotAction: "ecr:DeleteRepository" }],
    ["any organization", when("StringLike", "aws:PrincipalOrgID", "o-*")],
    ["one organization or any", when("StringLike", "aws:PrincipalOrgID", [organization, "*"])],
    ["an organization if the caller has one", when("StringEqualsIfExists", "aws:PrincipalOrgID", organization)],
    ["all values of an absent key", when("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", `${organization}/*`)],
    ["everyone outside of the organization", when("StringNotEquals", "aws:PrincipalOrgID", organization)],
    ["the caller's own organization", when("StringEquals", "aws:PrincipalOrgID", variable("aws:PrincipalOrgID"))],
    ["the caller's own user id", when("StringEquals", "aws:userid", variable("aws:userid"))],
    ["a condition on the transport", when("Bool", "aws:SecureTransport", "true")],
    ["a condition on a tag that anyone can have", when("StringEquals", "aws:PrincipalTag/team", "shop")],
    ["the whole internet", when("IpAddress", "aws:SourceIp", "0.0.0.0/0")],
    ["roles of any account", when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/puller")],
  ] as const) {
    it(`fails ${title}`, async () => {
      assert.deepEqual(await judge(statement({ Principal: { AWS: "111122223333" } }), one), isPublic);
    });
  }

  for (const [title, one] of [
    ["an account", statement({ Principal: { AWS: "111122223333" } })],
    ["a service", statement({ Principal: { Service: "lambda.amazonaws.com" } })],
    ["a deny", statement({ Effect: "Deny" })],
    ["an organization", when("StringEquals", "aws:PrincipalOrgID", organization)],
    ["an organization in another spelling", when("stringlike", "AWS:principalorgid", [organization])],
    [
      "a part of an organization",
      when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", [`${organization}/r-ab12/*`]),
    ],
    ["an account by condition", when("StringEquals", "aws:PrincipalAccount", ["111122223333"])],
    ["roles of an account", when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*")],
    ["the resource's own account", when("StringEquals", "aws:ResourceAccount", variable("aws:PrincipalAccount"))],
    ["a VPC endpoint", when("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d")],
    ["a small network", when("IpAddress", "aws:SourceIp", ["203.0.113.0/24"])],
    ["no action", statement({ Action: [] })],
  ] as const) {
    it(`passes ${title}`, async () => {
      assert.deepEqual(await judge(one), passes);
    });
  }

  it("passes an allow for everyone that a deny keeps to the organization", async () => {
    const outside = (more: object) => ({
      Effect: "Deny",
      Principal: "*",
      Action: "ecr:*",
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": organization } },
      ...more,
    });
    assert.deepEqual(await judge(statement({}), outside({})), passes);
    assert.deepEqual(await judge(statement({}), outside({ Action: "ecr:PutImage" })), isPublic);
    assert.deepEqual(await judge(statement({}), outside({ Principal: { AWS: "111122223333" } })), isPublic);
    const two = { StringNotEquals: { "aws:PrincipalOrgID": organization, "aws:PrincipalAccount": "111122223333" } };
    assert.deepEqual(await judge(statement({}), outside({ Condition: two })), isPublic);
  });

  it("judges registry policies, and policies that Pulumi holds as objects", async () => {
    const open = { Version: "2012-10-17", Statement: statement({ Action: "ecr:CreateRepository", Resource: "*" }) };
    for (const policyDocument of [open, JSON.stringify(open)]) {
      assert.deepEqual((await run(policy, [registryPolicy("p", { policy: policyDocument })])).violations, [
        "p: A statement of policy allows everyone.",
      ]);
    }
  });

  it("waits for unknown parts only where they can change the answer", async () => {
    const held = (...statements: object[]) => run(policy, [registryPolicy("p", { policy: { Statement: statements } })]);
    assert.deepEqual(await run(policy, [registryPolicy("p", { policy: later })]), undecidedFor(policy, "p"));
    assert.deepEqual(await held(statement({ Principal: { AWS: later } })), undecidedFor(policy, "p"));
    assert.deepEqual(await held(when("StringEquals", "aws:PrincipalOrgID", later)), undecidedFor(policy, "p"));
    assert.deepEqual(await held(statement({ Principal: { Service: later }, Resource: later })), passes);
    assert.equal((await held(statement({ Resource: later, Principal: { AWS: [later, "*"] } }))).violations.length, 1);
    assert.equal((await held(when("StringNotEquals", "aws:PrincipalOrgID", later))).violations.length, 1);
  });

  it("survives hostile documents", async () => {
    const nested = `{"Statement": {"Effect": "Allow", "Principal": ${"[".repeat(20_000)}${"]".repeat(20_000)}, "Action": "*"}}`;
    for (const hostile of [
      "",
      "{",
      "null",
      "[]",
      "7",
      '{"Statement": null}',
      '{"Statement": [null, 1, "x", []]}',
      nested,
    ]) {
      assert.deepEqual(await run(policy, [template("t", { repositoryPolicy: hostile })]), passes);
    }
    const many = Array.from({ length: 20_000 }, (_, i) =>
      statement({ Principal: { AWS: `11112222${1000 + (i % 9000)}` } }),
    );
    assert.deepEqual(await judge(...many), passes);
    assert.deepEqual(await judge(...many, statement({})), isPublic);
    const stars = "*".repeat(50_000);
    assert.deepEqual(
      await judge(statement({}), {
        Effect: "Deny",
        Principal: "*",
        Action: `${stars}x`,
        Condition: { StringNotEquals: { "aws:PrincipalOrgID": organization } },
      }),
      isPublic,
    );
  });

  it("leaves out excluded names", async () => {
    assert.deepEqual(
      await run(policy, [registryPolicy("p", { policy: document(statement({})) })], { exclude: ["p"] }),
      passes,
    );
  });
});

describe("one-owner", () => {
  const policy = oneOwner;

  it("passes one of each in each Region", async () => {
    const stack = [scanning("a"), scanning("b", { region: "us-east-1" }), registryPolicy("c")];
    assert.deepEqual(await run(policy, stack), passes);
  });

  it("reports the same one in whatever order the engine lists them", async () => {
    const [a, b] = [scanning("a"), scanning("b")];
    assert.deepEqual(await run(policy, [b, a]), await run(policy, [a, b]));
  });

  it("reports the second one, once", async () => {
    const { violations } = await run(policy, [scanning("a"), scanning("b"), registryPolicy("c"), registryPolicy("d")]);
    assert.deepEqual(violations, [
      "b: It overwrites a, the same account and Region's registry scanning configuration.",
      "d: It overwrites c, the same account and Region's registry policy.",
    ]);
  });

  it("reports what another stack owns, and leaves out excluded names", async () => {
    const config = { ownedElsewhere: ["eu-central-1"] };
    assert.equal((await run(policy, [scanning("a")], config)).violations.length, 1);
    assert.deepEqual(await run(policy, [scanning("a", { region: "us-east-1" })], config), passes);
    assert.deepEqual(await run(policy, [scanning("a")], { ...config, exclude: ["a"] }), passes);
  });

  it("waits for a Region that another resource feeds", async () => {
    const open = scanning("b", { region: later }, { feeds: { region: [scanning("x")] } });
    assert.deepEqual(await run(policy, [scanning("a"), open]), undecidedFor(policy, "b"));
    assert.equal((await run(policy, [scanning("a"), scanning("b", { region: later })])).violations.length, 1);
  });
});

describe("pull-permission-scoped", () => {
  const policy = pullPermissionScoped;
  const iam = (policyDocument: unknown) => resource("aws:iam/policy:Policy", "p", { policy: policyDocument });
  const grant = (action: unknown, to: unknown, more: object = {}) =>
    document({ Effect: "Allow", Action: action, Resource: to, ...more });
  const prefix = "arn:aws:ecr:eu-central-1:111122223333:repository/quay/*";

  it("passes permissions on a prefix, and the token on everything", async () => {
    assert.deepEqual(await run(policy, [iam(grant("ecr:BatchImportUpstreamImage", prefix))]), passes);
    assert.deepEqual(await run(policy, [iam(grant("ecr:GetAuthorizationToken", "*"))]), passes);
    assert.deepEqual(await run(policy, [iam(grant("s3:GetObject", "*")), iam(grant("*", "*"))]), passes);
    const tagged = { Condition: { StringEquals: { "aws:ResourceTag/cache": "yes" } } };
    assert.deepEqual(await run(policy, [iam(grant("ecr:BatchGetImage", "*", tagged))]), passes);
  });

  for (const to of ["*", ["x", "*"], "arn:aws:ecr:eu-central-1:111122223333:repository/*", "arn:aws:ecr:*:*:*"]) {
    it(`reports permissions on ${JSON.stringify(to)}`, async () => {
      for (const action of ["ecr:BatchImportUpstreamImage", ["ecr:CreateRepository"], "ecr:*", "ECR:batch*"]) {
        assert.equal((await run(policy, [iam(grant(action, to))])).violations.length, 1);
      }
    });
  }

  it("judges inline policies of roles and registry policies", async () => {
    const open = grant("ecr:BatchImportUpstreamImage", "*");
    const role = resource("aws:iam/role:Role", "r", { inlinePolicies: [{ name: "pull", policy: open }] });
    assert.equal((await run(policy, [role, registryPolicy("p", { policy: open })])).violations.length, 2);
    assert.deepEqual(await run(policy, [resource("aws:iam/role:Role", "r", {})]), passes);
  });

  it("waits for unknown resources and documents, and leaves out excluded names", async () => {
    const held = { Statement: { Effect: "Allow", Action: "ecr:BatchGetImage", Resource: later } };
    assert.deepEqual(await run(policy, [iam(held)]), undecidedFor(policy, "p"));
    assert.deepEqual(await run(policy, [iam(later)]), undecidedFor(policy, "p"));
    assert.deepEqual(await run(policy, [iam({ Statement: { ...held.Statement, Action: "s3:*" } })]), passes);
    assert.deepEqual(await run(policy, [iam(grant("ecr:*", "*"))], { exclude: ["p"] }), passes);
  });
});
