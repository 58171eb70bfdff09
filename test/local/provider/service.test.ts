import assert from "node:assert/strict";
import { awsPlugin } from "../../../local/provider/aws/plugin";
import { policyDocument } from "../../../local/provider/aws/policy-document";
import { TABLE } from "../../../local/provider/aws/table";
import type { ResourceType } from "../../../local/provider/plugin";
import { type Properties, UNKNOWN } from "../../../local/provider/wire";

const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
const SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const ROLE = "aws:iam/role:Role";
const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";

const SETTINGS = {
  region: "us-east-1",
  accessKey: "AKIAROOT111122223333",
  secretKey: "x",
  endpoints: '[{"ecr":"http://127.0.0.1:9"}]',
};

function typeOf(token: string, settings: Properties = SETTINGS): ResourceType {
  const plugin = awsPlugin();
  plugin.configure(settings);
  return plugin.resourceType(token);
}

function check(token: string, inputs: Properties, old: Properties = {}) {
  return typeOf(token).check({ name: "web", old, inputs, seed: new Uint8Array([1]) });
}

function diff(token: string, oldInputs: Properties, inputs: Properties, state: Properties = {}) {
  return typeOf(token).diff({ oldInputs, inputs, state: { region: "us-east-1", ...oldInputs, ...state } });
}

