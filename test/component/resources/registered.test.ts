import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCache, PullThroughCacheArgs } from "../../../component/index";
import { rolePolicy, sizeWarning } from "../../../component/resources/create/puller";
import { promiseOf } from "../../support/promise";
import { ACCOUNT, REGION } from "./monitor";
import { arn, EVERYTHING, KEY, OTHER, OTHER_ECR, ROLE, run, SECRET, TOKEN } from "./programs";

const REGIONS = [REGION, "eu-west-1"];

/** Outputs whose values are too long to compare as a whole. */
interface Outputs {
  readonly pullPolicyJson: string;
  readonly registryPolicyStatements: readonly string[];
  readonly upstreamPolicyStatements: { readonly [key: string]: string };
}

/** What the program with everything does not show. */
const SETTINGS: readonly (readonly [
  what: string,
  args: PullThroughCacheArgs,
  resource: readonly [type: string, name: string],
  expected: object,
])[] = [
  [
    "the name of a secret",
    { registries: { ghcr: { secret: { name: "ecr-pullthroughcache/hub" } } }, credentials: { ghcr: TOKEN } },
    ["Secret", "cache-ghcr"],
    { name: "ecr-pullthroughcache/hub", namePrefix: undefined },
  ],
  [
    "a role for one template",
    { registries: { quay: { resourceTags: { a: "b" }, templateRoleArn: ROLE } } },
    ["RepositoryCreationTemplate", "cache-quay"],
    { customRoleArn: ROLE },
  ],
  [
    "a key, which is removed by replacing the template",
    { registries: { quay: { encryption: { kmsKey: KEY } } } },
    ["RepositoryCreationTemplate", "cache-quay"],
    { encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY }], replacementTrigger: "a kmsKey" },
  ],
  [
    "a secret, which AWS sees already",
    { registries: { ghcr: { credentialArn: SECRET } } },
    ["PullThroughCacheRule", "cache-ghcr"],
    { credentialArn: SECRET, ignoreChanges: [], retries: 0 },
  ],
  [
    "a secret, which AWS may not see yet",
    { registries: { ghcr: { credentialArn: pulumi.output(SECRET) } } },
    ["PullThroughCacheRule", "cache-ghcr"],
    { credentialArn: SECRET, retries: 1 },
  ],
  [
    "a role, which AWS may not see yet",
    { registries: { ecr: { registry: OTHER_ECR, roleArn: pulumi.output(ROLE) } } },
    ["PullThroughCacheRule", "cache-ecr"],
    { customRoleArn: ROLE, retries: 1 },
  ],
  [
    "the prefix ROOT, for which AWS may return an upstream prefix",
    { registries: { quay: { prefix: "ROOT" } } },
    ["PullThroughCacheRule", "cache-ROOT"],
    { ecrRepositoryPrefix: "ROOT", ignoreChanges: ["upstreamRepositoryPrefix"] },
  ],
];

