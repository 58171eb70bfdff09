import assert from "node:assert/strict";
import { pullPermissionScoped } from "../../../policy-pack/policies/pull-permission-scoped";
import { later, passes, registryPolicy, resource, rule, run, undecidedFor } from "../support";
import { document } from "./statements";

describe("pull-permission-scoped", () => {
  const policy = pullPermissionScoped;
  const iam = (policyDocument: unknown) => resource("aws:iam/policy:Policy", "p", { policy: policyDocument });
  const grant = (action: unknown, to: unknown, more: object = {}) =>
    document({ Effect: "Allow", Action: action, Resource: to, ...more });
  const judge = (...stack: ReturnType<typeof resource>[]) => run(policy, [rule("r"), ...stack]);
  const prefix = "arn:aws:ecr:eu-central-1:111122223333:repository/quay/*";
  const everywhere = grant("ecr:BatchImportUpstreamImage", "*");
  const wide = "Statement 1 allows pulling through every cache of the account.";

  it("passes permissions on a prefix, and permissions that import nothing", async () => {
    assert.deepEqual(await judge(iam(grant("ecr:BatchImportUpstreamImage", prefix))), passes);
    for (const action of ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:CreateRepository", "s3:*", "*"]) {
      assert.deepEqual(await judge(iam(grant(action, "*"))), passes, action);
    }
    for (const some of ["quay*", "*/quay", "quay/*/*"]) {
      const arn = `arn:aws:ecr:eu-central-1:111122223333:repository/${some}`;
      assert.deepEqual(await judge(iam(grant("ecr:BatchImportUpstreamImage", arn))), passes, arn);
    }
    const tagged = { Condition: { StringEquals: { "aws:ResourceTag/cache": "yes" } } };
    assert.deepEqual(await judge(iam(grant("ecr:*", "*", tagged))), passes);
    assert.deepEqual(await judge(iam(everywhere.replace("Allow", "Deny"))), passes);
  });

  it("reports nothing without a cache", async () => {
    assert.deepEqual(await run(policy, [iam(everywhere)]), passes);
  });

  for (const to of [
    "*",
    ["x", "*"],
    "arn:aws:ecr:eu-central-1:111122223333:repository/*",
    "arn:aws:ecr:*:*:*",
    "arn:aws:ecr:*:*:repository/*/*",
  ]) {
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
      const trusted = (...statements: object[]) =>
        judge(resource("aws:iam/role:Role", "role", { ...role.props, assumeRolePolicy: document(...statements) }));
      const tasks = { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" };
      const either = { ...tasks, Principal: { Service: ["ecs-tasks.amazonaws.com", service] } };
      assert.deepEqual(await trusted(either), passes);
      assert.deepEqual(await trusted(tasks, either), passes);
      assert.equal((await trusted(tasks)).violations.length, 1);
      assert.equal((await judge(role, inline({ role: "other" }))).violations.length, 1);
    }
  });

  it("waits for unknown resources and documents, and ignores excluded names", async () => {
    const held = { Statement: { Effect: "Allow", Action: "ecr:BatchImportUpstreamImage", Resource: later } };
    assert.deepEqual(await judge(iam(held)), undecidedFor(policy, "p"));
    assert.deepEqual(await judge(iam(later)), undecidedFor(policy, "p"));
    const all = { ...held.Statement, Resource: "*" };
    for (const Statement of [
      later,
      [later],
      [later, { ...all, Effect: "Deny" }],
      { ...all, Effect: later },
      { ...all, Action: later },
      { ...all, Action: ["ecr:BatchGetImage", later] },
      { ...all, Condition: later },
      { ...all, Resource: ["x", later] },
    ]) {
      assert.deepEqual(await judge(iam({ Statement })), undecidedFor(policy, "p"), JSON.stringify(Statement));
    }
    for (const Statement of [
      [later, all],
      { ...all, Action: [later, "ecr:*"], Resource: [later, "*"] },
      { ...all, Resource: undefined, NotResource: later },
      { ...all, Resource: undefined, NotResource: [later] },
    ]) {
      assert.equal((await judge(iam({ Statement }))).violations.length, 1, JSON.stringify(Statement));
    }
    const role = (inlinePolicies: unknown, feeds = {}) =>
      judge(resource("aws:iam/role:Role", "p", { inlinePolicies }, { feeds }));
    assert.deepEqual(await role(later), passes, "a preview shows what AWS fills in as unknown");
    assert.deepEqual(await role(later, { inlinePolicies: [rule("x")] }), undecidedFor(policy, "p"));
    for (const inline of [[later], [{ policy: later }]])
      assert.deepEqual(await role(inline), undecidedFor(policy, "p"));
    assert.deepEqual(await judge(iam({ Statement: { ...held.Statement, Action: "s3:*" } })), passes);
    assert.deepEqual(await run(policy, [rule("r"), iam(everywhere)], { exclude: ["p"] }), passes);
  });
});
