import assert from "node:assert/strict";
import { dump } from "js-yaml";
import { cacheRules, findRules, regionOfRules } from "../../cli/caches/cache-rules";
import { type CacheSource, type EmptyRegion, findCaches } from "../../cli/caches/find";
import type { Cache, DeclaredTemplate } from "../../cli/caches/model";
import { cachesOfOutputs } from "../../cli/caches/outputs";
import { misnamed } from "../../cli/caches/own-names";
import { cachesOfFile } from "../../cli/caches/registries-file";
import { cachesOfStack } from "../../cli/caches/stack";
import type { Terminal } from "../../cli/terminal/terminal";
import { createImageDecider } from "../../component/images";
import { ACCOUNT, cloudForSuite, HUB, KEEP_50, REGION } from "./support";
import { arn, declared, ECR_TRUST, HIDDEN, KEY, made, PARTNER, PULL_ONLY, policy, statement } from "./verify/world";

const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:ecr-pullthroughcache/hub-AbCdEf`;
const OTHER = "us-east-1";
const URL = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const LIST = { upstream: HUB, url: `${URL}/hub`, repositories: ["library/*"] };
const [TAGS, ALL, SOME] = [{ team: "platform" }, policy(statement("*")), policy(statement("s3:*"))];

const OPEN = policy({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" });

/** The default of ECR and its provider. */
const PLAIN: DeclaredTemplate = {
  ...{ appliedFor: [], description: undefined, lifecyclePolicy: undefined, repositoryPolicy: undefined },
  ...{ imageTagMutability: "MUTABLE", imageTagMutabilityExclusionFilters: [], encryptionType: "AES256" },
  ...{ kmsKey: undefined, resourceTags: {}, customRoleArn: undefined },
};

const rule = (ecrRepositoryPrefix: string, inputs: object = {}, outputs: object = {}) =>
  declared("ecr/pullThroughCacheRule:PullThroughCacheRule", { ecrRepositoryPrefix, ...inputs }, outputs);
const template = (prefix: string, inputs: object = {}, outputs: object = {}) =>
  declared("ecr/repositoryCreationTemplate:RepositoryCreationTemplate", { prefix, ...inputs }, outputs);
const scanning = (scanType: unknown, ...filters: string[]) =>
  declared("ecr/registryScanningConfiguration:RegistryScanningConfiguration", {
    ...{
      scanType,
      rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: filters.map((filter) => ({ filter })) }],
    },
  });
const setting = (value: unknown) => declared("ecr/accountSetting:AccountSetting", { name: "SCOPE", value });
const role = (name: string) => ({ assumeRolePolicy: ECR_TRUST, name, tags: { own: "yes" } });
const place = (name: string) => ({ name, arn: arn(name) });

/** A stack with everything that the tool reads. */
const RESOURCES = [
  { type: "pulumi:pulumi:Stack", outputs: { cacheRules: [LIST, { upstream: HUB, url: `${URL}/open` }] } },
  rule(
    "hub/",
    { upstreamRegistryUrl: HUB, upstreamRepositoryPrefix: "a", credentialArn: SECRET, customRoleArn: arn("rule") },
    { registryId: ACCOUNT },
  ),
  rule("quay", { region: undefined, upstreamRegistryUrl: HIDDEN }, { region: OTHER }),
  { ...rule("gone"), delete: true },
  { ...rule("read"), external: true },
  template(
    "hub",
    {
      ...{ appliedFors: ["PULL_THROUGH_CACHE"], description: "d", lifecyclePolicy: KEEP_50, repositoryPolicy: ALL },
      ...{ imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: [{ filter: "dev*" }] },
      ...{ encryptionConfigurations: [{ encryptionType: "KMS" }], resourceTags: TAGS, customRoleArn: arn("template") },
    },
    { encryptionConfigurations: [{ kmsKey: KEY }] },
  ),
  template(
    "hub/library",
    { encryptionConfigurations: [{ kmsKey: "own" }] },
    { encryptionConfigurations: [{ kmsKey: KEY }] },
  ),
  template("hubble"),
  template("quay", { region: OTHER, description: HIDDEN }),
  template("hub", { region: OTHER, description: "of another Region" }),
  declared("secretsmanager/secret:Secret", { description: "other" }, { arn: "another" }),
  declared(
    "secretsmanager/secret:Secret",
    { description: "s", tags: { own: "yes" }, policy: SOME },
    { arn: SECRET, tagsAll: TAGS },
  ),
  declared("secretsmanager/secretPolicy:SecretPolicy", { secretArn: "another", policy: HIDDEN }),
  declared("secretsmanager/secretPolicy:SecretPolicy", { secretArn: SECRET, policy: ALL, more: HIDDEN }),
  declared("ecr/registryPolicy:RegistryPolicy", { policy: ALL }),
  scanning("BASIC", "hub/*", "b/*"),
  declared("ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion", { principalArn: arn("scanner") }),
  setting("V2"),
  declared("ecr/registryPolicy:RegistryPolicy", { region: OTHER, policy: HIDDEN }),
  { ...scanning(HIDDEN), inputs: { ...scanning(HIDDEN).inputs, region: OTHER } },
  declared("ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion", { region: OTHER, principalArn: HIDDEN }),
  declared("ecr/accountSetting:AccountSetting", { region: OTHER, name: "SCOPE", value: HIDDEN }),
  declared(
    "iam/role:Role",
    { ...role("rule"), tagsAll: TAGS, inlinePolicies: [{ name: "in", policy: SOME }] },
    { ...place("rule"), tagsAll: {} },
  ),
  declared("iam/role:Role", { ...role("template"), managedPolicyArns: [PULL_ONLY] }, place("template")),
  declared("iam/role:Role", role("others"), place("others")),
  made(
    "iam/role:Role",
    { ...role("own"), permissionsBoundary: "limit", tags: HIDDEN },
    { ...place("own"), tagsAll: TAGS },
  ),
  declared("iam/rolePolicy:RolePolicy", { role: "template", policy: ALL }, { name: "given" }),
  declared("iam/rolePolicy:RolePolicy", { role: "others", name: "theirs", policy: ALL }),
  declared("iam/policyAttachment:PolicyAttachment", { roles: ["rule", "others"], policyArn: "more" }),
  made("iam/rolePolicyAttachment:RolePolicyAttachment", { role: "node", policyArn: PULL_ONLY }),
  made("iam/rolePolicy:RolePolicy", { role: "node", name: "pull", policy: HIDDEN }),
];

const roleOf = (name: string, more: object = {}) => ({
  name,
  own: { arn: arn(name), trust: ECR_TRUST, boundary: undefined, tags: { own: "yes" }, ...more },
});
const OWN = { ...roleOf("own", { boundary: "limit", tags: TAGS }), policies: {}, attached: [], hidden: ["tags"] };
const NODE = { name: "node", policies: { pull: "" }, attached: [PULL_ONLY], hidden: ["policy"] };
const PLACE = {
  region: REGION,
  account: ACCOUNT,
  prefix: "hub",
  upstream: HUB,
  upstreamPrefix: "a",
  repositories: ["library/*"],
};

const OF_STACK: Cache[] = [
  {
    ...PLACE,
    declared: {
      rule: {
        upstreamRegistryUrl: HUB,
        upstreamRepositoryPrefix: "a",
        credentialArn: SECRET,
        customRoleArn: arn("rule"),
      },
      template: {
        ...{ appliedFor: ["PULL_THROUGH_CACHE"], description: "d", lifecyclePolicy: KEEP_50, repositoryPolicy: ALL },
        ...{ imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: ["dev*"] },
        ...{ encryptionType: "KMS", kmsKey: KEY, resourceTags: TAGS, customRoleArn: arn("template") },
      },
      stack: {
        hidden: [],
        nested: new Map([["hub/library", { ...PLAIN, kmsKey: "own" }]]),
        settings: {
          ...{ registryPolicy: ALL, exclusions: [arn("scanner")], settings: { SCOPE: "V2" }, hidden: [] },
          scanning: { scanType: "BASIC", filters: ["SCAN_ON_PUSH hub/*", "SCAN_ON_PUSH b/*"] },
        },
        secret: { description: "s", tags: TAGS, policy: ALL, hidden: ["more"] },
        roles: [
          { ...roleOf("rule", { tags: TAGS }), policies: { in: SOME }, attached: ["more"], hidden: [] },
          { ...roleOf("template"), policies: { given: ALL }, attached: [PULL_ONLY], hidden: [] },
          OWN,
          NODE,
        ],
      },
    },
  },
  {
    ...{
      region: OTHER,
      account: undefined,
      prefix: "quay",
      upstream: "",
      upstreamPrefix: undefined,
      repositories: undefined,
    },
    declared: {
      rule: {
        ...{ upstreamRegistryUrl: undefined, upstreamRepositoryPrefix: undefined },
        ...{ credentialArn: undefined, customRoleArn: undefined },
      },
      template: PLAIN,
      stack: {
        hidden: ["upstreamRegistryUrl", "description"],
        nested: new Map(),
        settings: {
          ...{ registryPolicy: undefined, scanning: undefined, exclusions: [], settings: { SCOPE: "" } },
          hidden: ["the registry policy", "the scanning configuration", "a pull time exclusion", "an account setting"],
        },
        secret: undefined,
        roles: [OWN, NODE],
      },
    },
  },
];

describe("the caches", () => {
  it("of a stack", () => {
    assert.deepEqual(cachesOfStack(JSON.stringify({ deployment: { resources: RESOURCES } })), OF_STACK);
  });

  it("of outputs", () => {
    const value = { ecrRepositoryPrefix: "hub/", upstreamRegistryUrl: HUB, region: REGION };
    const whole = { ...value, registryId: ACCOUNT, upstreamRepositoryPrefix: "a" };
    const others = [
      { ...value, ecrRepositoryPrefix: 1 },
      { ...value, upstreamRegistryUrl: 1 },
      { ...value, region: 1 },
    ];
    const root = { ...value, ecrRepositoryPrefix: "ROOT", region: OTHER };
    const there = URL.replace(REGION, OTHER);
    const lists = [
      ...[`https://${URL}/hub`, `${there}:443`].map((url) => ({ ...LIST, url, repositories: ["none"] })),
      ...[LIST, { ...LIST, url: there, repositories: ["b"] }],
    ];
    const outputs = { a: [whole, whole], deep: { root }, none: null, others, lists };
    assert.deepEqual(cachesOfOutputs(JSON.stringify(outputs), "file").reverse(), [
      { ...PLACE, declared: { rule: { upstreamRegistryUrl: HUB, upstreamRepositoryPrefix: "a" } } },
      {
        ...{ region: OTHER, account: undefined, prefix: "ROOT", upstream: HUB, upstreamPrefix: undefined },
        ...{
          repositories: ["b"],
          declared: { rule: { upstreamRegistryUrl: HUB, upstreamRepositoryPrefix: undefined } },
        },
      },
    ]);
  });

  it("of a registries file, with what its entries declare themselves", () => {
    const upstream = `${PARTNER}.dkr.ecr.${OTHER}.amazonaws.com`;
    const registries = {
      hub: {
        ...{ registry: HUB, repositories: ["library/*"], lifecycle: { policy: KEEP_50 }, tagMutability: "IMMUTABLE" },
        ...{
          encryption: { type: "KMS", kmsKeys: { [REGION]: KEY, [OTHER]: KEY.replace(REGION, OTHER) } },
          repositoryPolicy: OPEN,
        },
        ...{ credentialArns: { [REGION]: SECRET, [OTHER]: SECRET.replace(REGION, OTHER) } },
      },
      partner: { registry: upstream, upstreamPrefix: "team", roleArn: arn("rule") },
    };
    const empty = { credentialArn: undefined, customRoleArn: undefined };
    const cache = (region: string, prefix: string, own: object, template: object, rule: object) => ({
      ...{ region, isRegionAssumed: true, prefix, ...own },
      declared: { template, rule: { ...empty, ...rule } },
    });
    const expected = [REGION, OTHER].flatMap((region) => [
      cache(
        ...([region, "hub", { upstream: HUB, upstreamPrefix: undefined, repositories: ["library/*"] }] as const),
        { lifecyclePolicy: KEEP_50, imageTagMutability: "IMMUTABLE", encryptionType: "KMS", repositoryPolicy: OPEN },
        {
          ...{ upstreamRegistryUrl: HUB, upstreamRepositoryPrefix: undefined },
          credentialArn: SECRET.replace(REGION, region),
        },
      ),
      cache(
        ...([region, "partner", { upstream, upstreamPrefix: "team", repositories: undefined }] as const),
        ...([
          {},
          { upstreamRegistryUrl: upstream, upstreamRepositoryPrefix: "team", customRoleArn: arn("rule") },
        ] as const),
      ),
    ]);
    assert.deepEqual(cachesOfFile(dump(registries), "file", [REGION, OTHER]), expected);
  });

  it("and names in their registry that no pull succeeds with", () => {
    const [one, two] = [URL, URL.replace(REGION, OTHER)];
    const rules = [
      { upstream: "quay.io", url: `${one}/quay`, repositories: ["org/*"] },
      ...["hub", "team/hub"].map((prefix) => ({ upstream: HUB, url: `${one}/${prefix}` })),
      ...[
        { upstream: "ghcr.io", url: `${one}/ghcr` },
        { upstream: HUB, url: two },
        { upstream: HUB, upstreamPrefix: "library", url: `${one}/official` },
      ],
    ];
    const digest = `sha256:${"0".repeat(64)}`;
    const [official, listed, own] = ["Docker Hub has its", "its rule does not list it", "it is in the registry of"];
    const names: [image: string, reason?: string, meant?: string][] = [
      ...([
        ["nginx:1"],
        ["gcr.io/org/app:1"],
        ["444455556666.dkr.ecr.us-east-1.amazonaws.com/hub/nginx"],
        [`${two}/library/nginx`],
      ] as [string][]),
      ...["hub/library/nginx:1", "ghcr/app:1", "quay/org/app", "official/nginx:1"].map((name): [string] => [
        `${one}/${name}`,
      ]),
      [`${one}/hub/nginx:1`, official, `${one}/hub/library/nginx:1`],
      [`${one}/hub/nginx@${digest}`, official, `${one}/hub/library/nginx@${digest}`],
      [`${one}/team/hub/nginx`, official, `${one}/team/hub/library/nginx`],
      [`${two}/nginx:1`, official, `${two}/library/nginx:1`],
      [`${one}/quay/app:1`, listed],
      [`${one}/quai/org/app:1`, own, `${one}/quay/org/app:1`],
      [`${one}/team/hbu/org/app:1`, own, `${one}/team/hub/org/app:1`],
      [`${one}/own/app:1`, own],
    ];
    for (const [image, reason = "", meant] of names) {
      const found = misnamed(image, createImageDecider(rules)(image), rules);
      assert.deepEqual([found?.reason.slice(0, reason.length) ?? "", found?.meant], [reason, meant], image);
    }
  });
});

