import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../../local/provider/wire";
import { check, SETTINGS, typeOf } from "../offline";
import { ROLE, RULE, SCANNING, SECRET, TEMPLATE } from "../tokens";

describe("check by the local AWS provider", () => {
  const refused: [what: string, token: string, inputs: Properties, property: string, reason: RegExp][] = [
    [
      "a short prefix",
      RULE,
      { ecrRepositoryPrefix: "a", upstreamRegistryUrl: "quay.io" },
      "ecrRepositoryPrefix",
      /range \(2 - 30\)/,
    ],
    [
      "a prefix with --",
      RULE,
      { ecrRepositoryPrefix: "a--b", upstreamRegistryUrl: "quay.io" },
      "ecrRepositoryPrefix",
      /alphanumeric/,
    ],
    ["no upstream", RULE, { ecrRepositoryPrefix: "hub" }, "upstreamRegistryUrl", /Missing required argument/],
    [
      "a bad ARN",
      RULE,
      { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "x", credentialArn: "hub" },
      "credentialArn",
      /invalid ARN/,
    ],
    [
      "an unknown argument",
      RULE,
      { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "x", upstream: "y" },
      "upstream",
      /unknown key/i,
    ],
    [
      "a long description",
      TEMPLATE,
      { prefix: "hub", appliedFors: ["REPLICATION"], description: "x".repeat(256) },
      "description",
      /0 - 255/,
    ],
    ["no use of the template", TEMPLATE, { prefix: "hub", appliedFors: [] }, "appliedFors", /at least 1/],
    [
      "a policy that is not JSON",
      TEMPLATE,
      { prefix: "hub", appliedFors: ["REPLICATION"], lifecyclePolicy: "{" },
      "lifecyclePolicy",
      /JSON/,
    ],
    [
      "a scan filter that ends in a slash",
      SCANNING,
      {
        scanType: "BASIC",
        rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "hub/", filterType: "WILDCARD" }] }],
      },
      "rules",
      /must match/,
    ],
    [
      "6 days of recovery",
      SECRET,
      { name: "s", recoveryWindowInDays: 6 },
      "recoveryWindowInDays",
      /0 or a whole number in the range \(7 - 30\)/,
    ],
    ["a name and a name prefix", SECRET, { name: "s", namePrefix: "t" }, "name", /conflicts with namePrefix/],
    ["a long role name", ROLE, { name: "r".repeat(65), assumeRolePolicy: "{}" }, "name", /1 - 64/],
  ];
  for (const [what, token, inputs, property, reason] of refused) {
    it(`refuses ${what}, at its property`, () => {
      const { refusals } = check(token, inputs);
      assert.deepEqual(
        refusals.map((refusal) => refusal.property),
        [property],
      );
      assert.match(refusals[0]?.reason ?? "", reason);
    });
  }

  const accepted: [what: string, token: string, inputs: Properties][] = [
    [
      "ROOT and a trailing slash",
      RULE,
      { ecrRepositoryPrefix: "hub/", upstreamRegistryUrl: "quay.io", upstreamRepositoryPrefix: "ROOT" },
    ],
    [
      "values that are not known yet",
      RULE,
      { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io", credentialArn: UNKNOWN },
    ],
    ["no recovery", SECRET, { name: "s", recoveryWindowInDays: 0 }],
    ["a region of its own", SECRET, { name: "s", region: "eu-west-1" }],
  ];
  for (const [what, token, inputs] of accepted) {
    it(`accepts ${what}`, () => assert.deepEqual(check(token, inputs).refusals, []));
  }

  it("never repeats a value, which may be secret", () => {
    const { refusals } = check(SECRET, { name: "canary!", kmsKeyId: "k", tags: "canary" });
    assert.equal(refusals.length, 2);
    assert.ok(!JSON.stringify(refusals).includes("canary"));
  });

  it("fills in the provider's defaults and marks them", () => {
    assert.deepEqual(check(SECRET, { name: "s" }).inputs, {
      name: "s",
      recoveryWindowInDays: 30,
      forceOverwriteReplicaSecret: false,
      region: "us-east-1",
      tagsAll: {},
      __defaults: ["recoveryWindowInDays", "forceOverwriteReplicaSecret"],
    });
  });

  it("adds the Region and all tags, and notes in every object that it has no defaults", () => {
    const settings = { ...SETTINGS, defaultTags: '{"tags":{"team":"a"}}' };
    const { tagsAll } = check(SECRET, { name: "s", tags: { app: "b" } }, {}, settings).inputs;
    assert.deepEqual(tagsAll, { team: "a", app: "b" });
    assert.equal(check(SECRET, { name: "s", tags: { app: UNKNOWN } }, {}, settings).inputs.tagsAll, UNKNOWN);
    const { inputs } = check(TEMPLATE, {
      prefix: "hub",
      appliedFors: ["REPLICATION"],
      encryptionConfigurations: [{ encryptionType: "KMS" }],
      resourceTags: { team: "a" },
    });
    assert.equal(inputs.region, "us-east-1");
    assert.deepEqual(inputs.encryptionConfigurations, [{ encryptionType: "KMS", __defaults: [] }]);
    assert.deepEqual(inputs.resourceTags, { team: "a" });
    assert.equal("region" in check(ROLE, { assumeRolePolicy: "{}" }).inputs, false, "IAM is global");
  });

  it("leaves out tags that are not managed", () => {
    const settings = {
      ...SETTINGS,
      defaultTags: '{"tags":{"team":"a","cost-center":"1"}}',
      ignoreTags: '{"keys":["team"],"keyPrefixes":["cost-"]}',
    };
    assert.deepEqual(check(SECRET, { name: "s", tags: { app: "b" } }, {}, settings).inputs.tagsAll, { app: "b" });
  });

  it("has no name before the resource is created if it has a prefix", () => {
    const { inputs } = check(SECRET, { namePrefix: "ecr-pullthroughcache/hub-" });
    assert.equal("name" in inputs, false);
    assert.equal(typeOf(SECRET).previewCreate(inputs).name, UNKNOWN);
  });

  it("refuses an automatic name that would be too long", () => {
    const long = (token: string, length: number) => () =>
      typeOf(token).check({
        name: "n".repeat(length),
        old: {},
        inputs: { assumeRolePolicy: "{}" },
        seed: new Uint8Array([1]),
      });
    assert.match(String(long(ROLE, 56)().inputs.name), /^n{56}-[0-9a-f]{7}$/);
    assert.throws(
      long(ROLE, 57),
      /could not make instance of 'aws:iam\/role:Role': name 'n{57}-' plus 7 random chars is longer than maximum length 64/,
    );
    assert.equal(String(long(SECRET, 247)().inputs.name).length, 255);
    assert.throws(long(SECRET, 248), /longer than maximum length 255/);
  });

  it("follows the stack's pulumi:autonaming", () => {
    const named = (mode: "propose" | "enforce" | "disable", proposedName: string) =>
      typeOf(ROLE).check({
        name: "web",
        old: {},
        inputs: { assumeRolePolicy: "{}" },
        seed: new Uint8Array([1]),
        autonaming: { mode, proposedName },
      });
    assert.equal(named("propose", "web").inputs.name, "web");
    assert.equal(named("propose", "n".repeat(64)).inputs.name, "n".repeat(64));
    assert.throws(() => named("propose", "n".repeat(65)), /exceeds maximum length of 64/);
    assert.equal(named("enforce", "n".repeat(64)).inputs.name, "n".repeat(64));
    assert.throws(() => named("disable", ""), /automatic naming is disabled but no explicit name was provided/);
  });

  it("derives a name from the logical name, keeps it, and accepts policies as objects", () => {
    const unseeded = () => {
      const given = { name: "web", old: {}, inputs: { assumeRolePolicy: "{}" }, seed: new Uint8Array() };
      return typeOf(ROLE).check(given).inputs.name;
    };
    assert.notEqual(unseeded(), unseeded());
    const seeded = () => check(ROLE, { assumeRolePolicy: "{}" }).inputs.name;
    assert.equal(seeded(), seeded());
    const first = check(ROLE, { assumeRolePolicy: { Version: "2012-10-17" } }).inputs;
    assert.match(String(first.name), /^web-[0-9a-f]{7}$/);
    assert.equal(first.assumeRolePolicy, '{"Version":"2012-10-17"}');
    const again = typeOf(ROLE).check({
      name: "web",
      old: first,
      inputs: { assumeRolePolicy: "{}" },
      seed: new Uint8Array([2]),
    });
    assert.equal(again.inputs.name, first.name);
  });
});