describe("local AWS provider", () => {
  describe("settings", () => {
    const refusal = (settings: Properties) => () =>
      typeOf(RULE, settings).previewCreate({ ecrRepositoryPrefix: "hub" });

    it("must name a region and credentials, and say how", () => {
      const { region, ...noRegion } = SETTINGS;
      const { accessKey, ...noKey } = SETTINGS;
      assert.throws(refusal(noRegion), /Missing region configuration.*pulumi config set aws:region/);
      assert.throws(refusal(noKey), /No valid credential sources/);
    });

    it("never lead to the real AWS", async () => {
      const { endpoints, ...noEndpoint } = SETTINGS;
      const saved = process.env.AWS_ENDPOINT_URL;
      delete process.env.AWS_ENDPOINT_URL;
      try {
        await assert.rejects(
          typeOf(RULE, noEndpoint).create({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" }),
          /no endpoint for ecr: set AWS_ENDPOINT_URL/,
        );
      } finally {
        if (saved !== undefined) process.env.AWS_ENDPOINT_URL = saved;
      }
    });
  });

  describe("check", () => {
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
        __defaults: ["recoveryWindowInDays", "forceOverwriteReplicaSecret"],
      });
    });

    it("makes a name of the logical name, keeps it, and makes policies of objects", () => {
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

  describe("diff", () => {
    const rule = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: ARN };

    it("replaces what AWS cannot change and updates the rest", () => {
      assert.deepEqual(diff(RULE, rule, { ...rule, upstreamRegistryUrl: "quay.io" }).replaces, ["upstreamRegistryUrl"]);
      assert.deepEqual(diff(RULE, rule, { ...rule, credentialArn: `${ARN}2` }), {
        changed: ["credentialArn"],
        replaces: [],
        deleteBeforeReplace: false,
      });
      assert.deepEqual(
        diff(VERSION, { secretId: ARN, secretString: "a" }, { secretId: ARN, secretString: "b" }).replaces,
        ["secretString"],
      );
    });

    it("replaces when the region changes, given or the provider's", () => {
      assert.deepEqual(diff(RULE, rule, { ...rule, region: "eu-west-1" }).replaces, ["region"]);
      assert.deepEqual(diff(RULE, { ...rule, region: "eu-west-1" }, rule, { region: "eu-west-1" }).replaces, [
        "region",
      ]);
      assert.deepEqual(diff(RULE, rule, { ...rule, region: "us-east-1" }).changed, []);
    });

    it("deletes first what keeps a name that the user chose, as the bridge does", () => {
      const secret = { name: "s", type: "a", __defaults: [] };
      assert.equal(diff(SECRET, secret, { ...secret, type: "b" }).deleteBeforeReplace, true);
      assert.equal(
        diff(SECRET, { ...secret, __defaults: ["name"] }, { ...secret, type: "b", __defaults: ["name"] })
          .deleteBeforeReplace,
        false,
      );
      assert.equal(diff(SECRET, secret, { ...secret, name: "t" }).deleteBeforeReplace, false);
    });

    it("sees no change in another order of a set or another spelling of a policy", () => {
      const before = {
        prefix: "hub",
        appliedFors: ["REPLICATION", "PULL_THROUGH_CACHE"],
        repositoryPolicy: '{"a":["x"],"b":1}',
      };
      const after = {
        prefix: "hub",
        appliedFors: ["PULL_THROUGH_CACHE", "REPLICATION"],
        repositoryPolicy: '{ "b": 1, "a": "x" }',
      };
      assert.deepEqual(diff(TEMPLATE, before, after).changed, []);
      assert.deepEqual(diff(TEMPLATE, before, { ...after, repositoryPolicy: '{"a":"y","b":1}' }).changed, [
        "repositoryPolicy",
      ]);
    });

    it("leaves alone what AWS chooses when the program says nothing", () => {
      const withPolicy = { name: "s", policy: '{"Version":"2012-10-17"}' };
      assert.deepEqual(diff(SECRET, withPolicy, { name: "s" }).changed, []);
      assert.deepEqual(diff(SECRET, withPolicy, { name: "s", policy: "{}" }).changed, ["policy"]);
    });

    it("takes an unknown value for a change", () => {
      assert.deepEqual(
        diff(VERSION, { secretId: ARN, secretString: "a" }, { secretId: UNKNOWN, secretString: "a" }).replaces,
        ["secretId"],
      );
    });

    it("updates tags when the provider's default tags change", () => {
      const type = typeOf(SECRET, { ...SETTINGS, defaultTags: '{"tags":{"team":"a"}}' });
      const state = { name: "s", region: "us-east-1", tagsAll: {} };
      assert.deepEqual(type.diff({ oldInputs: { name: "s" }, inputs: { name: "s" }, state }).changed, ["tagsAll"]);
    });
  });

  describe("preview", () => {
    it("knows all that AWS does not compute", () => {
      const preview = typeOf(SECRET).previewCreate(check(SECRET, { name: "s", tags: { a: "b" } }).inputs);
      assert.equal(preview.arn, UNKNOWN);
      assert.equal(preview.region, "us-east-1");
      assert.deepEqual(preview.tagsAll, { a: "b" });
      assert.equal(preview.__defaults, undefined);
      const rule = typeOf(RULE).previewCreate({
        ecrRepositoryPrefix: "hub",
        upstreamRegistryUrl: "quay.io",
        region: "eu-west-1",
      });
      assert.deepEqual(rule, {
        ecrRepositoryPrefix: "hub",
        upstreamRegistryUrl: "quay.io",
        region: "eu-west-1",
        registryId: UNKNOWN,
      });
    });

    it("of an update keeps what AWS computed", () => {
      const type = typeOf(RULE);
      const state = { ecrRepositoryPrefix: "hub", credentialArn: ARN, registryId: "111122223333", region: "us-east-1" };
      const preview = type.previewUpdate({ oldInputs: {}, state, inputs: { ecrRepositoryPrefix: "hub" } });
      assert.equal(preview.registryId, "111122223333");
      assert.equal("credentialArn" in preview, false);
    });
  });

  it("names the types it has when it is asked for another", () => {
    assert.throws(
      () => typeOf("aws:s3/bucket:Bucket"),
      /does not have aws:s3\/bucket:Bucket; it has .*PullThroughCacheRule/,
    );
  });

  it("has operations for every row of its table", () => {
    for (const token of Object.keys(TABLE)) assert.doesNotThrow(() => typeOf(token), token);
  });

  it("records workload resources as they are given", async () => {
    const type = typeOf("aws:ecs/taskDefinition:TaskDefinition");
    const { id, state } = await type.create({ family: "web", containerDefinitions: "[]" });
    assert.notEqual(id, "");
    assert.equal(state.containerDefinitions, "[]");
    assert.deepEqual(type.diff({ oldInputs: { family: "web" }, inputs: { family: "api" }, state }).replaces, [
      "family",
    ]);
  });

  it("writes policy documents as getPolicyDocument does", () => {
    const { minifiedJson } = policyDocument({
      statements: [
        {
          sid: "Pull",
          actions: ["ecr:BatchGetImage"],
          resources: ["*"],
          principals: [{ type: "AWS", identifiers: ["111122223333"] }],
          conditions: [{ test: "StringEquals", variable: "aws:PrincipalOrgID", values: ["o-1"] }],
        },
      ],
    });
    assert.deepEqual(JSON.parse(String(minifiedJson)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pull",
          Effect: "Allow",
          Principal: { AWS: "111122223333" },
          Action: "ecr:BatchGetImage",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
        },
      ],
    });
  });
});
