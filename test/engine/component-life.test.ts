import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { findRemains, type Remains } from "../../lab/aws/remains";
import { cacheProgram, changed as changes, setCredentials } from "../support/cache";
import type { DeploymentResult, Project } from "../support/engine";
import { type LifeTarget, startLifeTarget } from "../support/life-target";

// `npm run life` runs these tests in a real account.
describe("the life of a stack", () => {
  let target: LifeTarget;
  let project: Project;
  /** This account's registry in the test's Region, and in another. */
  let ownCache: string;
  let ownEcr: string;
  /** A secret that the stack does not own. */
  let ownSecret: string;

  before(async () => {
    target = await startLifeTarget();
    const { account, region } = target.cloud;
    ownCache = `${account}.dkr.ecr.${region}.amazonaws.com`;
    ownEcr = `${account}.dkr.ecr.${region === "eu-west-1" ? "us-east-1" : "eu-west-1"}.amazonaws.com`;
    ownSecret = `ecr-pullthroughcache/${target.prefix}-own`;
    project = await target.project({ name: target.prefix });
    await setCredentials(project, `${target.prefix}-hub`, "demo-user", "first-token");
  });
  after(async () => {
    if (target === undefined) return;
    await removeOwnSecret();
    await target.stop();
  });

  /** A program with these registries, with the target's prefix before each key and prefix. */
  function program(registries: string, { before = "", more = "" } = {}): string {
    const own = `const own = (registries) => Object.fromEntries(Object.entries(registries).map(([key, entry]) => [
      "${target.prefix}-" + key,
      { registry: key, ...entry, ...(entry.prefix && { prefix: "${target.prefix}-" + entry.prefix }) },
    ]));`;
    return cacheProgram(`{ registries: own(${registries}) }`, { before: own + before, more });
  }

  /** Deploys a program with these registries. */
  async function up(registries: string, before = ""): Promise<DeploymentResult> {
    await project.setProgram(program(registries, { before }));
    return project.up();
  }

  /** What a deployment changed, by names without the target's prefix. */
  function changed(result: DeploymentResult): string[] {
    return changes(result).map((change) => change.replace(`${target.prefix}-`, ""));
  }

  async function assertExists(expected: Partial<Remains>): Promise<void> {
    const end = Date.now() + target.lagMs;
    for (;;) {
      const all = await findRemains(target.cloud, target.prefix);
      const found = Object.fromEntries(Object.entries(all).filter(([kind]) => kind in expected));
      if (isDeepStrictEqual(found, expected) || Date.now() >= end) return assert.deepEqual(found, expected);
      await sleep(5000);
    }
  }

  async function assertNothingExists(): Promise<void> {
    await assertExists({ rules: [], templates: [], secrets: [], roles: [] });
    assert.notEqual(await target.isEmpty?.(), false);
  }

  it("previews what it then creates, with every URL known", async () => {
    const more = "exports.urls = cache.urls; exports.image = cache.image('nginx:1.27');";
    await project.setProgram(program(`{ hub: { registry: "registry-1.docker.io" }, quay: {} }`, { more }));
    const preview = await project.preview();
    const created = await project.up();
    assert.deepEqual(changed(preview).sort(), changed(created).sort());
    assert.deepEqual(changed(created).sort(), [
      "create PullThroughCacheRule cache-hub",
      "create PullThroughCacheRule cache-quay",
      "create RepositoryCreationTemplate cache-hub",
      "create RepositoryCreationTemplate cache-quay",
      "create Secret cache-hub",
      "create SecretVersion cache-hub",
    ]);
    const hub = `${target.prefix}-hub`;
    const quay = `${target.prefix}-quay`;
    const expected = {
      urls: { [hub]: `${ownCache}/${hub}`, [quay]: `${ownCache}/${quay}` },
      image: `${ownCache}/${hub}/library/nginx:1.27`,
    };
    for (const url of [...Object.values(expected.urls), expected.image]) {
      assert.ok(preview.stdout.includes(`"${url}"`), `${url} is not in the preview`);
    }
    assert.deepEqual(await project.outputs(), expected);
  });

  it("changes nothing in a second up, nor in a refresh", async () => {
    assert.deepEqual(changed(await project.up()), []);
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("creates only what belongs to an added registry, and deletes only what belongs to a removed one", async () => {
    const live = ["PullThroughCacheRule cache-k8s", "RepositoryCreationTemplate cache-k8s"];
    const others = `quay: {}, hub: { registry: "registry-1.docker.io" }`;
    assert.deepEqual(
      changed(await up(`{ k8s: {}, ${others} }`)).sort(),
      live.map((resource) => `create ${resource}`),
    );
    assert.deepEqual(
      changed(await up(`{ ${others} }`)).sort(),
      live.map((resource) => `delete ${resource}`),
    );
  });

  it("replaces the rule delete-first when the upstream changes", async () => {
    const result = await up(`{ quay: { registry: "public.ecr.aws" }, hub: { registry: "registry-1.docker.io" } }`);
    assert.deepEqual(changed(result).sort(), [
      "create-replacement PullThroughCacheRule cache-quay",
      "delete-replaced PullThroughCacheRule cache-quay",
      "replace PullThroughCacheRule cache-quay",
      "update RepositoryCreationTemplate cache-quay",
    ]);
    assertDeletesFirst(changed(result), "PullThroughCacheRule cache-quay");
  });

  it("moves rule and template delete-first when the prefix changes", async () => {
    const result = await up(
      `{ quay: { registry: "public.ecr.aws", prefix: "team/public" }, hub: { registry: "registry-1.docker.io" } }`,
    );
    assert.deepEqual(changed(result).sort(), [
      "create-replacement PullThroughCacheRule cache-team/public",
      "create-replacement RepositoryCreationTemplate cache-team/public",
      "delete-replaced PullThroughCacheRule cache-quay",
      "delete-replaced RepositoryCreationTemplate cache-quay",
      "replace PullThroughCacheRule cache-team/public",
      "replace RepositoryCreationTemplate cache-team/public",
    ]);
    await assertExists({ rules: [`${target.prefix}-hub`, `${target.prefix}-team/public`] });
  });

  it("replaces the value of the secret, and nothing else, when a token is rotated", async () => {
    await project.configSet(`pull-through-cache:credentials.${target.prefix}-hub.accessToken`, "second-token", {
      secret: true,
      path: true,
    });
    const result = await project.up();
    assert.deepEqual(changed(result).sort(), [
      "create-replacement SecretVersion cache-hub",
      "delete-replaced SecretVersion cache-hub",
      "replace SecretVersion cache-hub",
    ]);
    assert.deepEqual(changed(await project.up()), []);
  });

  it("uses an existing secret instead of its own", async () => {
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    const { ARN } = await target.cloud.secrets.send(new CreateSecretCommand({ Name: ownSecret, SecretString }));
    const registries = `{ quay: {}, hub: { registry: "registry-1.docker.io", credentialArn: "${ARN}" } }`;
    const result = await up(registries);
    const ofHub = changed(result).filter((change) => change.endsWith("cache-hub"));
    assert.deepEqual(ofHub.sort(), [
      "delete Secret cache-hub",
      "delete SecretVersion cache-hub",
      "update PullThroughCacheRule cache-hub",
    ]);
    await assertExists({ secrets: [ownSecret], secretsScheduledForDeletion: [] });
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("removes a credential by replacing the rule, because ECR cannot do it in place", async () => {
    const result = await up(`{ quay: {}, hub: { registry: "registry.k8s.io" } }`);
    assertDeletesFirst(changed(result), "PullThroughCacheRule cache-hub");
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("creates a role for an ECR upstream, and removes it by replacing the rule", async () => {
    const created = await up(`{ other: { registry: "${ownEcr}" } }`);
    assert.ok(changed(created).includes("create Role cache-upstream"));
    const dropped = await up(`{ other: { registry: "${ownEcr}", createRole: false } }`);
    assert.ok(changed(dropped).includes("delete Role cache-upstream"));
    assertDeletesFirst(changed(dropped), "PullThroughCacheRule cache-other");
    assert.deepEqual(changed(await project.refresh()), []);
  });

  for (const [what, days] of [
    ["leaves nothing behind", 0],
    ["leaves a secret that can still be recovered", 7],
  ] as const) {
    it(`${what}, and deploys again at once`, async () => {
      await removeOwnSecret();
      const secret = `secret: { recoveryWindowInDays: ${days} }`;
      await up(`{ hub: { registry: "registry-1.docker.io", ${secret} }, other: { registry: "${ownEcr}" } }`);
      await project.destroy();
      await assertNothingExists();
      if (days === 0) await assertExists({ secretsScheduledForDeletion: [] });
      else assert.equal((await findRemains(target.cloud, target.prefix)).secretsScheduledForDeletion.length, 1);
      await project.up();
      await project.destroy();
      await assertNothingExists();
    });
  }

  async function removeOwnSecret(): Promise<void> {
    const command = new DeleteSecretCommand({ SecretId: ownSecret, ForceDeleteWithoutRecovery: true });
    await target.cloud.secrets.send(command);
  }
});

function assertDeletesFirst(changes: readonly string[], resource: string): void {
  const deleted = changes.indexOf(`delete-replaced ${resource}`);
  const created = changes.indexOf(`create-replacement ${resource}`);
  assert.ok(deleted >= 0 && created > deleted, `${resource} is not replaced delete-first: ${changes.join(", ")}`);
}
