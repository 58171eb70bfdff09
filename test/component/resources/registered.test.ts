import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { rolePolicy, sizeWarning } from "../../../component/resources/puller";
import { ACCOUNT, type Answers, Monitor, REGION } from "./monitor";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/a/puller`;
const OTHER = "444455556666";
const CREDENTIAL = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:ecr-pullthroughcache/own-AbCdEf`;

/** Outputs whose values are too long to compare as a whole. */
interface Outputs {
  readonly pullPolicyJson: string;
  readonly registryPolicyStatements: readonly string[];
  readonly upstreamPolicyStatements: object;
  readonly cacheRules: object;
  readonly rules: Readonly<Record<string, object>>;
}

describe("what the component registers", () => {
  let monitor: Monitor;

  /** Runs a program with one component, as users' unit tests do, and waits for its end. */
  async function run(
    args: PullThroughCacheArgs,
    more: (cache: PullThroughCache) => unknown = () => undefined,
    answers: Answers = {},
  ) {
    monitor = await Monitor.start(answers);
    const result = more(new PullThroughCache("cache", args));
    await monitor.end();
    return result;
  }

  const inputsOf = (type: string, name: string) => monitor.find(type, name).inputs;

  const dockerhub: PullThroughCacheArgs = {
    registries: { dockerhub: { secret: { readers: [ROLE], tags: { own: "yes" } } } },
    credentials: { dockerhub: { username: "someone", accessToken: "a-token" } },
  };

  it("creates all regional resources in each Region", async () => {
    const registryPolicy = {};
    const defaults = { access: { accounts: [OTHER] } };
    await run({ ...dockerhub, regions: ["us-east-1", "eu-west-1"], registryPolicy, scanning: {}, defaults });
    const regional = monitor.requests.filter(({ type }) => type !== "PullThroughCache");
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
    await run({ ...dockerhub, tags: { team: "platform" }, defaults: { resourceTags: { cached: "yes" } } });
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

  it("refuses a grant for an unknown entry", async () => {
    await run({ registries: { quay: {} } }, (cache) =>
      assert.throws(() => cache.grantPull(ROLE, { registries: ["qay"] }), /no registry "qay"; it has quay/),
    );
  });

  it("gives pull permissions and rules that know which images may enter", async () => {
    const images = ["library/*"];
    const registries = { dockerhub: { images, access: { accounts: ["444455556666"] } }, quay: {} };
    const args = { ...dockerhub, registries, registryPolicy: {}, pullerRoles: { ci: "ci" } };
    const known = (await run(args, async (cache) => {
      const outputs = pulumi.all([cache.cacheRules, cache.pullPolicyJson, cache.clients, cache.image("org/app:1")]);
      return new Promise((resolve) => outputs.apply(resolve));
    })) as [Record<string, { images?: string[] }[]>, string, { mutatingAdmissionPolicy: string }, string];
    const [rules, policy, clients, image] = known;
    assert.deepEqual(
      rules["us-east-1"]?.map((rule) => rule.images),
      [images, undefined],
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

  /** One of everything that the component can make. */
  const everything: PullThroughCacheArgs = {
    ...dockerhub,
    registries: {
      dockerhub: { secret: { readers: [ROLE] }, tokenExpires: "2199-01-31" },
      quay: { access: { accounts: [OTHER] } },
      ecr: { registry: `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`, upstreamPrefix: "base" },
    },
    defaults: { resourceTags: { cached: "yes" } },
    scanning: {},
    registryPolicy: {},
    pullerRoles: { nodes: ROLE },
    alerts: { emails: ["someone@example.com"] },
  };

  it("creates each resource after those that AWS must know first", async () => {
    await run(everything);
    const waits = (type: string, name: string) => monitor.find(type, name).dependencies;
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
    await run(everything);
    const deletedFirst = monitor.requests.filter(({ deleteBeforeReplace }) => deleteBeforeReplace);
    assert.deepEqual(
      deletedFirst.map(({ type, name }) => `${type} ${name}`).sort(),
      ["PullThroughCacheRule", "RepositoryCreationTemplate"].flatMap((type) =>
        ["dockerhub", "ecr", "quay"].map((key) => `${type} cache-${key}`),
      ),
    );
    assert.equal(monitor.find("SecretVersion", "cache-dockerhub").retainOnDelete, true);
    for (const use of ["template", "upstream", "reminders"])
      assert.deepEqual(monitor.find("Role", `cache-${use}`).ignoreChanges, ["name"]);
    assert.deepEqual(monitor.find("RolePolicy", "cache-pull-nodes").ignoreChanges, ["name"]);
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
    const rule = (name: string) => monitor.find("PullThroughCacheRule", `cache-${name}`);
    assert.deepEqual(rule("quay").replaceOnChanges, ["customRoleArn"]);
    assert.deepEqual(rule("ecr").replaceOnChanges, []);
    assert.deepEqual([rule("quay").ignoreChanges, rule("ROOT").ignoreChanges], [[], ["upstreamRepositoryPrefix"]]);
    const trigger = (name: string) => monitor.find("RepositoryCreationTemplate", `cache-${name}`).replacementTrigger;
    assert.notEqual(trigger("quay"), trigger("ecr"));
  });

  it("checks before it creates a unique resource, and retries where AWS may not see a secret or a role yet", async () => {
    await run({
      ...everything,
      registries: { ...everything.registries, own: { registry: "ghcr.io", credentialArn: CREDENTIAL } },
    });
    const bound = (type: string, name: string) => {
      const { beforeCreate, onError } = monitor.find(type, name).hooks;
      return [beforeCreate.length, onError.length];
    };
    assert.deepEqual(bound("PullThroughCacheRule", "cache-dockerhub"), [1, 1]);
    assert.deepEqual(bound("PullThroughCacheRule", "cache-ecr"), [1, 1]);
    assert.deepEqual(bound("PullThroughCacheRule", "cache-quay"), [1, 0]);
    assert.deepEqual(bound("PullThroughCacheRule", "cache-own"), [1, 0]);
    assert.deepEqual(bound("RepositoryCreationTemplate", "cache-quay"), [1, 1]);
    assert.deepEqual(bound("Role", "cache-template"), [1, 0]);
  });

  it("lets only the alerts' rule and this account's schedules publish to a topic", async () => {
    await run({ ...everything, tags: { team: "platform" }, regions: [REGION, "eu-west-1"] });
    const arnOf = (name: string) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
    const statements = (json: unknown) => JSON.parse(String(json)).Statement;
    for (const region of [REGION, "eu-west-1"]) {
      const arn = arnOf(`cache-alerts@${region}`);
      const rule = inputsOf("EventRule", `cache-alerts@${region}`);
      const topic = inputsOf("Topic", `cache-alerts@${region}`);
      for (const { region: own, tags, namePrefix } of [rule, topic]) {
        assert.deepEqual([own, tags, namePrefix], [region, { team: "platform" }, "pull-through-cache-"]);
      }
      assert.equal(rule.description, "Failed imports of the pull through cache cache");
      const { arn: policed, policy } = inputsOf("TopicPolicy", `cache-alerts@${region}`);
      assert.equal(policed, arn);
      assert.deepEqual(statements(policy), [
        {
          Sid: "PullThroughCacheAlerts",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: arn,
          Condition: { ArnEquals: { "aws:SourceArn": arn } },
        },
      ]);
      const target = inputsOf("EventTarget", `cache-alerts@${region}`);
      assert.deepEqual([target.arn, target.targetId, target.region], [arn, "alerts", region]);
      const {
        topic: subscribed,
        protocol,
        endpoint,
      } = inputsOf("TopicSubscription", `cache-alerts-someone@example.com@${region}`);
      assert.deepEqual([subscribed, protocol, endpoint], [arn, "email", "someone@example.com"]);
    }
    const home = arnOf(`cache-alerts@${REGION}`);
    assert.deepEqual(statements(inputsOf("Role", "cache-reminders").assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
    ]);
    assert.deepEqual(statements(inputsOf("RolePolicy", "cache-reminders").policy), [
      { Sid: "Remind", Effect: "Allow", Action: "sns:Publish", Resource: home },
    ]);
    const { description, scheduleExpression, flexibleTimeWindow, target, region, namePrefix } = inputsOf(
      "Schedule",
      "cache-reminder-dockerhub-30",
    ) as { [name: string]: unknown } & { target: { [name: string]: string } };
    assert.deepEqual(
      {
        description,
        scheduleExpression,
        flexibleTimeWindow,
        region,
        namePrefix,
        arn: target.arn,
        role: target.roleArn,
      },
      {
        description: "A token of the pull through cache cache expires",
        scheduleExpression: "at(2199-01-01T09:00:00)",
        flexibleTimeWindow: { mode: "OFF" },
        region: REGION,
        namePrefix: "pull-through-cache-",
        arn: home,
        role: arnOf("cache-reminders"),
      },
    );
    assert.match(target.input ?? "", /^The token with which .* expires in 30 days, on 2199-01-31\./);
  });

  it("keeps the topic of the home Region when Regions are added, so that nobody has to subscribe again", async () => {
    await run({ ...everything, regions: [REGION, "eu-west-1"] });
    for (const [type, name] of [
      ["Topic", "cache-alerts"],
      ["TopicPolicy", "cache-alerts"],
      ["EventRule", "cache-alerts"],
      ["TopicSubscription", "cache-alerts-someone@example.com"],
    ] as const) {
      assert.deepEqual(monitor.find(type, `${name}@${REGION}`).aliases, [name]);
      assert.deepEqual(monitor.find(type, `${name}@eu-west-1`).aliases, []);
    }
  });

  it("alerts through topics of others, without subscriptions to make", async () => {
    const topics = {
      [REGION]: `arn:aws:sns:${REGION}:${ACCOUNT}:one`,
      "eu-west-1": `arn:aws:sns:eu-west-1:${ACCOUNT}:two`,
    };
    const registries = { quay: {} };
    const outputs = await run(
      { registries, regions: [REGION, "eu-west-1"], alerts: { topicArns: topics } },
      (cache) => new Promise((resolve) => cache.alertTopicArns.apply(resolve)),
    );
    assert.deepEqual(await outputs, topics);
    assert.ok(!monitor.requests.some(({ type }) => /^Topic/.test(type)));
    assert.equal(inputsOf("EventTarget", "cache-alerts@eu-west-1").arn, topics["eu-west-1"]);
    const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:one`;
    await run({ registries, alerts: { topicArn } });
    assert.equal(inputsOf("EventTarget", "cache-alerts").arn, topicArn);
  });

  it("takes the parts of an alert from where ECR's events have them", async () => {
    await run(everything);
    // As in the Amazon ECR user guide, "Amazon ECR events and EventBridge", with a failure.
    const event = {
      account: ACCOUNT,
      region: REGION,
      time: "2024-02-29T02:36:48Z",
      detail: {
        "sync-status": "FAILURE",
        "ecr-repository-prefix": "docker-hub",
        "repository-name": "docker-hub/library/nginx",
        "upstream-registry-url": "registry-1.docker.io",
        "image-tag": "1.27",
        "failure-code": "UPSTREAM_ACCESS_DENIED",
        "failure-reason": "The upstream refused the login",
      },
    };
    const { inputTransformer } = inputsOf("EventTarget", "cache-alerts") as {
      inputTransformer: { inputPaths: { [name: string]: string }; inputTemplate: string };
    };
    const at = (path: string) =>
      path
        .replace("$.", "")
        .split(".")
        .reduce((part: unknown, name) => (part as { [name: string]: unknown } | undefined)?.[name], event);
    const { detail, ...envelope } = event;
    const values = Object.values(inputTransformer.inputPaths).map(at);
    const { "sync-status": status, ...shown } = detail;
    assert.deepEqual(values.sort(), [...Object.values(envelope), ...Object.values(shown)].sort());
    for (const [, name = ""] of inputTransformer.inputTemplate.matchAll(/<([a-z]+)>/g)) {
      assert.ok(name in inputTransformer.inputPaths, `<${name}> has no path`);
    }
    assert.match(inputTransformer.inputTemplate, /^"Tag: <tag>"$/m);
  });

  it("keeps resources when Regions are added or removed", async () => {
    const urn = (token: string, name: string) =>
      `urn:pulumi:stack::project::pull-through-cache:index:PullThroughCache$${token}::${name}`;
    const continued = () => monitor.requests.filter(({ aliases }) => aliases.length > 0);
    const access = { accounts: [OTHER] };
    const regional = { ...dockerhub, defaults: { access }, registryPolicy: {}, scanning: {} };
    await run({ ...regional, regions: ["eu-west-1", REGION] });
    assert.equal(continued().length, 14);
    for (const { token, name, aliases } of continued()) {
      assert.deepEqual(aliases, [urn(token, name.replace(`@${REGION}`, ""))]);
    }
    await run(regional);
    assert.equal(continued().length, 7);
    for (const { token, name, aliases } of continued()) assert.deepEqual(aliases, [urn(token, `${name}@${REGION}`)]);
  });

  it("has the outputs that it documents", async () => {
    await run({ ...everything, regions: [REGION, "eu-west-1"] });
    const host = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;
    const ids = ["dockerhub", "quay", "ecr"].flatMap((key) =>
      [REGION, "eu-west-1"].map((region) => `${key}@${region}`),
    );
    const { pullPolicyJson, registryPolicyStatements, upstreamPolicyStatements, cacheRules, rules, ...others } =
      monitor.outputs.get("cache") as unknown as Outputs;
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
    assert.match(pullPolicyJson, /"ecr:BatchImportUpstreamImage"/);
    assert.equal(registryPolicyStatements.length, 1);
    assert.deepEqual(Object.keys(upstreamPolicyStatements), ["ecr"]);
    assert.deepEqual(Object.keys(cacheRules).sort(), ["eu-west-1", REGION].sort());
    assert.deepEqual(rules["ecr@eu-west-1"], {
      ecrRepositoryPrefix: "ecr",
      upstreamRegistryUrl: `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`,
      region: "eu-west-1",
    });
    assert.deepEqual(Object.keys(rules).sort(), [...ids].sort());
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
