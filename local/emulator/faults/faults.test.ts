import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNT, OTHER_ACCOUNT, refused, TestCloud, trust } from "../testing/support";

const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });

describe("emulator: faults", () => {
  const cloud = TestCloud.forSuite();
  const create = (ecrRepositoryPrefix: string, abortSignal?: AbortSignal) =>
    cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" }, { abortSignal });
  const prefixes = async () =>
    ((await cloud.ecr().describePullThroughCacheRules({})).pullThroughCacheRules ?? []).map(
      ({ ecrRepositoryPrefix }) => ecrRepositoryPrefix,
    );
  const fault = (rule: object) =>
    cloud.control("POST", "faults", { service: "ecr", operation: "CreatePullThroughCacheRule", ...rule });
  const ofRoles = (rule: object) => fault({ service: "iam", operation: "CreateRole", ...rule });
  const createRole = (RoleName: string) => cloud.iam().createRole({ RoleName, AssumeRolePolicyDocument });

  for (const [kind, json, query] of [
    ["throttle", "ThrottlingException", "Throttling"],
    ["error500", "InternalFailure", "InternalFailure"],
    ["accessDenied", "AccessDeniedException", "AccessDenied"],
  ] as const) {
    it(`${kind} before its effect, or after it, in the words of the service`, async () => {
      await fault({ kind, times: 1 });
      await refused(create("aa"), json);
      assert.deepEqual(await prefixes(), []);
      await fault({ kind, when: "after", times: 1 });
      await refused(create("bb"), json);
      assert.deepEqual(await prefixes(), ["bb"]);
      await ofRoles({ kind });
      await refused(createRole("a"), query);
      const { requests } = await cloud.control<{ requests: { fault?: string }[] }>("GET", "requests");
      const faults = requests.map((request) => request.fault).filter((each) => each !== undefined);
      assert.deepEqual(faults, [`${kind} before`, `${kind} after`, `${kind} before`]);
    });
  }

  it("a lost connection", async () => {
    await fault({ kind: "reset", when: "after", times: 1 });
    await assert.rejects(create("aa"), { code: "ECONNRESET" });
    await fault({ kind: "timeout", delay: 10, times: 1 });
    await assert.rejects(create("bb"));
    assert.deepEqual(await prefixes(), ["aa"]);
  });

  it("the nth time, in one account", async () => {
    await fault({ kind: "throttle", nth: 2, account: ACCOUNT });
    const others = cloud.ecr({ account: OTHER_ACCOUNT });
    await others.createPullThroughCacheRule({ ecrRepositoryPrefix: "aa", upstreamRegistryUrl: "quay.io" });
    await create("aa");
    await refused(create("bb"), "ThrottlingException");
    await create("cc");
  });

  async function held(count: number): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const { calls } = await cloud.control<{ calls: unknown[] }>("GET", "held");
      if (calls.length === count) return;
      await sleep(10);
    }
    assert.fail(`never ${count} calls held`);
  }

  it("a stop before its effect, which never happens if the client disconnects", async () => {
    await fault({ kind: "stop", times: 1 });
    const client = new AbortController();
    const call = create("aa", client.signal).catch((error: Error) => error.name);
    await held(1);
    client.abort();
    assert.equal(await call, "AbortError");
    await held(0);
    assert.deepEqual(await prefixes(), []);
  });

  it("a stop after its effect, until it is released", async () => {
    await fault({ kind: "stop", when: "after", times: 1 });
    const call = create("aa");
    await held(1);
    assert.deepEqual(await prefixes(), ["aa"]);
    await cloud.control("POST", "release");
    assert.equal((await call).ecrRepositoryPrefix, "aa");
  });

  it("something new that the next reads do not see yet", async () => {
    await ofRoles({ kind: "hide", reads: 2, times: 1 });
    await createRole("late");
    const getRole = () => cloud.iam().getRole({ RoleName: "late" });
    for (let read = 0; read < 2; read++) await refused(getRole(), "NoSuchEntityException");
    await getRole();
    await fault({ service: "secretsmanager", operation: "CreateSecret", kind: "hide", times: 1 });
    await cloud.secrets().createSecret({ Name: "late", SecretString: "x" });
    const describe = () => cloud.secrets().describeSecret({ SecretId: "late" });
    await refused(describe(), "ResourceNotFoundException");
    await describe();
  });

  it("something new that only ECR does not see for some seconds", async () => {
    await ofRoles({ kind: "hide", fromEcrSeconds: 10, times: 1 });
    const { Role } = await createRole("late");
    await cloud.iam().getRole({ RoleName: "late" });
    const createTemplate = () =>
      cloud.ecr().createRepositoryCreationTemplate({
        prefix: "hub",
        appliedFor: ["PULL_THROUGH_CACHE"],
        customRoleArn: Role?.Arn,
      });
    await refused(createTemplate(), "InvalidParameterException", /cannot be assumed/);
    await cloud.control("POST", "clock", { advanceSeconds: 11 });
    await createTemplate();
  });

  it("are put in place of others, and removed, which releases what is held", async () => {
    await fault({ kind: "stop" });
    const call = create("aa");
    await held(1);
    await cloud.control("DELETE", "faults");
    await call;
    const rule = { service: "ecr", operation: "*", kind: "throttle" };
    await cloud.control("PUT", "faults", { rules: [rule] });
    await refused(create("bb"), "ThrottlingException");
    assert.deepEqual(await cloud.control("GET", "faults"), { rules: [{ ...rule, seen: 1, fired: 1 }] });
  });
});
