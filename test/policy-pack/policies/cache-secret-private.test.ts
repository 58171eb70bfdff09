import assert from "node:assert/strict";
import { cacheSecretPrivate as policy } from "../../../policy-pack/policies/cache-secret-private";
import { later, passes, resource, rule, run, secret, secretPolicy, secretVersion, undecidedFor } from "../support";

const allow = (principal: unknown, more: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: principal, Action: "secretsmanager:GetSecretValue", Resource: "*", ...more },
    ],
  });
const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";

const keyArn = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/aws/secretsmanager";

const ownAccount = `$${"{aws:PrincipalAccount}"}`;

describe("cache-secret-private", () => {
  it("passes a secret under the default key, without a policy or with one for the account", async () => {
    assert.deepEqual(await run(policy, [secret("s")]), passes);
    for (const kmsKeyId of ["alias/aws/secretsmanager", keyArn]) {
      assert.deepEqual(await run(policy, [secret("s", { kmsKeyId })]), passes);
    }
    const own = allow({ AWS: "arn:aws:iam::111122223333:role/deployer" });
    assert.deepEqual(await run(policy, [secret("s", { arn, policy: own })]), passes);
    assert.deepEqual(
      await run(policy, [secret("s", { arn, policy: allow({ Service: "ecr.amazonaws.com" }) })]),
      passes,
    );
  });

  it("ignores other secrets, and policies of other things", async () => {
    const s = secret("s", { arn });
    const other = resource("shop:index:Topic", "t", { secretArn: arn, policy: allow("*") });
    assert.deepEqual(await run(policy, [s, other]), passes);
    assert.deepEqual(await run(policy, [secret("s", { name: "db", kmsKeyId: "k", policy: allow("*") })]), passes);
  });

  it("fails another key, also one that is not created yet", async () => {
    const expected = ["s: The secret has a kmsKeyId other than alias/aws/secretsmanager."];
    assert.deepEqual((await run(policy, [secret("s", { kmsKeyId: "alias/mine" })])).violations, expected);
    const id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    for (const kmsKeyId of [id, `arn:aws:kms:eu-central-1:111122223333:key/${id}`]) {
      const { violations, notes } = await run(policy, [secret("s", { kmsKeyId })]);
      assert.deepEqual([violations.length, notes.length], [0, 1], "it may be the default key's");
    }
    for (const kmsKeyId of ["my/alias/aws/secretsmanager", "alias/aws/secretsmanager-2", `${keyArn}2`, `x${keyArn}`]) {
      assert.deepEqual((await run(policy, [secret("s", { kmsKeyId })])).violations, expected, kmsKeyId);
    }
    for (const type of ["aws:kms/alias:Alias", "aws:kms/replicaKey:ReplicaKey"]) {
      const made = secret("s", { kmsKeyId: later }, { feeds: { kmsKeyId: [resource(type, "key", {})] } });
      assert.deepEqual((await run(policy, [made])).violations, expected, type);
    }
    const key = resource("aws:kms/key:Key", "key", {});
    const fed = secret("s", { kmsKeyId: later }, { feeds: { kmsKeyId: [key] } });
    assert.deepEqual((await run(policy, [fed])).violations, expected);
    const both = secret("s", { kmsKeyId: later }, { feeds: { kmsKeyId: [rule("r"), key] } });
    assert.deepEqual((await run(policy, [both])).violations, expected);
    const open = secret("s", { kmsKeyId: later }, { feeds: { kmsKeyId: [rule("r")] } });
    assert.deepEqual(await run(policy, [open]), undecidedFor(policy, "s"));
  });

  it("fails another key of a replica", async () => {
    const expected = ["s: A replica of the secret has a kmsKeyId other than alias/aws/secretsmanager."];
    const judge = (replicas: unknown, feeds = {}) => run(policy, [secret("s", { replicas }, { feeds })]);
    assert.deepEqual((await judge([{ region: "a" }, { region: "b", kmsKeyId: "alias/mine" }])).violations, expected);
    assert.deepEqual(await judge([{ region: "a" }, { region: "b", kmsKeyId: "alias/aws/secretsmanager" }]), passes);
    assert.deepEqual((await judge([later, { region: "b", kmsKeyId: "alias/mine" }])).violations, expected);
    for (const replicas of [later, [later], [{ region: "a", kmsKeyId: later }]]) {
      assert.deepEqual(await judge(replicas), passes, "the provider fills in what nobody gives");
      assert.deepEqual(await judge(replicas, { replicas: [rule("r")] }), undecidedFor(policy, "s"));
    }
  });

  for (const [title, document] of [
    ["everyone", allow("*")],
    ["everyone of a list", allow({ AWS: ["arn:aws:iam::111122223333:root", "*"] })],
    [
      "all but one",
      JSON.stringify({ Statement: { Effect: "Allow", NotPrincipal: { AWS: "111122223333" }, Action: "*" } }),
    ],
    ["another account", allow({ AWS: "444455556666" })],
    ["this account and another by name", allow({ AWS: ["arn:aws:iam::111122223333:root", "444455556666"] })],
    ["a role of another account", allow({ AWS: ["arn:aws:iam::444455556666:role/x"] })],
    [
      "everyone of another account",
      allow("*", { Condition: { StringEquals: { "aws:PrincipalAccount": "444455556666" } } }),
    ],
    [
      "roles of another account",
      allow("*", { Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/*" } } }),
    ],
    [
      "this account and another",
      allow("*", { Condition: { StringEquals: { "aws:PrincipalAccount": ["111122223333", "444455556666"] } } }),
    ],
    ["the whole internet of version 6", allow("*", { Condition: { IpAddress: { "aws:SourceIp": "::/0" } } })],
  ] as const) {
    it(`fails a policy for ${title}, inline or attached`, async () => {
      assert.equal((await run(policy, [secret("s", { arn, policy: document })])).violations.length, 1);
      const s = secret("s", { arn });
      const attached = secretPolicy("p", { secretArn: later, policy: document }, { feeds: { secretArn: [s] } });
      const { violations } = await run(policy, [s, attached]);
      assert.equal(violations.length, 1);
      assert.match(violations[0] ?? "", /^s: Statement 1 of the secret's policy lets /);
    });
  }

  it("passes trusted accounts, and everyone in the secret's own account", async () => {
    const config = { trustedAccounts: ["444455556666"] };
    assert.deepEqual(await run(policy, [secret("s", { arn, policy: allow({ AWS: "444455556666" }) })], config), passes);
    const own = allow("*", { Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } } });
    assert.deepEqual(await run(policy, [secret("s", { arn, policy: own })]), passes);
    for (const condition of [
      { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } },
      { StringEquals: { "aws:ResourceAccount": ownAccount } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" } },
      { StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } },
    ]) {
      const bound = allow("*", { Condition: condition });
      assert.deepEqual(await run(policy, [secret("s", { arn, policy: bound })]), passes, JSON.stringify(condition));
    }
    const denied = allow("*").replace("Allow", "Deny");
    assert.deepEqual(await run(policy, [secret("s", { arn, policy: denied })]), passes);
    const other = allow({ AWS: "444455556666" }).replace("Allow", "Deny");
    assert.deepEqual(await run(policy, [secret("s", { arn, policy: other })]), passes, "it only names the account");
  });

  it("judges what a first preview shows: no ARN, and a policy that is not known yet", async () => {
    const first = { arn: later, policy: later };
    assert.deepEqual(await run(policy, [secret("s", first)]), passes);
    const account = secret("s", { ...first, policy: allow({ AWS: "444455556666" }) });
    assert.deepEqual(await run(policy, [account]), undecidedFor(policy, "s"));
    const two = secret("s", { ...first, policy: allow({ AWS: ["444455556666", "777788889999"] }) });
    assert.equal((await run(policy, [two])).violations.length, 1);
    assert.equal((await run(policy, [secret("s", { ...first, policy: allow("*") })])).violations.length, 1);
    const fed = secret("s", first, { feeds: { policy: [rule("r")] } });
    assert.deepEqual(await run(policy, [fed]), undecidedFor(policy, "s"));
    const partly = (AWS: unknown) => ({ Statement: { Effect: "Allow", Principal: { AWS }, Action: later } });
    const known = (AWS: unknown) => run(policy, [secret("s", { arn, policy: partly(AWS) })]);
    assert.deepEqual(await known("444455556666"), undecidedFor(policy, "s"));
    assert.deepEqual(await known("111122223333"), passes);
    assert.deepEqual(await known("*"), undecidedFor(policy, "s"));
  });

  it("recognizes a rule's secret by its use, whatever its name", async () => {
    const bad = { name: later, kmsKeyId: "alias/mine" };
    assert.deepEqual(await run(policy, [secret("s", bad)]), passes);
    const s = secret("s", bad);
    const version = secretVersion("v", {}, { feeds: { secretId: [s] } });
    const r = rule("r", { credentialArn: later }, { feeds: { credentialArn: [version] } });
    assert.equal((await run(policy, [s, version, r])).violations.length, 1);
  });

  it("survives hostile documents", async () => {
    for (const document of [
      "{",
      "[]",
      '{"Statement": 1}',
      `{"Statement": ${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    ]) {
      assert.deepEqual(await run(policy, [secret("s", { arn, policy: document })]), passes);
    }
    const many = JSON.stringify({
      Statement: Array.from({ length: 20_000 }, () => ({ Effect: "Allow", Principal: "*", Action: "*" })),
    });
    assert.ok((await run(policy, [secret("s", { arn, policy: many })])).violations.length === 1);
  });

  it("ignores excluded names, and does not show the secret's value", async () => {
    const bad = secret("s", { kmsKeyId: "planted-key", policy: allow({ AWS: "444455556666" }), arn });
    assert.deepEqual(await run(policy, [bad], { exclude: ["s"] }), passes);
    const { violations } = await run(policy, [bad]);
    assert.ok(violations.length === 2 && !/planted|444455556666/.test(violations.join()));
  });
});
