import assert from "node:assert/strict";
import { PutRegistryPolicyCommand, PutRegistryScanningConfigurationCommand } from "@aws-sdk/client-ecr";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, TestCloud, trust } from "../testing/support";
import { RequestLog } from "./request-log";

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe("emulator: its control API", () => {
  const cloud = TestCloud.forSuite({ organizations: { "o-abc1234567": [ACCOUNT] } });

  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${cloud.url}/_local/${path}`, { method, body: text as string | undefined });
    assert.equal(response.headers.get("content-type"), "application/json");
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const done = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(method, path, body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };
  const HUB = "registry-1.docker.io";

  const nothing = {
    rules: [],
    templates: [],
    secrets: [],
    secretsScheduledForDeletion: [],
    repositories: [],
    eventRules: [],
    topics: [],
    schedules: [],
    pullTimeExclusions: [],
    registryPolicy: false,
    scanning: false,
  };
  const none = { empty: true, roles: [], serviceLinkedRoles: [], policies: [], regions: {} };
  const inventory = () => done("GET", `accounts/${ACCOUNT}`);

  it("lists all names in an account, by Region", async () => {
    assert.deepEqual(await inventory(), none);
    const ecr = cloud.ecr();
    await ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    await ecr.createRepositoryCreationTemplate({ prefix: "quay", appliedFor: ["REPLICATION"] });
    await ecr.createRepository({ repositoryName: "own" });
    const policyText = allow("ecr:CreateRepository", { Principal: { AWS: OTHER_ACCOUNT }, Resource: "*" });
    await ecr.send(new PutRegistryPolicyCommand({ policyText }));
    await ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: "ENHANCED", rules: [] }));
    await cloud.secrets().createSecret({ Name: "kept", SecretString: "a" });
    await cloud.secrets().createSecret({ Name: "going", SecretString: "a" });
    await cloud.secrets().deleteSecret({ SecretId: "going", RecoveryWindowInDays: 7 });
    await cloud.events().putRule({ Name: "failed", EventPattern: '{"source":["aws.ecr"]}' });
    const { TopicArn = "" } = await cloud.sns().createTopic({ Name: "alerts" });
    const AssumeRolePolicyDocument = trust({ Service: "scheduler.amazonaws.com" });
    await cloud.iam().createRole({ RoleName: "reminder", AssumeRolePolicyDocument });
    await cloud.scheduler().createSchedule({
      Name: "token",
      ScheduleExpression: "at(2199-01-01T00:00:00)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: TopicArn, RoleArn: `arn:aws:iam::${ACCOUNT}:role/reminder`, Input: "{}" },
    });
    const PolicyDocument = allow("ecr:*", { Resource: "*" });
    await cloud.iam().createPolicy({ PolicyName: "pull", PolicyDocument });
    await cloud.ecr({ region: "us-east-1" }).createRepository({ repositoryName: "far" });
    await cloud.ecr({ account: OTHER_ACCOUNT }).createRepository({ repositoryName: "foreign" });
    assert.deepEqual(await inventory(), {
      empty: false,
      roles: ["reminder"],
      serviceLinkedRoles: [
        "AWSServiceRoleForECRPullThroughCache",
        "AWSServiceRoleForECRTemplate",
        "AWSServiceRoleForAmazonInspector2",
      ],
      policies: [`arn:aws:iam::${ACCOUNT}:policy/pull`],
      regions: {
        [REGION]: {
          rules: ["quay"],
          templates: ["quay"],
          secrets: ["kept"],
          secretsScheduledForDeletion: ["going"],
          repositories: ["own"],
          eventRules: ["failed"],
          topics: [TopicArn],
          schedules: ["token"],
          pullTimeExclusions: [],
          registryPolicy: true,
          scanning: true,
        },
        "us-east-1": { ...nothing, repositories: ["far"] },
      },
    });
  });

  it("calls an account empty if it has only what AWS keeps by itself", async () => {
    const isEmpty = async () => (await inventory()).empty;
    const ecr = cloud.ecr();
    await ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "quay" });
    await ecr.putRegistryScanningConfiguration({ scanType: "BASIC", rules: [] });
    await cloud.secrets().createSecret({ Name: "going", SecretString: "a" });
    await cloud.secrets().deleteSecret({ SecretId: "going", RecoveryWindowInDays: 7 });
    assert.equal(await isEmpty(), true);
    const repositoryFilters = [{ filter: "*", filterType: "WILDCARD" as const }];
    const rules = [{ scanFrequency: "MANUAL" as const, repositoryFilters }];
    const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
    const { TopicArn } = { TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts` };
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/pull`;
    const EventPattern = '{"source":["aws.ecr"]}';
    const makers: readonly (readonly [make: () => Promise<unknown>, remove: () => Promise<unknown>])[] = [
      [
        () => ecr.putRegistryScanningConfiguration({ scanType: "BASIC", rules }),
        () => ecr.putRegistryScanningConfiguration({ scanType: "BASIC", rules: [] }),
      ],
      [
        () => ecr.putRegistryPolicy({ policyText: allow("ecr:CreateRepository", { Principal: "*", Resource: "*" }) }),
        () => ecr.deleteRegistryPolicy({}),
      ],
      [
        () => ecr.createRepositoryCreationTemplate({ prefix: "quay", appliedFor: ["REPLICATION"] }),
        () => ecr.deleteRepositoryCreationTemplate({ prefix: "quay" }),
      ],
      [() => ecr.createRepository({ repositoryName: "own" }), () => ecr.deleteRepository({ repositoryName: "own" })],
      [
        () => cloud.secrets().createSecret({ Name: "own", SecretString: "a" }),
        () => cloud.secrets().deleteSecret({ SecretId: "own", ForceDeleteWithoutRecovery: true }),
      ],
      [() => cloud.events().putRule({ Name: "own", EventPattern }), () => cloud.events().deleteRule({ Name: "own" })],
      [() => cloud.sns().createTopic({ Name: "alerts" }), () => cloud.sns().deleteTopic({ TopicArn })],
      [
        () => cloud.iam().createRole({ RoleName: "own", AssumeRolePolicyDocument }),
        () => cloud.iam().deleteRole({ RoleName: "own" }),
      ],
      [
        () => cloud.iam().createPolicy({ PolicyName: "pull", PolicyDocument: allow("ecr:*", { Resource: "*" }) }),
        () => cloud.iam().deletePolicy({ PolicyArn }),
      ],
    ];
    for (const [make, remove] of makers) {
      await make();
      assert.equal(await isEmpty(), false, String(make));
      await remove();
      assert.equal(await isEmpty(), true, String(remove));
    }
  });

  it("arms, lists and removes faults", async () => {
    const rule = { service: "ecr", operation: "DescribeRepositories", kind: "delay", delay: 0 };
    const other = { service: "registry", operation: "*", account: ACCOUNT, kind: "hide", when: "after", nth: 1 };
    const third = { ...rule, times: 1, reads: 2, fromEcrSeconds: 3 };
    assert.deepEqual(await done("POST", "faults", rule), {});
    await done("POST", "faults", other);
    await cloud.ecr().describeRepositories({});
    assert.deepEqual(await done("GET", "faults"), {
      rules: [
        { ...rule, seen: 1, fired: 1 },
        { ...other, seen: 0, fired: 0 },
      ],
    });
    await done("PUT", "faults", { rules: [third] });
    assert.deepEqual(await done("GET", "faults"), { rules: [{ ...third, seen: 0, fired: 0 }] });
    await done("DELETE", "faults");
    assert.deepEqual(await done("GET", "faults"), { rules: [] });
  });

  for (const [what, method, path] of [
    ["a reset", "POST", "reset"],
    ["removing the faults", "DELETE", "faults"],
    ["a release", "POST", "release"],
  ] as const) {
    it(`lists held calls, which go on after ${what}`, async () => {
      await done("POST", "faults", { service: "ecr", operation: "DescribeRepositories", kind: "stop", times: 1 });
      const call = cloud.ecr().describeRepositories({});
      let calls: unknown;
      do calls = (await done("GET", "held")).calls;
      while (JSON.stringify(calls) === "[]");
      const held = { service: "ecr", operation: "DescribeRepositories", account: ACCOUNT, when: "before" };
      assert.deepEqual(calls, [held]);
      assert.deepEqual(await done(method, path), path === "release" ? { released: 1 } : {});
      assert.deepEqual((await call).repositories, []);
      assert.deepEqual(await done("GET", "held"), { calls: [] });
      const { rules } = (await done("GET", "faults")) as { rules: unknown[] };
      assert.equal(rules.length, path === "release" ? 1 : 0);
    });
  }

  it("logs whole calls, and forgets them", async () => {
    await cloud.ecr().describeRepositories({});
    await cloud
      .iam()
      .getRole({ RoleName: "none" })
      .catch(() => undefined);
    for (const ecrRepositoryPrefix of ["quay", "again"])
      await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" });
    const { requests } = (await done("GET", "requests")) as { requests: Record<string, unknown>[] };
    const [first, second, ...rules] = requests.map(({ id, time, ...rest }) => {
      assert.match(String(id), /^[0-9a-f-]{36}$/);
      assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
      return rest;
    });
    const caller = { account: ACCOUNT, region: REGION, principal: `arn:aws:iam::${ACCOUNT}:root` };
    assert.deepEqual(first, {
      ...caller,
      service: "ecr",
      operation: "DescribeRepositories",
      actions: ["ecr:DescribeRepositories"],
      status: 200,
    });
    assert.deepEqual(second, {
      ...caller,
      service: "iam",
      operation: "GetRole",
      actions: ["iam:GetRole"],
      status: 404,
      error: "NoSuchEntity",
    });
    const create = "ecr:CreatePullThroughCacheRule";
    assert.deepEqual(
      rules.map(({ actions }) => actions),
      [[create, "iam:CreateServiceLinkedRole"], [create]],
      "the first rule makes ECR's role",
    );
    assert.deepEqual(await done("DELETE", "requests"), {});
    assert.deepEqual(await done("GET", "requests"), { requests: [] });
  });

  it("logs the last calls only", () => {
    const log = new RequestLog();
    const entry = (id: number) => ({ id: String(id), time: "", service: "ecr", operation: "x" });
    for (let id = 0; id < 20_000; id++) log.add(entry(id));
    assert.deepEqual([log.list().length, log.list()[0]?.id], [20_000, "0"]);
    log.add(entry(20_000));
    assert.deepEqual([log.list().length, log.list()[0]?.id, log.list().at(-1)?.id], [18_001, "2000", "20000"]);
  });

  it("tells and advances the time, until a reset", async () => {
    const now = async () => Date.parse(String((await done("GET", "clock")).now)) - Date.now();
    assert.ok(Math.abs(await now()) < 60_000);
    const { now: later } = await done("POST", "clock", { advanceSeconds: 3600 });
    assert.ok(Math.abs(Date.parse(String(later)) - Date.now() - 3_600_000) < 60_000);
    await done("POST", "clock", { advanceSeconds: 0 });
    assert.ok(Math.abs((await now()) - 3_600_000) < 60_000);
    await done("POST", "reset");
    assert.ok(Math.abs(await now()) < 60_000);
  });

  it("publishes, limits and counts images of upstreams, and turns upstreams off, until a reset", async () => {
    const { digest } = await done("POST", "upstreams/images", { host: "registry.k8s.io", repository: "a", tag: "1" });
    assert.match(String(digest), /^sha256:[0-9a-f]{64}$/);
    const get = async (tag = "1") => {
      const { status, headers } = await cloud.get("registry.k8s.io", `/v2/a/manifests/${tag}`);
      return [status, headers["docker-content-digest"]];
    };
    assert.deepEqual(await get(), [200, digest]);
    const requests = await done("GET", "upstreams");
    assert.deepEqual(requests, { requests: { "registry.k8s.io": 1 } });
    await done("POST", "upstreams/limit", { host: "registry.k8s.io", manifests: 0 });
    assert.equal((await get())[0], 429);
    await done("POST", "upstreams/limit", { host: "registry.k8s.io" });
    await done("POST", "upstreams/online", { host: "registry.k8s.io", online: false });
    await assert.rejects(get());
    await done("POST", "upstreams/online", { host: "registry.k8s.io", online: true });
    await done("POST", "upstreams/credentials", { host: HUB, username: "me", accessToken: "mine" });
    const login = async (text: string) =>
      (await cloud.get("auth.docker.io", "/token", Buffer.from(text).toString("base64"))).status;
    assert.deepEqual([await login("me:mine"), await login("demo-user:demo-token")], [200, 401]);
    await done("POST", "upstreams/online", { host: "registry.k8s.io", online: false });
    await done("POST", "reset");
    assert.deepEqual([await login("me:mine"), await login("demo-user:demo-token")], [401, 200]);
    assert.equal((await get())[0], 404);
  });

  it("forgets mails", async () => {
    const { TopicArn = "" } = await cloud.sns().createTopic({ Name: "alerts" });
    const subscribe = () => cloud.sns().subscribe({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" });
    await subscribe();
    assert.equal((await cloud.mails()).length, 1);
    assert.deepEqual(await done("DELETE", "mail"), {});
    assert.deepEqual(await cloud.mails(), []);
    await subscribe();
    await done("POST", "reset");
    assert.deepEqual(await cloud.mails(), []);
  });

  it("says what is wrong with each request", async () => {
    const fault = { service: "ecr", operation: "*", kind: "throttle" };
    const host = { host: HUB };
    const wrong: readonly (readonly [method: string, path: string, body: unknown, ...at: string[]])[] = [
      ["POST", "faults", {}, "service", "operation", "kind"],
      ["POST", "faults", { ...fault, service: "s3" }, "service"],
      ["POST", "faults", { ...fault, operation: "" }, "operation"],
      ["POST", "faults", { ...fault, kind: "explode" }, "kind"],
      ["POST", "faults", { ...fault, account: "1" }, "account"],
      ["POST", "faults", { ...fault, account: `${ACCOUNT}1` }, "account"],
      ["POST", "faults", { ...fault, account: `x${ACCOUNT}` }, "account"],
      ["POST", "faults", { ...fault, when: "during" }, "when"],
      ["POST", "faults", { ...fault, delay: -1 }, "delay"],
      [
        "POST",
        "faults",
        { ...fault, nth: 0, times: 0, reads: 0, fromEcrSeconds: 0 },
        "nth",
        "times",
        "reads",
        "fromEcrSeconds",
      ],
      ["PUT", "faults", {}, "rules"],
      ["PUT", "faults", { rules: [fault, {}] }, "rules.1.service", "rules.1.operation", "rules.1.kind"],
      ["POST", "clock", {}, "advanceSeconds"],
      ["POST", "clock", { advanceSeconds: -1 }, "advanceSeconds"],
      ["POST", "lifecycle", {}, "account", "region"],
      ["POST", "upstreams/online", {}, "host", "online"],
      ["POST", "upstreams/limit", {}, "host"],
      ["POST", "upstreams/limit", { ...host, manifests: -1 }, "manifests"],
      ["POST", "upstreams/credentials", {}, "host", "username", "accessToken"],
      ["POST", "upstreams/images", {}, "host", "repository", "tag"],
      ["POST", "service-token", {}, "service", "region"],
      ["POST", "service-token", { service: "s", region: "r", sourceAccount: "1" }, "sourceAccount"],
    ];
    for (const [method, path, body, ...places] of wrong) {
      const answer = await ask(method, path, body);
      const problems = answer.body.problems as { at: string }[];
      assert.deepEqual([answer.status, problems.map(({ at }) => at)], [400, places], JSON.stringify(body));
    }
    for (const [path, body] of [
      ["faults", "{"],
      ["faults", "[]"],
      ["clock", { advanceSeconds: "1" }],
      ["upstreams/online", { ...host, online: "true" }],
    ] as const) {
      const answer = await ask("POST", path, body);
      assert.deepEqual([answer.status, Object.keys(answer.body)], [400, ["problems"]], JSON.stringify(body));
    }
  });

  it("names what it knows if it is asked for something else, and inventories accounts of 12 digits only", async () => {
    for (const [method, path] of [
      ["GET", "unknown"],
      ["GET", "constructor"],
      ["POST", "requests"],
      ["POST", `accounts/${ACCOUNT}`],
      ["GET", `accounts/${ACCOUNT}1`],
      ["GET", `x/accounts/${ACCOUNT}`],
    ] as const) {
      const { status, body } = await ask(method, path);
      assert.deepEqual([status, body.message], [404, `Unknown: ${method} ${path}`]);
      assert.ok((body.known as string[]).includes("GET requests"));
    }
  });

  it("answers only to this machine's names", async () => {
    const asked = async (host: string) => {
      const { status, body } = await cloud.get(host, "/_local/requests");
      return [status, JSON.parse(body).message];
    };
    for (const host of ["127.0.0.1", "localhost", "LOCALHOST:99"])
      assert.deepEqual(await asked(host), [200, undefined]);
    for (const host of ["example.com", "127.0.0.2", "localhost.example.com"])
      assert.deepEqual(await asked(host), [403, "Only programs on this machine are answered"]);
  });
});
