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

function check(token: string, inputs: Properties, old: Properties = {}, settings?: Properties) {
  return typeOf(token, settings).check({ name: "web", old, inputs, seed: new Uint8Array([1]) });
}

/** The difference between what was read and what a program asks for. */
function diff(token: string, state: Properties, inputs: Properties, settings?: Properties) {
  return typeOf(token, settings).diff({
    oldInputs: {},
    state: { region: "us-east-1", ...state },
    inputs: check(token, inputs, {}, settings).inputs,
  });
}

describe("local AWS provider", () => {
  describe("settings", () => {
    const refusal = (settings: Properties) => () =>
      typeOf(RULE, settings).previewCreate({ ecrRepositoryPrefix: "hub" });

    it("refuse the name of version 6 for assumed roles", () => {
      assert.throws(
        refusal({ ...SETTINGS, assumeRole: '{"roleArn":"arn:aws:iam::111122223333:role/deploy"}' }),
        /invalid config key 'aws:assumeRole', should be 'aws:assumeRoles'/,
      );
    });

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
      assert.throws(() => named("propose", "n".repeat(65)), /exceeds maximum length of 64/);
      assert.equal(named("enforce", "n".repeat(64)).inputs.name, "n".repeat(64));
      assert.throws(() => named("disable", ""), /automatic naming is disabled but no explicit name was provided/);
    });

    it("derives a name from the logical name, keeps it, and accepts policies as objects", () => {
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
    const template = {
      prefix: "hub",
      appliedFors: ["PULL_THROUGH_CACHE"],
      imageTagMutability: "MUTABLE",
      encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
    };

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

    it("compares with what was read back, not with the inputs of the last update", () => {
      const type = typeOf(RULE);
      const state = { ...rule, region: "us-east-1", upstreamRepositoryPrefix: "ROOT" };
      const { changed, replaces } = type.diff({ oldInputs: rule, state, inputs: check(RULE, rule).inputs });
      assert.deepEqual([changed, replaces], [["upstreamRepositoryPrefix"], ["upstreamRepositoryPrefix"]]);
      const drifted = { ...rule, region: "us-east-1", customRoleArn: "arn:aws:iam::111122223333:role/r" };
      assert.deepEqual(type.diff({ oldInputs: rule, state: drifted, inputs: check(RULE, rule).inputs }).changed, [
        "customRoleArn",
      ]);
    });

    it("ignores the changes that a program asks to ignore, also of inputs that it does not set", () => {
      const state = { ...rule, region: "us-east-1", upstreamRepositoryPrefix: "ROOT", credentialArn: `${ARN}2` };
      const args = { oldInputs: rule, state, inputs: check(RULE, rule).inputs };
      const ignoreChanges = ["upstreamRepositoryPrefix"];
      assert.deepEqual(typeOf(RULE).diff({ ...args, ignoreChanges }).changed, ["credentialArn"]);
      assert.equal(typeOf(RULE).previewUpdate({ ...args, ignoreChanges }).upstreamRepositoryPrefix, "ROOT");
    });

    it("replaces when the region changes, given or the provider's", () => {
      assert.deepEqual(diff(RULE, rule, { ...rule, region: "eu-west-1" }).replaces, ["region"]);
      assert.deepEqual(diff(RULE, { ...rule, region: "eu-west-1" }, rule).replaces, ["region"]);
      assert.deepEqual(diff(RULE, rule, { ...rule, region: "us-east-1" }).changed, []);
    });

    it("sets the Region of resources from version 6 in place", () => {
      const made = { ...rule, region: undefined };
      assert.deepEqual(diff(RULE, made, rule), { changed: ["region"], replaces: [], deleteBeforeReplace: false });
      assert.deepEqual(diff(RULE, made, { ...rule, region: "eu-west-1" }).replaces, ["region"]);
    });

    it("deletes resources with a given name before replacing them, as the bridge does", () => {
      const secret = { name: "s", type: "a", recoveryWindowInDays: 30 };
      assert.equal(diff(SECRET, secret, { name: "s", type: "b" }).deleteBeforeReplace, true);
      assert.equal(diff(SECRET, secret, { name: "t", type: "a" }).deleteBeforeReplace, true);
      assert.equal(diff(SECRET, secret, { name: "s", type: "a", description: "d" }).deleteBeforeReplace, false);
      const old = { name: "web-0123456", __defaults: ["name"] };
      const generated = check(SECRET, { type: "b" }, old).inputs;
      assert.equal(generated.name, "web-0123456");
      const state = { name: "web-0123456", type: "a", region: "us-east-1" };
      const { replaces, deleteBeforeReplace } = typeOf(SECRET).diff({ oldInputs: {}, state, inputs: generated });
      assert.deepEqual([replaces, deleteBeforeReplace], [["type"], false]);
    });

    it("deletes lifecycle policies and attachments before replacing them", () => {
      const lifecycle = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
      const policy = { repository: "hub/a", policy: '{"rules":[]}' };
      assert.equal(diff(lifecycle, policy, { ...policy, policy: '{"rules":[{}]}' }).deleteBeforeReplace, true);
      const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
      const attached = { role: "r", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
      assert.equal(diff(attachment, attached, { ...attached, role: "s" }).deleteBeforeReplace, true);
      assert.equal(diff(RULE, rule, { ...rule, upstreamRegistryUrl: "quay.io" }).deleteBeforeReplace, false);
    });

    it("sees no change in another order of a set or another spelling of a policy", () => {
      const before = {
        ...template,
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

    it("keeps what AWS chooses if the program does not set it", () => {
      const withPolicy = { name: "s", policy: '{"Version":"2012-10-17"}', recoveryWindowInDays: 30 };
      assert.deepEqual(diff(SECRET, withPolicy, { name: "s" }).changed, []);
      assert.deepEqual(diff(SECRET, withPolicy, { name: "s", policy: "{}" }).changed, ["policy"]);
    });

    it("keeps the key of a template's encryption that the program no longer names", () => {
      const key = "arn:aws:kms:us-east-1:111122223333:key/a";
      const state = { ...template, encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key }] };
      const asked = (encryptionConfigurations?: Properties[]) => ({
        prefix: "hub",
        appliedFors: ["PULL_THROUGH_CACHE"],
        encryptionConfigurations,
      });
      assert.deepEqual(diff(TEMPLATE, state, asked([{ encryptionType: "KMS" }])).changed, []);
      assert.deepEqual(diff(TEMPLATE, state, asked()).changed, []);
      const inputs = check(TEMPLATE, asked([{ encryptionType: "AES256" }])).inputs;
      const args = { oldInputs: {}, state: { ...state, region: "us-east-1" }, inputs };
      assert.deepEqual(typeOf(TEMPLATE).diff(args).changed, ["encryptionConfigurations"]);
      assert.deepEqual(typeOf(TEMPLATE).previewUpdate(args).encryptionConfigurations, [
        { encryptionType: "AES256", kmsKey: key },
      ]);
    });

    it("treats an unknown value as a change", () => {
      assert.deepEqual(
        diff(VERSION, { secretId: ARN, secretString: "a" }, { secretId: UNKNOWN, secretString: "a" }).replaces,
        ["secretId"],
      );
    });

    it("updates tags when the provider's default tags change", () => {
      const state = { name: "s", recoveryWindowInDays: 30, tagsAll: {} };
      const settings = { ...SETTINGS, defaultTags: '{"tags":{"team":"a"}}' };
      assert.deepEqual(diff(SECRET, state, { name: "s" }, settings).changed, ["tagsAll"]);
    });
  });

  describe("preview", () => {
    it("knows everything that AWS does not compute", () => {
      const preview = typeOf(SECRET).previewCreate(check(SECRET, { name: "s", tags: { a: "b" } }).inputs);
      assert.equal(preview.arn, UNKNOWN);
      assert.equal(preview.region, "us-east-1");
      assert.deepEqual(preview.tagsAll, { a: "b" });
      assert.equal(preview.__defaults, undefined);
      const rule = typeOf(RULE).previewCreate(
        check(RULE, { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io", region: "eu-west-1" }).inputs,
      );
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

  it("lists its types if it does not have the requested one", () => {
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
