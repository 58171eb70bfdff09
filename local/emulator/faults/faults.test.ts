import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
} from "@aws-sdk/client-ecr";
import { CreateRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ACCOUNT, allow, REGION, refused, TestCloud, trust } from "../testing/support";

describe("emulator: faults, control and state", () => {
  let cloud: TestCloud;
  const directory = mkdtempSync(join(tmpdir(), "emulator-test-"));

  before(async () => {
    cloud = await TestCloud.start({ stateDirectory: directory });
  });
  after(async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => cloud.control("POST", "reset"));

  const create = (ecrRepositoryPrefix: string, signal?: AbortSignal) => {
    const command = new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" });
    return cloud.ecr().send(command, { abortSignal: signal });
  };
  const prefixes = async () => {
    const { pullThroughCacheRules = [] } = await cloud.ecr().send(new DescribePullThroughCacheRulesCommand({}));
    return pullThroughCacheRules.map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix);
  };
  const fault = (rule: Record<string, unknown>) =>
    cloud.control("POST", "faults", { service: "ecr", operation: "CreatePullThroughCacheRule", ...rule });

  describe("a call", () => {
    const kinds: [string, string][] = [
      ["throttle", "ThrottlingException"],
      ["error500", "InternalFailure"],
      ["accessDenied", "AccessDeniedException"],
    ];
    for (const [kind, name] of kinds) {
      it(`fails by ${kind} before its effect, or after it`, async () => {
        await fault({ kind, times: 1 });
        await refused(create("aa"), name);
        assert.deepEqual(await prefixes(), []);
        await create("aa");
        await fault({ kind, when: "after", times: 1 });
        await refused(create("bb"), name);
        assert.deepEqual(await prefixes(), ["aa", "bb"]);
      });
    }

    it("loses its connection", async () => {
      await fault({ kind: "reset", when: "after", times: 1 });
      await assert.rejects(create("aa"), { code: "ECONNRESET" });
      assert.deepEqual(await prefixes(), ["aa"]);
      await fault({ kind: "timeout", delay: 10, times: 1 });
      await assert.rejects(create("bb"));
      assert.deepEqual(await prefixes(), ["aa"]);
    });

    it("fails the nth time, in one account, in IAM's protocol", async () => {
      await fault({ kind: "throttle", nth: 2 });
      await create("aa");
      await refused(create("bb"), "ThrottlingException");
      await create("cc");
      await cloud.control("PUT", "faults", {
        rules: [{ service: "iam", operation: "*", account: "444455556666", kind: "throttle" }],
      });
      const get = (account: string) => cloud.iam({ account }).send(new GetRoleCommand({ RoleName: "none" }));
      await refused(get(ACCOUNT), "NoSuchEntityException");
      await refused(get("444455556666"), "Throttling");
    });

    it("is held before its effect, and never happens if its client disconnects", async () => {
      await fault({ kind: "stop", times: 1 });
      const client = new AbortController();
      const call = create("aa", client.signal).catch((error: Error) => error.name);
      await held(1);
      client.abort();
      assert.equal(await call, "AbortError");
      await held(0);
      assert.deepEqual(await prefixes(), []);
    });

    it("is held after its effect, and answers when it is released", async () => {
      await fault({ kind: "stop", when: "after", times: 1 });
      const call = create("aa");
      await held(1);
      assert.deepEqual(await prefixes(), ["aa"]);
      await cloud.control("POST", "release");
      assert.equal((await call).ecrRepositoryPrefix, "aa");
    });

    async function held(count: number): Promise<void> {
      for (let tries = 0; tries < 200; tries++) {
        const { calls } = await cloud.control<{ calls: unknown[] }>("GET", "held");
        if (calls.length === count) return;
        await sleep(10);
      }
      assert.fail(`never ${count} calls held`);
    }

    it("creates something that the next reads do not see yet", async () => {
      const hide = (service: string, operation: string) =>
        fault({ service, operation, kind: "hide", reads: 2, times: 1 });
      await hide("iam", "CreateRole");
      const RoleName = "late";
      const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
      await cloud.iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const get = () => cloud.iam().send(new GetRoleCommand({ RoleName }));
      await refused(get(), "NoSuchEntityException");
      await refused(get(), "NoSuchEntityException");
      assert.equal((await get()).Role?.RoleName, RoleName);
      await hide("iam", "CreatePolicy");
      const PolicyDocument = allow("ecr:BatchGetImage", { Resource: "*" });
      const { Policy } = await cloud.iam().createPolicy({ PolicyName: "late", PolicyDocument });
      const getPolicy = () => cloud.iam().getPolicy({ PolicyArn: Policy?.Arn });
      for (let read = 0; read < 2; read++) await refused(getPolicy(), "NoSuchEntityException");
      assert.deepEqual((await getPolicy()).Policy?.PolicyName, "late");
      await hide("secretsmanager", "CreateSecret");
      const { ARN } = await cloud.secrets().send(new CreateSecretCommand({ Name: "late", SecretString: "x" }));
      const describe = () => cloud.secrets().send(new DescribeSecretCommand({ SecretId: ARN }));
      await refused(describe(), "ResourceNotFoundException");
      await refused(describe(), "ResourceNotFoundException");
      await describe();
    });

    it("creates something that only ECR does not see for some seconds", async () => {
      const hide = (service: string, operation: string) =>
        fault({ service, operation, kind: "hide", fromEcrSeconds: 10, times: 1 });
      await hide("secretsmanager", "CreateSecret");
      const Name = "ecr-pullthroughcache/hub";
      const { ARN: credentialArn } = await cloud.secrets().send(new CreateSecretCommand({ Name, SecretString: "{}" }));
      await cloud.secrets().send(new DescribeSecretCommand({ SecretId: Name }));
      const rule = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn };
      const createRule = () => cloud.ecr().send(new CreatePullThroughCacheRuleCommand(rule));
      await refused(createRule(), "SecretNotFoundException");
      await hide("iam", "CreateRole");
      const RoleName = "late";
      const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
      const { Role } = await cloud.iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      await cloud.iam().send(new GetRoleCommand({ RoleName }));
      const template = { prefix: "hub", appliedFor: ["PULL_THROUGH_CACHE" as const], customRoleArn: Role?.Arn };
      const createTemplate = () => cloud.ecr().send(new CreateRepositoryCreationTemplateCommand(template));
      await refused(createTemplate(), "InvalidParameterException", /cannot be assumed/);
      await cloud.control("POST", "clock", { advanceSeconds: 11 });
      await createRule();
      await createTemplate();
    });

    it("fails for pulls too", async () => {
      await create("quay");
      await fault({ service: "registry", operation: "manifest", kind: "throttle", times: 1 });
      const pull = async () => (await cloud.pull("quay/argoproj/argocd", "latest")).status;
      assert.deepEqual([await pull(), await pull()], [429, 200]);
    });
  });

  describe("the control API", () => {
    it("logs calls without their inputs and outputs", async () => {
      await create("quay");
      await fault({ kind: "throttle", times: 1 });
      await refused(create("again"), "ThrottlingException");
      await cloud.pull("quay/argoproj/argocd", "latest");
      const { requests } = await cloud.control<{ requests: Record<string, unknown>[] }>("GET", "requests");
      const seen = requests.map(({ service, operation, status, fault }) => [service, operation, status, fault]);
      assert.deepEqual(seen, [
        ["ecr", "CreatePullThroughCacheRule", 200, undefined],
        ["ecr", "CreatePullThroughCacheRule", 400, "throttle before"],
        ["ecr", "GetAuthorizationToken", 200, undefined],
        ["registry", "manifest", 200, undefined],
      ]);
      assert.equal(requests[0]?.account, ACCOUNT);
      assert.equal(requests[0]?.region, REGION);
    });

    it("accepts a fault by the name that it logs", async () => {
      const TypeName = "AWS::ECR::RegistryScanningConfiguration";
      const read = () => cloud.cloudControl().send(new GetResourceCommand({ TypeName, Identifier: ACCOUNT }));
      await read();
      const { requests } = await cloud.control<{ requests: Record<string, unknown>[] }>("GET", "requests");
      await fault({ service: requests[0]?.service, operation: requests[0]?.operation, kind: "throttle" });
      await refused(read(), "ThrottlingException");
    });

    it("shows whether an account is empty", async () => {
      const empty = async () => (await cloud.control<{ empty: boolean }>("GET", `accounts/${ACCOUNT}`)).empty;
      assert.equal(await empty(), true);
      await cloud.ecr().send(new CreateRepositoryCommand({ repositoryName: "app" }));
      assert.equal(await empty(), false);
    });

    it("reports what is wrong with a request", async () => {
      const put = (body: string) => fetch(`${cloud.url}/_local/faults`, { method: "POST", body });
      assert.equal((await put("{")).status, 400);
      assert.equal((await put('{"service":"s3","operation":"*","kind":"throttle"}')).status, 400);
      assert.equal((await fetch(`${cloud.url}/_local/unknown`)).status, 404);
    });

    it("accepts only this machine's host names", async () => {
      assert.equal((await cloud.get("example.com", "/_local/requests")).status, 403);
    });
  });

  it("keeps its state, its clock and its tokens over a restart", async () => {
    await create("quay");
    await cloud.secrets().send(new CreateSecretCommand({ Name: "kept", SecretString: "value" }));
    await cloud.pull("quay/argoproj/argocd", "latest");
    await cloud.control("POST", "clock", { advanceSeconds: 3600 });
    const token = await cloud.token();
    await cloud.restart({ stateDirectory: directory });
    assert.deepEqual(await prefixes(), ["quay"]);
    const kept = await cloud.secrets().send(new GetSecretValueCommand({ SecretId: "kept" }));
    assert.equal(kept.SecretString, "value");
    const { now } = await cloud.control<{ now: string }>("GET", "clock");
    assert.ok(Date.parse(now) > Date.now() + 3_500_000);
    await cloud.control("POST", "upstreams/online", { host: "quay.io", online: false });
    const host = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
    assert.equal((await cloud.get(host, "/v2/quay/argoproj/argocd/manifests/latest", token)).status, 200);
  });

  it("turns tunnels away so that clients fall back to plain HTTP", async () => {
    const { hostname, port } = new URL(cloud.url);
    const socket = connect(Number(port), hostname);
    socket.write(`CONNECT ${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com:443 HTTP/1.1\r\n\r\n`);
    const [line] = String(await new Promise((resolve) => socket.once("data", resolve))).split("\r\n");
    assert.equal(line, "HTTP/1.1 405 Method Not Allowed");
    socket.destroy();
  });

  it("refuses Regions that AWS does not have", async () => {
    const call = cloud.ecr({ region: "eu-west-9" }).send(new DescribeRepositoriesCommand({}));
    await refused(call, "InvalidSignatureException", /scoped to a valid Region, not 'eu-west-9'/);
    await cloud.ecr({ region: "mx-central-1" }).send(new DescribeRepositoriesCommand({}));
  });

  it("answers unknown operations like AWS", async () => {
    const response = await fetch(cloud.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=AKIAROOT${ACCOUNT}/20260101/${REGION}/ecr/aws4_request, Signature=x`,
        "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.constructor",
      },
      body: "{}",
    });
    assert.equal(response.headers.get("x-amzn-errortype"), "UnknownOperationException");
    assert.equal((await fetch(cloud.url)).status, 403);
    await cloud.ecr().send(new DescribeRepositoriesCommand({}));
  });
});
