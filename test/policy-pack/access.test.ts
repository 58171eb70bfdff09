import assert from "node:assert/strict";
import { noPublicAccess } from "../../policy-pack/policies/no-public-access";
import { oneOwner } from "../../policy-pack/policies/one-owner";
import { pullPermissionScoped } from "../../policy-pack/policies/pull-permission-scoped";
import { later, passes, registryPolicy, resource, rule, run, scanning, template, undecidedFor } from "./support";

const statement = (more: object) => ({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", ...more });
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const when = (operator: string, key: string, value: unknown) =>
  statement({ Condition: { [operator]: { [key]: value } } });
const organization = "o-abc1234567";

describe("no-public-access", () => {
  const policy = noPublicAccess;
  const judge = (...statements: object[]) =>
    run(policy, [template("t", { repositoryPolicy: document(...statements) })]);
  const isPublic = { violations: ["t: A statement of repositoryPolicy allows everyone."], notes: [] };

  it("judges registry policies, and policies that Pulumi holds as objects", async () => {
    const open = { Version: "2012-10-17", Statement: statement({ Action: "ecr:CreateRepository", Resource: "*" }) };
    for (const policyDocument of [open, JSON.stringify(open)]) {
      assert.deepEqual((await run(policy, [registryPolicy("p", { policy: policyDocument })])).violations, [
        "p: A statement of policy allows everyone.",
      ]);
    }
  });

  it("waits for unknown parts only if they can change the answer", async () => {
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

  it("ignores excluded names", async () => {
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

  it("reports the same one, whatever the order in which the engine lists them", async () => {
    const [a, b] = [scanning("a"), scanning("b")];
    assert.deepEqual(await run(policy, [b, a]), await run(policy, [a, b]));
  });

  it("reports the second one, once", async () => {
    const { violations } = await run(policy, [scanning("a"), scanning("b"), registryPolicy("c"), registryPolicy("d")]);
    assert.deepEqual(violations, [
      "b: It overwrites a, the registry scanning configuration of the same account and Region.",
      "d: It overwrites c, the registry policy of the same account and Region.",
    ]);
  });

  it("reports what another stack owns, and ignores excluded names", async () => {
    const config = { ownedElsewhere: ["eu-central-1"] };
    assert.equal((await run(policy, [scanning("a")], config)).violations.length, 1);
    assert.deepEqual(await run(policy, [scanning("a", { region: "us-east-1" })], config), passes);
    assert.deepEqual(await run(policy, [scanning("a")], { ...config, exclude: ["a"] }), passes);
  });

  it("waits for a Region that comes from another resource", async () => {
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
  const judge = (...stack: ReturnType<typeof resource>[]) => run(policy, [rule("r"), ...stack]);
  const prefix = "arn:aws:ecr:eu-central-1:111122223333:repository/quay/*";
  const everywhere = grant("ecr:BatchImportUpstreamImage", "*");
  const wide = 'A statement allows pulling through every cache (Resource "*" or repository/*).';

  it("passes permissions on a prefix, and permissions that import nothing", async () => {
    assert.deepEqual(await judge(iam(grant("ecr:BatchImportUpstreamImage", prefix))), passes);
    for (const action of ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:CreateRepository", "s3:*", "*"]) {
      assert.deepEqual(await judge(iam(grant(action, "*"))), passes, action);
    }
    const tagged = { Condition: { StringEquals: { "aws:ResourceTag/cache": "yes" } } };
    assert.deepEqual(await judge(iam(grant("ecr:*", "*", tagged))), passes);
    assert.deepEqual(await judge(iam(everywhere.replace("Allow", "Deny"))), passes);
  });

  it("reports nothing without a cache", async () => {
    assert.deepEqual(await run(policy, [iam(everywhere)]), passes);
  });

  for (const to of ["*", ["x", "*"], "arn:aws:ecr:eu-central-1:111122223333:repository/*", "arn:aws:ecr:*:*:*"]) {
    it(`reports permissions on ${JSON.stringify(to)}`, async () => {
      for (const action of ["ecr:BatchImportUpstreamImage", ["x", "ecr:*"], "ECR:batch*"]) {
        assert.deepEqual((await judge(iam(grant(action, to)))).violations, [`p: ${wide}`]);
      }
    });
  }

  it("reports permissions on all resources except a few", async () => {
    const all = document({ Effect: "Allow", Action: "ecr:*", NotResource: prefix });
    assert.deepEqual((await judge(iam(all))).violations, [`p: ${wide}`]);
  });

  it("judges policies of every kind, inline policies of roles and registry policies", async () => {
    const role = resource("aws:iam/role:Role", "r", { inlinePolicies: [{ name: "pull", policy: everywhere }] });
    const { violations } = await judge(
      role,
      registryPolicy("registry", { policy: everywhere }),
      ...["role", "user", "group"].map((kind) =>
        resource(`aws:iam/${kind}Policy:${kind[0]?.toUpperCase()}${kind.slice(1)}Policy`, kind, { policy: everywhere }),
      ),
    );
    assert.deepEqual(
      violations.map((violation) => violation.split(":")[0]),
      ["r", "registry", "role", "user", "group"],
    );
    assert.deepEqual(await judge(resource("aws:iam/role:Role", "r", {})), passes);
  });

  it("passes roles that ECR assumes, which other policies require", async () => {
    for (const service of ["ecr.amazonaws.com", "pullthroughcache.ecr.amazonaws.com"]) {
      const trust = document({ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" });
      const role = resource("aws:iam/role:Role", "role", {
        name: "ecr",
        assumeRolePolicy: trust,
        inlinePolicies: [{ policy: everywhere }],
      });
      const inline = (props: object, feeds = {}) =>
        resource("aws:iam/rolePolicy:RolePolicy", "inline", { policy: everywhere, ...props }, { feeds });
      const managed = iam(everywhere);
      const attachment = resource(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "attachment",
        {},
        { feeds: { role: [role], policyArn: [managed] } },
      );
      const byName = { role: "ecr" };
      const arn = "arn:aws:iam::111122223333:policy/cache";
      const deployed = resource("aws:iam/policy:Policy", "p", { policy: everywhere, arn });
      const named = (policyArn: string) =>
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment", { policyArn, role: "ecr" });
      assert.deepEqual(await judge(role, deployed, named(arn)), passes);
      assert.equal((await judge(role, deployed, named(`${arn}-2`))).violations.length, 1);
      assert.deepEqual(await judge(role, inline({}, { role: [role] }), managed, attachment), passes);
      assert.deepEqual(await judge(role, inline(byName)), passes);
      assert.equal((await judge(role, managed)).violations.length, 1);
      assert.equal((await judge(role, inline({ role: "other" }))).violations.length, 1);
    }
  });

  it("waits for unknown resources and documents, and ignores excluded names", async () => {
    const held = { Statement: { Effect: "Allow", Action: "ecr:BatchImportUpstreamImage", Resource: later } };
    assert.deepEqual(await judge(iam(held)), undecidedFor(policy, "p"));
    assert.deepEqual(await judge(iam(later)), undecidedFor(policy, "p"));
    assert.deepEqual(await judge(iam({ Statement: { ...held.Statement, Action: "s3:*" } })), passes);
    assert.deepEqual(await run(policy, [rule("r"), iam(everywhere)], { exclude: ["p"] }), passes);
  });
});