describe("what the component registers", () => {
  for (const [what, args, [type, name], expected] of SETTINGS) {
    it(`has ${what}`, async () => {
      const { inputs, hooks, ...request } = (await run(args)).monitor.find(type, name);
      const found: Record<string, unknown> = {
        ...inputs,
        ...request,
        name: inputs.name,
        retries: hooks.onError.length,
      };
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, found[key]])), expected);
    });
  }

  it("shortens the name of a policy that is too long for IAM", async () => {
    const long = "n".repeat(130);
    const { monitor } = await run({ registries: { quay: {} }, pullerRoles: { [long]: ROLE } });
    const name = String(monitor.find("RolePolicy", `cache-pull-${long}`).inputs.name);
    assert.match(name, /^project-stack-cache-pull-n+-[0-9a-f]{8}$/);
    assert.equal(name.length, 128);
  });

  it("refuses a role's policy that is too long for IAM, and warns about a document for any use", () => {
    assert.equal(sizeWarning("a".repeat(6144)), undefined);
    assert.match(sizeWarning("a".repeat(6145)) ?? "", /^pullPolicyJson has 6145 .* a managed policy at most 6144\./);
    assert.equal(rolePolicy("a".repeat(10_240), "ci"), "a".repeat(10_240));
    assert.throws(() => rolePolicy("a".repeat(10_241), "ci"), {
      message: /^The policy that lets ci pull would have 10241 characters; IAM allows a role 10240 /,
    });
  });

  it("encrypts in each Region with its own key, which the role may use", async () => {
    const kmsKeys = Object.fromEntries(REGIONS.map((region) => [region, arn("kms", "key/0123abcd", region)]));
    const { monitor } = await run({ registries: { quay: { encryption: { kmsKeys } } }, regions: REGIONS });
    const policy = String(monitor.find("RolePolicy", "cache-template").inputs.policy);
    for (const [region, kmsKey] of Object.entries(kmsKeys)) {
      const { encryptionConfigurations } = monitor.find("RepositoryCreationTemplate", `cache-quay@${region}`).inputs;
      assert.deepEqual(encryptionConfigurations, [{ encryptionType: "KMS", kmsKey }]);
      assert.ok(policy.includes(kmsKey), region);
    }
  });

  it("keeps resources that earlier versions named after the key", async () => {
    const aliasesOf = async (regions?: string[]) => {
      const registries = { hub: { registry: "quay", prefix: "team/quay" } };
      const { requests } = (await run({ registries, regions })).monitor;
      const rules = requests.filter(({ type }) => type === "PullThroughCacheRule");
      const start = /^urn:pulumi:stack::project::pull-through-cache:index:PullThroughCache\$aws:ecr\/pull.*Rule::/;
      return rules.map(({ name, aliases }) => [name, aliases.map((alias) => alias.replace(start, ""))]);
    };
    assert.deepEqual(await aliasesOf(), [
      ["cache-team/quay", ["cache-hub", `cache-team/quay@${REGION}`, `cache-hub@${REGION}`]],
    ]);
    assert.deepEqual(await aliasesOf(REGIONS), [
      [`cache-team/quay@${REGION}`, [`cache-hub@${REGION}`, "cache-team/quay", "cache-hub"]],
      ["cache-team/quay@eu-west-1", ["cache-hub@eu-west-1", "cache-team/quay@eu-west-1"]],
    ]);
  });

  it("describes alerts so that AWS accepts it, however long the name of the component is", async () => {
    const name = "c".repeat(512);
    const { monitor } = await run({ ...EVERYTHING, pullerRoles: {} }, { name });
    // API models of Amazon EventBridge, RuleDescription, and of EventBridge Scheduler, Description.
    for (const [type, resource, start] of [
      ["EventRule", `${name}-alerts`, "Failed imports of the pull through cache "],
      ["Schedule", `${name}-reminder-dockerhub-7`, "A token of the pull through cache "],
    ] as const) {
      assert.equal(monitor.find(type, resource).inputs.description, `${start}${"c".repeat(512 - start.length)}`);
    }
  });

  it("uses given topics of alerts, and creates no topics and subscriptions for them", async () => {
    const registries = { quay: {} };
    const topicArns = Object.fromEntries([REGION, "eu-west-1"].map((region) => [region, arn("sns", "one", region)]));
    const regional = await run({ registries, regions: Object.keys(topicArns), alerts: { topicArns } });
    assert.deepEqual(await promiseOf(regional.cache.alertTopicArns), topicArns);
    const types = regional.monitor.requests.map(({ type }) => type);
    assert.ok(!types.some((type) => /^(Topic|Role|Schedule)/.test(type)), "and no role without reminders");
    for (const [region, topic] of Object.entries(topicArns))
      assert.equal(regional.monitor.find("EventTarget", `cache-alerts@${region}`).inputs.arn, topic);
    const topicArn = arn("sns", "one", REGION);
    const { monitor } = await run({ registries, alerts: { topicArn } });
    assert.equal(monitor.find("EventTarget", "cache-alerts").inputs.arn, topicArn);
  });

  it("gives URLs that wait for the rules", async () => {
    const { cache } = await run({ registries: { quay: {} } });
    const resources = await (cache.urls as unknown as { allResources(): Promise<Set<pulumi.Resource>> }).allResources();
    const waits = await Promise.all([...resources].map(({ urn }) => promiseOf(urn)));
    assert.ok(waits.join().includes("PullThroughCacheRule"), waits.join());
  });

  it("lets a workload wait for the rule that serves its image, in the Region that it pulls from", async () => {
    const registries = { quay: {}, all: { registry: "public.ecr.aws", prefix: "ROOT" } };
    const { cache } = await run({ registries, regions: REGIONS });
    for (const [image, region, rules] of [
      ["quay.io/org/app:1", undefined, [`cache-quay@${REGION}`]],
      ["quay.io/org/app:1", "eu-west-1", ["cache-quay@eu-west-1"]],
      ["public.ecr.aws/nginx/nginx:1", undefined, [`cache-ROOT@${REGION}`]],
      ["ghcr.io/org/app:1", undefined, []],
    ] as const) {
      assert.deepEqual(await waitsFor(cache, image, region), rules);
    }
  });

  async function waitsFor(cache: PullThroughCache, image: string, region?: string) {
    const props = { spec: { containers: [{ image }] } };
    const pod = { custom: true, type: "kubernetes:core/v1:Pod", name: "pod", props, opts: {} };
    const result = await cache.imageTransform({}, region)(pod);
    const { dependsOn = [] } = (result?.opts ?? {}) as { dependsOn?: pulumi.Resource[] };
    return Promise.all(dependsOn.map(async ({ urn }) => (await promiseOf(urn)).split("::").at(-1)));
  }

  it("has the outputs that it documents", async () => {
    const { monitor } = await run({ ...EVERYTHING, regions: REGIONS });
    const of = <T>(names: readonly string[], value: (name: string) => T) =>
      Object.fromEntries(names.map((name) => [name, value(name)]));
    const host = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;
    const arnOf = (name: string) => arn("secretsmanager", `secret:cache-${name}`, REGION);
    const keys = ["dockerhub", "ecr", "quay"];
    const hosts: { readonly [key: string]: string } = {
      dockerhub: "registry-1.docker.io",
      ecr: OTHER_ECR,
      quay: "quay.io",
    };
    const ids = keys.flatMap((key) => REGIONS.map((region) => `${key}@${region}`));
    const { pullPolicyJson, registryPolicyStatements, upstreamPolicyStatements, ...others } = monitor.outputs.get(
      "cache",
    ) as unknown as Outputs;
    assert.deepEqual(others, {
      urls: of(keys, (key) => `${host(REGION)}/${key}`),
      regionalUrls: of(REGIONS, (region) => of(keys, (key) => `${host(region)}/${key}`)),
      upstreamUrls: {
        "registry-1.docker.io": `${host(REGION)}/dockerhub`,
        "quay.io": `${host(REGION)}/quay`,
        [`${OTHER_ECR}/base`]: `${host(REGION)}/ecr`,
      },
      cacheRules: of(REGIONS, (region) => [
        { upstream: hosts.dockerhub, url: `${host(region)}/dockerhub`, repositories: ["library/*"] },
        { upstream: hosts.ecr, url: `${host(region)}/ecr`, upstreamPrefix: "base" },
        { upstream: hosts.quay, url: `${host(region)}/quay` },
      ]),
      prefixes: of(keys, (key) => key),
      rules: of(ids, (id) => {
        const [key = "", region] = id.split("@");
        const part = key === "ecr" && { upstreamRepositoryPrefix: "base" };
        return { ecrRepositoryPrefix: key, upstreamRegistryUrl: hosts[key], ...part, region };
      }),
      secretArns: of(["dockerhub@us-east-1", "dockerhub@eu-west-1"], arnOf),
      templates: of(ids, (id) => id.split("@")[0]),
      roleArns: of(["template", "upstream"], arnOf),
      scanningFilters: ["dockerhub/*", "ecr/*", "quay/*"],
      alertTopicArns: of(REGIONS, (region) => arnOf(`alerts@${region}`)),
      tokenExpires: { dockerhub: "2199-01-31" },
    });
    const summary = (statements: readonly { Sid: string; Resource: unknown }[]) =>
      statements.map(({ Sid, Resource }) => [Sid, Resource]);
    const names = (...wanted: string[]) => wanted.map((name) => `arn:aws:ecr:*:${ACCOUNT}:repository/${name}`);
    assert.deepEqual(summary(JSON.parse(pullPolicyJson).Statement), [
      ["LogIn", "*"],
      ["PullThroughCache", names("ecr/*", "quay/*")],
      ["PullThroughCacheCached", names("dockerhub/*")],
      ["PullThroughCacheFirstPull", names("dockerhub/library/*")],
    ]);
    assert.deepEqual(
      summary(registryPolicyStatements.map((statement) => JSON.parse(statement))),
      ["Principals", "Organization"].map((who) => [`PullThroughCachec38b90c01${who}`, names("quay/*")]),
    );
    assert.deepEqual(Object.keys(upstreamPolicyStatements), ["ecr"]);
  });

  it("has a given secret among the outputs", async () => {
    const { cache } = await run({ registries: { ghcr: { credentialArn: SECRET } } });
    assert.deepEqual(await promiseOf(cache.secretArns), { ghcr: SECRET });
  });

  it("asks the owners of ECR upstreams for what it caches from them", async () => {
    const registry = OTHER_ECR;
    const registries = {
      ecr: { registry },
      team: { registry, upstreamPrefix: "aa/" },
      all: { registry, prefix: "ROOT" },
    };
    const { cache } = await run({ registries });
    const rules = Object.values(await promiseOf(cache.cacheRules)).flat();
    assert.deepEqual(rules.map(({ upstreamPrefix }) => upstreamPrefix).sort(), ["aa", undefined, undefined]);
    const found = Object.entries(await promiseOf(cache.upstreamPolicyStatements));
    const asked = found.map(([key, json]) => [key, JSON.parse(json).Resource.replace(/.*:/, "")]);
    assert.deepEqual(Object.fromEntries(asked), { ecr: "repository/*", team: "repository/aa/*", all: "repository/*" });
    const { Principal, Resource } = JSON.parse(found[0]?.[1] ?? "");
    assert.equal(Principal.AWS, `arn:aws:iam::${ACCOUNT}:root`);
    assert.match(Resource, new RegExp(`^arn:aws:ecr:eu-west-1:${OTHER}:`));
  });
});
