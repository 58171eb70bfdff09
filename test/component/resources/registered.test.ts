import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCache } from "../../../component/index";
import { rolePolicy, sizeWarning } from "../../../component/resources/create/puller";
import { ACCOUNT, REGION } from "./monitor";
import { DOCKERHUB, EVERYTHING, OTHER, Programs, ROLE } from "./programs";

const CREDENTIAL = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:ecr-pullthroughcache/own-AbCdEf`;

/** Outputs whose values are too long to compare as a whole. */
interface Outputs {
  readonly pullPolicyJson: string;
  readonly registryPolicyStatements: readonly string[];
  readonly upstreamPolicyStatements: { readonly [key: string]: string };
  readonly cacheRules: object;
  readonly rules: Readonly<Record<string, object>>;
}

describe("what the component registers", () => {
  const programs = new Programs();
  const { run, inputsOf } = programs;

  it("creates all regional resources in each Region", async () => {
    const registryPolicy = {};
    const defaults = { access: { accounts: [OTHER] } };
    await run({ ...DOCKERHUB, regions: ["us-east-1", "eu-west-1"], registryPolicy, scanning: {}, defaults });
    const regional = programs.monitor.requests.filter(({ type }) => type !== "PullThroughCache");
    for (const region of ["us-east-1", "eu-west-1"]) {
      const inRegion = regional.filter(({ inputs }) => inputs.region === region).map(({ type }) => type);
      assert.deepEqual(inRegion.sort(), [
        "PullThroughCacheRule",
        "RegistryPolicy",
        "RegistryScanningConfiguration",
        "RepositoryCreationTemplate",
        "Secret",
        "SecretPolicy",
        "SecretVersion",
      ]);
    }
    assert.equal(regional.length, 14);
  });

  it("tags secrets and roles, and lets no secret be public", async () => {
    await run({ ...DOCKERHUB, tags: { team: "platform" }, defaults: { resourceTags: { cached: "yes" } } });
    assert.deepEqual(inputsOf("Secret", "cache-dockerhub").tags, { team: "platform", own: "yes" });
    assert.deepEqual(inputsOf("Role", "cache-template").tags, { team: "platform" });
    assert.deepEqual(inputsOf("RepositoryCreationTemplate", "cache-dockerhub").resourceTags, { cached: "yes" });
    assert.equal(inputsOf("SecretPolicy", "cache-dockerhub").blockPublicPolicy, true);
  });

  it("names roles and policies for the project, the stack and their use", async () => {
    await run({ registries: { quay: { resourceTags: { a: "b" } } }, pullerRoles: { nodes: ROLE } });
    assert.equal(inputsOf("Role", "cache-template").name, "project-stack-cache-template");
    assert.equal(inputsOf("RolePolicy", "cache-template").name, "template");
    const { name, role } = inputsOf("RolePolicy", "cache-pull-nodes");
    assert.deepEqual([name, role], ["project-stack-cache-pull-nodes", "puller"]);
    const long = "n".repeat(130);
    await run({ registries: { quay: {} }, pullerRoles: { [long]: ROLE } });
    const shortened = String(inputsOf("RolePolicy", `cache-pull-${long}`).name);
    assert.match(shortened, /^project-stack-cache-pull-n+-[0-9a-f]{8}$/);
    assert.equal(shortened.length, 128);
  });

  it("takes an existing secret's name, and a role for one template", async () => {
    const name = "ecr-pullthroughcache/hub";
    await run({
      registries: { dockerhub: { secret: { name }, templateRoleArn: ROLE } },
      credentials: { dockerhub: { username: "someone", accessToken: "a-token" } },
    });
    const secret = inputsOf("Secret", "cache-dockerhub");
    assert.deepEqual([secret.name, secret.namePrefix], [name, undefined]);
    assert.equal(inputsOf("RepositoryCreationTemplate", "cache-dockerhub").customRoleArn, ROLE);
  });

  it("gives pull permissions and rules that know which repositories may enter", async () => {
    const repositories = ["library/*"];
    const registries = { dockerhub: { repositories, access: { accounts: ["444455556666"] } }, quay: {} };
    const args = { ...DOCKERHUB, registries, registryPolicy: {}, pullerRoles: { ci: "ci" } };
    const known = (await run(args, async (cache) => {
      const outputs = pulumi.all([cache.cacheRules, cache.pullPolicyJson, cache.clients, cache.image("org/app:1")]);
      return new Promise((resolve) => outputs.apply(resolve));
    })) as [Record<string, { repositories?: string[] }[]>, string, { mutatingAdmissionPolicy: string }, string];
    const [rules, policy, clients, image] = known;
    assert.deepEqual(
      rules["us-east-1"]?.map((rule) => rule.repositories),
      [repositories, undefined],
    );
    const entering = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/dockerhub/library/*`;
    assert.equal(inputsOf("RolePolicy", "cache-pull-ci").policy, policy);
    for (const text of [policy, String(inputsOf("RegistryPolicy", "cache").policy)]) {
      const { Statement } = JSON.parse(text) as { Statement: { Action: string[]; Resource: string[] }[] };
      const creating = Statement.filter(({ Action }) => Action.includes("ecr:CreateRepository"));
      assert.deepEqual(
        creating.flatMap(({ Resource }) => Resource).filter((arn) => arn.includes("dockerhub")),
        [entering],
      );
    }
    assert.match(clients.mutatingAdmissionPolicy, /\^\(library/);
    assert.equal(image, "org/app:1");
  });

  it("refuses a role's policy that is too long for IAM, and warns about a document for any use", () => {
    assert.equal(sizeWarning("a".repeat(6144)), undefined);
    assert.match(
      sizeWarning("a".repeat(6145)) ?? "",
      /^pullPolicyJson has 6145 characters, and a managed policy at most 6144\./,
    );
    assert.equal(rolePolicy("a".repeat(10_240), "ci"), "a".repeat(10_240));
    assert.throws(() => rolePolicy("a".repeat(10_241), "ci"), {
      message: /^The policy that lets ci pull would have 10241 characters; IAM allows a role 10240 /,
    });
  });

  it("gives access to accounts, roles, an organization and Lambda, and first pulls to all but Lambda", async () => {
    const roleArn = `arn:aws:iam::${OTHER}:role/ci`;
    const access = { accounts: [OTHER], roleArns: [roleArn], organizationId: "o-abcdefghij", lambda: true };
    await run({ registries: { quay: { access } }, registryPolicy: {} });
    const statements = (policy: unknown) => (JSON.parse(String(policy)) as { Statement: object[] }).Statement;
    const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    const named = { Effect: "Allow", Principal: { AWS: [`arn:aws:iam::${OTHER}:root`, roleArn] } };
    const organization = {
      Effect: "Allow",
      Principal: "*",
      Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
    };
    const Action = [...pull, "ecr:BatchImportUpstreamImage"];
    assert.deepEqual(statements(inputsOf("RepositoryCreationTemplate", "cache-quay").repositoryPolicy), [
      { Sid: "PullThroughCachePrincipals", ...named, Action },
      { Sid: "PullThroughCacheOrganization", ...organization, Action },
      {
        Sid: "PullThroughCacheLambda",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Condition: {
          StringLike: {
            "aws:sourceArn": [ACCOUNT, OTHER].map((account) => `arn:aws:lambda:*:${account}:function:*`),
          },
        },
      },
    ]);
    const firstPull = {
      Action: [...Action, "ecr:CreateRepository"],
      Resource: [`arn:aws:ecr:${REGION}:${ACCOUNT}:repository/quay/*`],
    };
    const mark = "PullThroughCache33888e30";
    assert.deepEqual(statements(inputsOf("RegistryPolicy", "cache").policy), [
      { Sid: `${mark}1Principals`, ...named, ...firstPull },
      { Sid: `${mark}1Organization`, ...organization, ...firstPull },
    ]);
  });

  it("gives URLs that wait for the rules", async () => {
    const resources = await run({ registries: { quay: {} } }, (cache) =>
      (cache.urls as unknown as { allResources(): Promise<Set<pulumi.Resource>> }).allResources(),
    );
    const urns = [...((await resources) as Set<pulumi.Resource>)].map(({ urn }) => urn);
    const waits = await Promise.all(urns.map((urn) => new Promise<string>((resolve) => urn.apply(resolve))));
    assert.ok(
      waits.some((urn) => urn.includes("PullThroughCacheRule")),
      waits.join(", "),
    );
  });

  it("lets a workload wait for the rule that serves its image, in the Region that it pulls from", async () => {
    const pod = (image: string) => ({
      custom: true,
      type: "kubernetes:core/v1:Pod",
      name: "pod",
      props: { spec: { containers: [{ image }] } },
      opts: {},
    });
    const waitsFor = async (cache: PullThroughCache, image: string, region?: string) => {
      const result = await cache.imageTransform({}, region)(pod(image));
      const { dependsOn = [] } = (result?.opts ?? {}) as { dependsOn?: pulumi.Resource[] };
      return Promise.all(dependsOn.map(({ urn }) => new Promise<string>((resolve) => urn.apply(resolve))));
    };
    const found = await run(
      { registries: { quay: {}, all: { registry: "public.ecr.aws", prefix: "ROOT" } }, regions: [REGION, "eu-west-1"] },
      async (cache) => [
        await waitsFor(cache, "quay.io/org/app:1"),
        await waitsFor(cache, "quay.io/org/app:1", "eu-west-1"),
        await waitsFor(cache, "public.ecr.aws/nginx/nginx:1"),
        await waitsFor(cache, "ghcr.io/org/app:1"),
      ],
    );
    const names = (await found) as string[][];
    assert.deepEqual(
      names.map((urns) => urns.map((urn) => urn.split("::").at(-1))),
      [[`cache-quay@${REGION}`], ["cache-quay@eu-west-1"], [`cache-ROOT@${REGION}`], []],
    );
  });

  it("creates each resource after those that AWS must know first", async () => {
    await run(EVERYTHING);
    const waits = (type: string, name: string) => programs.monitor.find(type, name).dependencies;
    const expected: [type: string, name: string, needs: string[]][] = [
      ["PullThroughCacheRule", "cache-dockerhub", ["RepositoryCreationTemplate", "SecretVersion"]],
      ["PullThroughCacheRule", "cache-ecr", ["RepositoryCreationTemplate", "RolePolicy cache-upstream"]],
      ["RepositoryCreationTemplate", "cache-quay", ["RolePolicy cache-template"]],
      ["Schedule", "cache-reminder-dockerhub-30", ["RolePolicy cache-reminders"]],
      ["SecretPolicy", "cache-dockerhub", ["Secret"]],
    ];
    for (const [type, name, needs] of expected) {
      for (const need of needs) {
        const wanted = need.includes(" ") ? need : `${need} ${name}`;
        assert.ok(waits(type, name).includes(wanted), `${type} ${name} waits for ${waits(type, name).join(", ")}`);
      }
    }
  });

  it("deletes unique resources before replacing them, and keeps what it cannot delete or rename", async () => {
    await run(EVERYTHING);
    const deletedFirst = programs.monitor.requests.filter(({ deleteBeforeReplace }) => deleteBeforeReplace);
    assert.deepEqual(
      deletedFirst.map(({ type, name }) => `${type} ${name}`).sort(),
      ["PullThroughCacheRule", "RepositoryCreationTemplate"].flatMap((type) =>
        ["dockerhub", "ecr", "quay"].map((key) => `${type} cache-${key}`),
      ),
    );
    assert.equal(programs.monitor.find("SecretVersion", "cache-dockerhub").retainOnDelete, true);
    for (const use of ["template", "upstream", "reminders"])
      assert.deepEqual(programs.monitor.find("Role", `cache-${use}`).ignoreChanges, ["name"]);
    assert.deepEqual(programs.monitor.find("RolePolicy", "cache-pull-nodes").ignoreChanges, ["name"]);
  });

  it("replaces a rule to remove its role, and a template to remove its key", async () => {
    const key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123abcd`;
    const registry = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`;
    await run({
      registries: {
        quay: { encryption: { kmsKey: key } },
        ecr: { registry },
        all: { registry: "ghcr.io", prefix: "ROOT", credentialArn: CREDENTIAL },
      },
    });
    const rule = (name: string) => programs.monitor.find("PullThroughCacheRule", `cache-${name}`);
    assert.deepEqual(rule("quay").replaceOnChanges, ["customRoleArn"]);
    assert.deepEqual(rule("ecr").replaceOnChanges, []);
    assert.deepEqual([rule("quay").ignoreChanges, rule("ROOT").ignoreChanges], [[], ["upstreamRepositoryPrefix"]]);
    const trigger = (name: string) =>
      programs.monitor.find("RepositoryCreationTemplate", `cache-${name}`).replacementTrigger;
    assert.notEqual(trigger("quay"), trigger("ecr"));
  });

  it("encrypts in each Region with its own key, which the role may use", async () => {
    const regions = [REGION, "eu-west-1"];
    const keyIn = (region: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/0123abcd`;
    const kmsKeys = Object.fromEntries(regions.map((region) => [region, keyIn(region)]));
    await run({ registries: { quay: { encryption: { kmsKeys } } }, regions });
    for (const region of regions) {
      const { encryptionConfigurations } = programs.inputsOf("RepositoryCreationTemplate", `cache-quay@${region}`);
      assert.deepEqual(encryptionConfigurations, [{ encryptionType: "KMS", kmsKey: keyIn(region) }]);
      const policy = String(programs.inputsOf("RolePolicy", "cache-template").policy);
      assert.ok(policy.includes(keyIn(region)), region);
    }
  });

  it("checks before it creates a unique resource, and retries where AWS may not see a secret or a role yet", async () => {
    await run({
      ...EVERYTHING,
      registries: { ...EVERYTHING.registries, own: { registry: "ghcr.io", credentialArn: CREDENTIAL } },
    });
    const bound = (type: string, name: string) => {
      const { beforeCreate, onError } = programs.monitor.find(type, name).hooks;
      return [beforeCreate.length, onError.length];
    };
    assert.deepEqual(bound("PullThroughCacheRule", "cache-dockerhub"), [1, 1]);
    assert.deepEqual(bound("PullThroughCacheRule", "cache-ecr"), [1, 1]);
    assert.deepEqual(bound("PullThroughCacheRule", "cache-quay"), [1, 0]);
    assert.deepEqual(bound("PullThroughCacheRule", "cache-own"), [1, 0]);
    assert.deepEqual(bound("RepositoryCreationTemplate", "cache-quay"), [1, 1]);
    assert.deepEqual(bound("Role", "cache-template"), [1, 0]);
  });

  it("keeps resources when Regions are added or removed", async () => {
    const urn = (token: string, name: string) =>
      `urn:pulumi:stack::project::pull-through-cache:index:PullThroughCache$${token}::${name}`;
    const continued = () => programs.monitor.requests.filter(({ aliases }) => aliases.length > 0);
    const access = { accounts: [OTHER] };
    const regional = { ...DOCKERHUB, defaults: { access }, registryPolicy: {}, scanning: {} };
    await run({ ...regional, regions: ["eu-west-1", REGION] });
    assert.equal(continued().length, 14);
    for (const { token, name, aliases } of continued()) {
      assert.deepEqual(aliases, [urn(token, name.replace(`@${REGION}`, ""))]);
    }
    await run(regional);
    assert.equal(continued().length, 7);
    for (const { token, name, aliases } of continued()) assert.deepEqual(aliases, [urn(token, `${name}@${REGION}`)]);
  });

  it("keeps resources that earlier versions named after the key", async () => {
    const aliasesOf = async (regions?: string[]) => {
      await run({ registries: { hub: { registry: "quay", prefix: "team/quay" } }, regions });
      const rules = programs.monitor.requests.filter(({ type }) => type === "PullThroughCacheRule");
      return rules.map(({ name, aliases }) => [name, aliases.map((alias) => alias.split("::").at(-1))]);
    };
    assert.deepEqual(await aliasesOf(), [
      ["cache-team/quay", ["cache-hub", `cache-team/quay@${REGION}`, `cache-hub@${REGION}`]],
    ]);
    assert.deepEqual(await aliasesOf([REGION, "eu-west-1"]), [
      [`cache-team/quay@${REGION}`, [`cache-hub@${REGION}`, "cache-team/quay", "cache-hub"]],
      ["cache-team/quay@eu-west-1", ["cache-hub@eu-west-1", "cache-team/quay@eu-west-1"]],
    ]);
  });

  it("has the outputs that it documents", async () => {
    await run({ ...EVERYTHING, regions: [REGION, "eu-west-1"] });
    const host = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;
    const ids = ["dockerhub", "quay", "ecr"].flatMap((key) =>
      [REGION, "eu-west-1"].map((region) => `${key}@${region}`),
    );
    const { pullPolicyJson, registryPolicyStatements, upstreamPolicyStatements, cacheRules, rules, ...others } =
      programs.monitor.outputs.get("cache") as unknown as Outputs;
    assert.deepEqual(others, {
      urls: Object.fromEntries(["dockerhub", "quay", "ecr"].map((key) => [key, `${host(REGION)}/${key}`])),
      regionalUrls: Object.fromEntries(
        [REGION, "eu-west-1"].map((region) => [
          region,
          Object.fromEntries(["dockerhub", "quay", "ecr"].map((key) => [key, `${host(region)}/${key}`])),
        ]),
      ),
      upstreamUrls: {
        "registry-1.docker.io": `${host(REGION)}/dockerhub`,
        "quay.io": `${host(REGION)}/quay`,
        [`${OTHER}.dkr.ecr.eu-west-1.amazonaws.com/base`]: `${host(REGION)}/ecr`,
      },
      prefixes: { dockerhub: "dockerhub", quay: "quay", ecr: "ecr" },
      secretArns: Object.fromEntries(
        [REGION, "eu-west-1"].map((region) => [
          `dockerhub@${region}`,
          `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:cache-dockerhub@${region}`,
        ]),
      ),
      templates: Object.fromEntries(ids.map((id) => [id, id.split("@")[0]])),
      roleArns: Object.fromEntries(
        ["template", "upstream"].map((use) => [use, `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:cache-${use}`]),
      ),
      scanningFilters: ["dockerhub/*", "ecr/*", "quay/*"],
      alertTopicArns: Object.fromEntries(
        [REGION, "eu-west-1"].map((region) => [
          region,
          `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:cache-alerts@${region}`,
        ]),
      ),
      tokenExpires: { dockerhub: "2199-01-31" },
    });
    const upstream = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`;
    const rulesIn = (region: string) => [
      { upstream: "registry-1.docker.io", url: `${host(region)}/dockerhub` },
      { upstream, url: `${host(region)}/ecr`, upstreamPrefix: "base" },
      { upstream: "quay.io", url: `${host(region)}/quay` },
    ];
    assert.deepEqual(cacheRules, { [REGION]: rulesIn(REGION), "eu-west-1": rulesIn("eu-west-1") });
    const hosts: { readonly [key: string]: string } = {
      dockerhub: "registry-1.docker.io",
      quay: "quay.io",
      ecr: upstream,
    };
    assert.deepEqual(
      rules,
      Object.fromEntries(
        ids.map((id) => {
          const [key = "", region] = id.split("@");
          const part = key === "ecr" && { upstreamRepositoryPrefix: "base" };
          return [id, { ecrRepositoryPrefix: key, upstreamRegistryUrl: hosts[key], ...part, region }];
        }),
      ),
    );
    const Action = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchImportUpstreamImage",
      "ecr:CreateRepository",
    ];
    const arn = (key: string) => `arn:aws:ecr:*:${ACCOUNT}:repository/${key}/*`;
    assert.deepEqual(JSON.parse(pullPolicyJson), {
      Version: "2012-10-17",
      Statement: [
        { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        { Sid: "PullThroughCache", Effect: "Allow", Action, Resource: ["dockerhub", "ecr", "quay"].map(arn) },
      ],
    });
    assert.deepEqual(
      registryPolicyStatements.map((statement) => JSON.parse(statement)),
      [
        {
          Sid: "PullThroughCachec38b90c01Principals",
          Effect: "Allow",
          Principal: { AWS: [`arn:aws:iam::${OTHER}:root`] },
          Action,
          Resource: [arn("quay")],
        },
      ],
    );
    const { ecr, ...noOthers } = upstreamPolicyStatements;
    assert.deepEqual(noOthers, {});
    assert.deepEqual(JSON.parse(ecr ?? ""), {
      Sid: "PullThroughCache",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: [
        "ecr:BatchGetImage",
        "ecr:BatchImportUpstreamImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetImageCopyStatus",
      ],
      Resource: `arn:aws:ecr:eu-west-1:${OTHER}:repository/base/*`,
    });
  });

  it("asks the owners of ECR upstreams for what it caches from them", async () => {
    const registry = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`;
    const found = await run(
      {
        registries: { ecr: { registry }, team: { registry, upstreamPrefix: "aa/" }, all: { registry, prefix: "ROOT" } },
      },
      (cache) => new Promise((resolve) => cache.upstreamPolicyStatements.apply(resolve)),
    );
    const resources = Object.entries((await found) as Record<string, string>).map(([key, json]) => [
      key,
      JSON.parse(json).Resource,
    ]);
    const arn = (names: string) => `arn:aws:ecr:eu-west-1:${OTHER}:repository/${names}`;
    assert.deepEqual(Object.fromEntries(resources), { ecr: arn("*"), team: arn("aa/*"), all: arn("*") });
  });

  it("adds to the scanning configuration and the registry policy of others", async () => {
    const current: Record<string, object> = {
      "AWS::ECR::RegistryScanningConfiguration": {
        ScanType: "BASIC",
        Rules: [{ ScanFrequency: "SCAN_ON_PUSH", RepositoryFilters: [{ Filter: "prod/*", FilterType: "WILDCARD" }] }],
      },
      "AWS::ECR::RegistryPolicy": {
        PolicyText: {
          Statement: { Sid: "Theirs", Effect: "Deny", Principal: "*", Action: "ecr:ReplicateImage", Resource: "*" },
        },
      },
    };
    const asked: object[] = [];
    await run(
      { registries: { quay: { access: { accounts: [OTHER] } } }, scanning: {}, registryPolicy: {} },
      undefined,
      {
        "aws:cloudcontrol/getResource:getResource": (inputs: { typeName: string }) => {
          asked.push(inputs);
          return { properties: JSON.stringify(current[inputs.typeName]) };
        },
      },
    );
    assert.deepEqual(
      asked,
      Object.keys(current).map((typeName) => ({ typeName, identifier: ACCOUNT })),
    );
    assert.deepEqual(inputsOf("RegistryScanningConfiguration", "cache"), {
      region: REGION,
      scanType: "BASIC",
      rules: [
        {
          scanFrequency: "SCAN_ON_PUSH",
          repositoryFilters: ["prod/*", "quay/*"].map((filter) => ({ filter, filterType: "WILDCARD" })),
        },
      ],
    });
    const { policy } = inputsOf("RegistryPolicy", "cache") as { policy: string };
    const { Version, Statement } = JSON.parse(policy) as { Version: string; Statement: { Sid: string }[] };
    assert.equal(Version, "2012-10-17");
    assert.match(Statement.map(({ Sid }) => Sid).join(), /^Theirs,PullThroughCache[0-9a-f]{8}1Principals$/);
  });
});
