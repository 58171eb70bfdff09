import assert from "node:assert/strict";
import { ruleHasCredential as policy } from "../../../policy-pack/policies/rule-has-credential";
import { later, passes, rule, run, secret, secretVersion, undecidedFor } from "../support";

const arn = (region: string, name: string) => `arn:aws:secretsmanager:${region}:111122223333:secret:${name}`;
const hub = (props: object, options = {}) =>
  rule("hub", { upstreamRegistryUrl: "registry-1.docker.io", ...props }, options);
const good = arn("eu-central-1", "ecr-pullthroughcache/hub-AbCdEf");

describe("rule-has-credential", () => {
  it("passes public upstreams, and others with a credential", async () => {
    for (const upstreamRegistryUrl of ["quay.io", "public.ecr.aws", "registry.k8s.io"]) {
      assert.deepEqual(await run(policy, [rule("r", { upstreamRegistryUrl })]), passes);
    }
    assert.deepEqual(await run(policy, [hub({ credentialArn: good })]), passes);
  });

  for (const host of [
    "registry-1.docker.io",
    "ghcr.io",
    "registry.gitlab.com",
    "cgr.dev",
    "shop.azurecr.io",
    "https://GHCR.io/",
  ]) {
    it(`fails ${host} without one`, async () => {
      const { violations } = await run(policy, [rule("r", { upstreamRegistryUrl: host })]);
      assert.equal(violations.length, 1);
      assert.match(violations[0] ?? "", /requires credentials/);
    });
  }

  it("fails a credential that ECR cannot use", async () => {
    const why = async (credentialArn: string, options = {}) =>
      (await run(policy, [hub({ credentialArn }, options)])).violations.join();
    assert.match(await why(arn("eu-central-1", "docker-hub")), /does not start with ecr-pullthroughcache/);
    assert.match(await why(arn("us-east-1", "ecr-pullthroughcache/hub")), /is in us-east-1, the rule in eu-central-1/);
    for (const name of ["my-ecr-pullthroughcache/hub", "ecr-pullthroughcache/", "ecr-pullthroughcache/a b"]) {
      assert.match(await why(arn("eu-central-1", name)), /does not start with ecr-pullthroughcache/, name);
    }
    for (const text of ["ecr-pullthroughcache/hub", `x${good}`, arn("eu-central-1", "")]) {
      assert.match(await why(text), /not the full ARN/, text);
    }
    const provider = { name: "p", props: { region: "eu-central-1", allowedAccountIds: ["444455556666"] } };
    assert.match(await why(good, { provider }), /another account/);
  });

  it("finds the secret behind an ARN that is not known yet", async () => {
    const judge = (name: unknown, props: object = {}) => {
      const one = secret("s", { name, ...props });
      const version = secretVersion("v", { secretId: later }, { feeds: { secretId: [one] } });
      return run(policy, [one, version, hub({ credentialArn: later }, { feeds: { credentialArn: [version] } })]);
    };
    assert.deepEqual(await judge("ecr-pullthroughcache/hub"), passes);
    assert.deepEqual(await judge(undefined, { namePrefix: "ecr-pullthroughcache/" }), passes);
    for (const name of ["docker-hub", undefined]) {
      assert.match((await judge(name)).violations.join(), /does not start with/, name);
    }
    assert.match((await judge("ecr-pullthroughcache/hub", { region: "us-east-1" })).violations.join(), /us-east-1/);
    assert.deepEqual(await judge(later), undecidedFor(policy, "hub"));
  });

  it("finds a secret that is replicated to the rule's Region", async () => {
    const judge = (replicas: unknown, ruleRegion: object = {}) => {
      const one = secret("s", { region: "us-east-1", replicas });
      return run(policy, [one, hub({ credentialArn: later, ...ruleRegion }, { feeds: { credentialArn: [one] } })]);
    };
    assert.deepEqual(await judge([{ region: "eu-west-1" }, { region: "eu-central-1" }]), passes);
    assert.match(
      (await judge([{ region: "eu-west-1" }])).violations.join(),
      /is in us-east-1, the rule in eu-central-1/,
    );
    assert.match((await judge([])).violations.join(), /is in us-east-1/);
    for (const open of [later, [later], [{ region: later }]]) {
      assert.deepEqual(await judge(open), undecidedFor(policy, "hub"), JSON.stringify(open));
    }
    assert.deepEqual(await judge(later, { region: "us-east-1" }), passes);
    const [one, x] = [secret("s", { region: "us-east-1", replicas: [{ region: later }] }), rule("x")];
    const somewhere = hub({ credentialArn: later, region: later }, { feeds: { credentialArn: [one], region: [x] } });
    assert.deepEqual(await run(policy, [one, somewhere]), undecidedFor(policy, "hub"));
  });

  it("reports what it cannot decide yet, and decides the rest", async () => {
    assert.deepEqual(await run(policy, [hub({ credentialArn: later })]), undecidedFor(policy, "hub"));
    const [a, b] = [secret("a"), secret("b", { name: "other" })];
    const either = hub({ credentialArn: later }, { feeds: { credentialArn: [a, b] } });
    assert.deepEqual(await run(policy, [either]), undecidedFor(policy, "hub"));
    const fedBy = (...feeds: ReturnType<typeof secret>[]) =>
      run(policy, [hub({ credentialArn: later }, { feeds: { credentialArn: feeds } })]);
    assert.deepEqual(await fedBy(a, secret("c", { name: "ecr-pullthroughcache/other" })), passes, "either is right");
    assert.equal((await fedBy(b, secret("c", { name: "another" }))).violations.length, 1, "either is wrong");
    const unnamed = [secret("c", { name: later }), secret("d", { name: later })];
    assert.deepEqual(await fedBy(...unnamed), undecidedFor(policy, "hub"));
    assert.deepEqual(await run(policy, [rule("r", { upstreamRegistryUrl: later })]), undecidedFor(policy, "r"));
    assert.equal(
      (await run(policy, [rule("x", { upstreamRegistryUrl: "ghcr.io" }), hub({ credentialArn: later })])).violations
        .length,
      1,
    );
  });

  it("requires a role for another account's ECR", async () => {
    const ecr = (account: string, props: object = {}, known: object = {}) =>
      rule("e", { upstreamRegistryUrl: `${account}.dkr.ecr.us-east-1.amazonaws.com`, ...props, ...known });
    const here = { registryId: "111122223333" };
    assert.deepEqual(await run(policy, [ecr("111122223333", {}, here)]), passes);
    assert.match((await run(policy, [ecr("444455556666", {}, here)])).violations.join(), /no customRoleArn/);
    assert.deepEqual(await run(policy, [ecr("444455556666", { customRoleArn: later }, here)]), passes);
    assert.deepEqual(await run(policy, [ecr("444455556666", {}, { registryId: later })]), undecidedFor(policy, "e"));
  });

  it("reads the account from the roles that a provider assumes, also in @pulumi/aws 6", async () => {
    const role = (account: string) => ({ roleArn: `arn:aws:iam::${account}:role/deployer` });
    const judge = async (props: object) => {
      const provider = { name: "p", props: { region: "eu-central-1", ...props } };
      return run(policy, [hub({ credentialArn: good }, { provider })]);
    };
    const [mine, other] = [role("111122223333"), role("444455556666")];
    for (const setting of ["assumeRole", "assumeRoleWithWebIdentity"]) {
      assert.deepEqual(await judge({ [setting]: JSON.stringify(mine) }), passes);
      assert.match((await judge({ [setting]: JSON.stringify(other) })).violations.join(), /another account/);
    }
    assert.deepEqual(await judge({ assumeRoles: JSON.stringify([other, mine]) }), passes);
    assert.match((await judge({ assumeRoles: JSON.stringify([mine, other]) })).violations.join(), /another account/);
    const chained = { assumeRoleWithWebIdentity: JSON.stringify(other), assumeRoles: JSON.stringify([mine]) };
    assert.deepEqual(await judge(chained), passes);
    assert.deepEqual(await judge({ assumeRoles: "[]" }), passes);
  });

  it("never shows the ARN", async () => {
    const { violations } = await run(policy, [hub({ credentialArn: arn("us-east-1", "planted-value") })]);
    assert.ok(violations.length > 0 && !violations.join().includes("planted-value"));
  });

  it("ignores excluded names", async () => {
    assert.deepEqual(await run(policy, [hub({})], { exclude: ["h*"] }), passes);
  });
});