describe("caches are found", () => {
  const cloud = cloudForSuite();
  const terminal = (input: unknown) =>
    ({ say: () => undefined, read: async () => Buffer.from(JSON.stringify(input)) }) as unknown as Terminal;
  beforeEach(async () => {
    for (const [region, ecrRepositoryPrefix] of [
      [OTHER, "quay"],
      [REGION, "quay"],
      [REGION, "k8s"],
    ] as const)
      await cloud.ecr({ region }).createPullThroughCacheRule({ ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" });
  });
  const [HERE, THERE, NOWHERE] = [`${REGION} quay`, `${OTHER} quay`, "eu-west-1"];
  const none = (region: string, what = "no pull through cache") => ({
    region,
    reason: `there is ${what} in this Region`,
  });
  const cases: [source: CacheSource, found: string[] | RegExp, empty?: object[], input?: unknown][] = [
    [{}, [`${REGION} k8s`, HERE]],
    [{ prefix: ["quay"] }, [HERE]],
    [{ region: [OTHER, REGION, OTHER], prefix: ["quay"] }, [HERE, THERE], []],
    [{ region: [REGION, OTHER], prefix: ["k8s"] }, [`${REGION} k8s`], [none(OTHER, "no cache k8s")]],
    [{ region: [REGION, OTHER], prefix: ["k8s"] }, /^There is no cache k8s in us-east-1\.$/],
    [{ region: [OTHER, NOWHERE] }, [THERE], [none(NOWHERE)]],
    [{ region: [OTHER, NOWHERE] }, /^There is no pull through cache in eu-west-1\.$/],
    [{ region: [NOWHERE] }, /^There is no pull through cache here: check --region and the account\.$/, []],
    [{ prefix: ["none", "quay"] }, /^There is no cache with the prefix none\.$/, []],
    [{ registries: "-", region: [OTHER, REGION] }, [HERE, THERE], [], { quay: {} }],
    [{ registries: "-" }, [HERE], [], { quay: {} }],
    [
      { registries: "-" },
      /444455556666/,
      [],
      { hub: { registry: HUB, credentialArn: SECRET.replace(ACCOUNT, PARTNER) } },
    ],
    [{ outputs: "-", registries: "-" }, /^Give only one of /],
  ];
  for (const [source, found, empty, input] of cases) {
    it(`with ${JSON.stringify(source)}${empty ? "" : ", all of them"}`, async () => {
      const others: EmptyRegion[] = [];
      const work = findCaches(source, terminal(input), empty && others);
      if (!Array.isArray(found)) return assert.rejects(work, { message: found });
      const { caches, account } = await work;
      const places = caches.map(({ region, prefix }) => `${region} ${prefix}`);
      assert.deepEqual([places, account, others], [found, ACCOUNT, empty ?? []]);
    });
  }

  it("as rules for names of images", async () => {
    const rule = { upstream: "quay.io", upstreamPrefix: undefined, repositories: undefined };
    assert.deepEqual(await findRules({ prefix: ["quay"] }, terminal("")), [{ ...rule, url: `${URL}/quay` }]);
    await assert.rejects(findRules({ region: [REGION, OTHER] }, terminal("")), {
      message: /eu-central-1 and us-east-1/,
    });
    const root = { region: REGION, prefix: "ROOT", upstream: HUB, upstreamPrefix: "a", repositories: ["b"] };
    assert.deepEqual(cacheRules([root], ACCOUNT), [
      { upstream: HUB, upstreamPrefix: "a", repositories: ["b"], url: URL },
    ]);
    const rules = [
      { ...rule, url: `${URL}/` },
      { upstream: "quay.io", url: `${URL.replace(REGION, OTHER)}/quay`, repositories: ["b"] },
    ];
    const read = (value: unknown, region?: string[]) => findRules({ rules: "-", region }, terminal(value));
    assert.deepEqual(await read({ deep: [null, "a", [rules[1]]] }), rules.slice(1));
    assert.deepEqual(await read(rules, [OTHER]), rules.slice(1));
    assert.deepEqual(regionOfRules(rules.slice(1)), OTHER);
    await assert.rejects(read(rules), { message: /eu-central-1 and us-east-1: choose one with --region/ });
    await assert.rejects(read(rules, [NOWHERE, "a"]), {
      message: /^Standard input has no cache rule of eu-west-1 or a: /,
    });
    await assert.rejects(read({}), { message: /^Standard input has no cache rule: / });
    await assert.rejects(
      read([
        { ...rules[1], upstream: "quay.io/org", url: "a b" },
        { ...rules[1], upstreamPrefix: 1, repositories: ["a", 1] },
      ]),
      {
        message: `Standard input: 4 problems.
  - rule 1: upstream must be a host, such as quay.io
  - rule 1: url must be a registry and a prefix without a scheme, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/quay
  - rule 2: upstreamPrefix must be text
  - rule 2: repositories must be a list of texts`,
      },
    );
  });
});
