import assert from "node:assert/strict";
import { noPublicAccess } from "../../../policy-pack/policies/no-public-access";
import { later, passes, registryPolicy, resource, run, template, undecidedFor } from "../support";
import { document, statement } from "./statements";

const when = (operator: string, key: string, value: unknown) =>
  statement({ Condition: { [operator]: { [key]: value } } });
const organization = "o-abc1234567";

describe("no-public-access", () => {
  const policy = noPublicAccess;
  const judge = (...statements: object[]) =>
    run(policy, [template("t", { repositoryPolicy: document(...statements) })]);
  const isPublic = { violations: ["t: Statement 1 of repositoryPolicy lets everyone in."], notes: [] };

  it("judges registry policies, and policies that Pulumi holds as objects", async () => {
    const open = { Version: "2012-10-17", Statement: statement({ Action: "ecr:CreateRepository", Resource: "*" }) };
    for (const policyDocument of [open, JSON.stringify(open)]) {
      assert.deepEqual((await run(policy, [registryPolicy("p", { policy: policyDocument })])).violations, [
        "p: Statement 1 of policy lets everyone in.",
      ]);
    }
  });

  it("judges nothing else", async () => {
    const open = { Statement: statement({}) };
    const other = resource("aws:s3/bucket:Bucket", "b", { repositoryPolicy: open, policy: open });
    assert.deepEqual(await run(policy, [other]), passes);
    assert.deepEqual(await run(policy, [registryPolicy("p", { repositoryPolicy: open })]), passes);
    assert.deepEqual(await run(policy, [template("t", { policy: open })]), passes);
  });

  it("passes networks that AWS does not call public, and ARNs that name an account", async () => {
    for (const range of ["203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32"])
      assert.deepEqual(await judge(when("IpAddress", "aws:SourceIp", range)), passes, range);
    for (const range of ["10.0.0.0/7", "0.0.0.0/0", "2001:db8::/31", "::/0"])
      assert.deepEqual(await judge(when("IpAddress", "aws:SourceIp", range)), isPublic, range);
    for (const range of ["*", "10.*"])
      assert.deepEqual(await judge(when("StringLike", "aws:SourceIp", range)), isPublic, range);
    const ofAccount = (account: string) => when("ArnLike", "aws:PrincipalArn", `arn:aws:iam::${account}:role/a`);
    assert.deepEqual(await judge(ofAccount("111122223333")), passes);
    for (const account of ["1111222233334", "11112222333", "*", "11112222333?"])
      assert.deepEqual(await judge(ofAccount(account)), isPublic, account);
  });

  it("passes conditions on each key whose value a stranger cannot choose", async () => {
    const arn = "arn:aws:iam::111122223333:role/a";
    for (const [key, value] of Object.entries({
      PrincipalAccount: "111122223333",
      PrincipalArn: arn,
      userid: "AROAABCDEFGHIJKLMNOP",
      PrincipalOrgID: organization,
      PrincipalOrgPaths: `${organization}/r-ab12/`,
      SourceAccount: "111122223333",
      SourceOwner: "111122223333",
      SourceArn: arn,
      SourceOrgID: organization,
      SourceOrgPaths: `${organization}/r-ab12/`,
      SourceVpc: "vpc-0a1b2c3d",
      SourceVpce: "vpce-0a1b2c3d",
      SourceVpcArn: "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0a1b2c3d",
      VpceAccount: "111122223333",
      VpceOrgID: organization,
      VpceOrgPaths: `${organization}/r-ab12/`,
    })) {
      assert.deepEqual(await judge(when("StringEquals", `aws:${key}`, value)), passes, key);
      assert.deepEqual(await judge(when("StringLike", `aws:${key}`, value)), passes, key);
      for (const pattern of ["*", `*${value}`, `${value.slice(0, 7)}*`]) {
        assert.deepEqual(await judge(when("StringLike", `aws:${key}`, pattern)), isPublic, `${key}: ${pattern}`);
      }
      assert.deepEqual(await judge(when("StringNotEquals", `aws:${key}`, value)), isPublic, key);
    }
  });

  it("waits for unknown parts only if they can change the answer", async () => {
    const held = (...statements: object[]) => run(policy, [registryPolicy("p", { policy: { Statement: statements } })]);
    assert.deepEqual(await run(policy, [registryPolicy("p", { policy: later })]), undecidedFor(policy, "p"));
    assert.deepEqual(await held(statement({ Principal: { AWS: later } })), undecidedFor(policy, "p"));
    const one = "arn:aws:iam::111122223333:role/a";
    assert.deepEqual(await held(statement({ Principal: { AWS: [one, later] } })), undecidedFor(policy, "p"));
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
    assert.deepEqual(await judge(...many, statement({})), {
      violations: ["t: Statement 20001 of repositoryPolicy lets everyone in."],
      notes: [],
    });
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
