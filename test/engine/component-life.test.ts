import assert from "node:assert/strict";
import { CreateSecretCommand, DeleteSecretCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { inventory, root, secretsManager } from "../support/aws";
import { cacheProgram, changed, setCredentials } from "../support/cache";
import { type DeploymentResult, type Engine, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const OWN_ECR = `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`;

describe("the life of a stack", () => {
  let engine: Engine;
  let project: Project;

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "life" });
    await setCredentials(project, "hub", "demo-user", "first-token");
  });
  after(() => engine?.stop());

  /** Puts a program with these registries in place and deploys it. */
  async function up(registries: string, more = ""): Promise<DeploymentResult> {
    await project.setProgram(cacheProgram(`{ registries: ${registries} }`, { more }));
    return project.up();
  }

  it("previews what it then creates, with every URL known", async () => {
    const program = cacheProgram(`{ registries: { hub: { registry: "registry-1.docker.io" }, quay: {} } }`, {
      more: "exports.urls = cache.urls; exports.image = cache.image('nginx:1.27');",
    });
    await project.setProgram(program);
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
    const cache = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
    for (const url of [`${cache}/hub`, `${cache}/quay`, `${cache}/hub/library/nginx:1.27`]) {
      assert.ok(preview.stdout.includes(`"${url}"`), `${url} is not in the preview`);
    }
    assert.deepEqual(await project.outputs(), {
      urls: { hub: `${cache}/hub`, quay: `${cache}/quay` },
      image: `${cache}/hub/library/nginx:1.27`,
    });
  });

  it("creates the rule after the value of its secret", async () => {
    const { resources = [] } = (await project.exportStack()).deployment;
    const rule = resources.find(({ urn }) => urn.endsWith("PullThroughCacheRule::cache-hub"));
    const version = resources.find(({ urn }) => urn.endsWith("SecretVersion::cache-hub"));
    assert.ok(version && rule?.dependencies?.includes(version.urn));
  });

  it("changes nothing in a second up", async () => {
    assert.deepEqual(changed(await project.up()), []);
  });

  it("finds nothing in a refresh", async () => {
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("changes nothing when the order of the registries changes", async () => {
    assert.deepEqual(changed(await up(`{ quay: {}, hub: { registry: "registry-1.docker.io" } }`)), []);
  });

  it("creates only what belongs to an added registry", async () => {
    const result = await up(`{ k8s: {}, quay: {}, hub: { registry: "registry-1.docker.io" } }`);
    assert.deepEqual(changed(result).sort(), [
      "create PullThroughCacheRule cache-k8s",
      "create RepositoryCreationTemplate cache-k8s",
    ]);
  });

  it("deletes only what belongs to a removed registry", async () => {
    const result = await up(`{ quay: {}, hub: { registry: "registry-1.docker.io" } }`);
    assert.deepEqual(changed(result).sort(), [
      "delete PullThroughCacheRule cache-k8s",
      "delete RepositoryCreationTemplate cache-k8s",
    ]);
  });

  it("replaces the rule delete-first when the upstream changes", async () => {
    const result = await up(`{ quay: { registry: "public.ecr.aws" }, hub: { registry: "registry-1.docker.io" } }`);
    assert.deepEqual(changed(result).sort(), [
      "create-replacement PullThroughCacheRule cache-quay",
      "delete-replaced PullThroughCacheRule cache-quay",
      "replace PullThroughCacheRule cache-quay",
      "update RepositoryCreationTemplate cache-quay",
    ]);
    assertDeletesFirst(result, "PullThroughCacheRule cache-quay");
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
    const { regions } = await inventory(engine.aws, ACCOUNT);
    assert.deepEqual([...(regions["us-east-1"]?.rules ?? [])].sort(), ["hub", "team/public"]);
  });

  it("replaces the value of the secret, and nothing else, when a token is rotated", async () => {
    await project.configSet("pull-through-cache:credentials.hub.accessToken", "second-token", {
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

  it("takes an existing secret in place of its own", async () => {
    const client = secretsManager(engine.aws, root(ACCOUNT));
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    const { ARN } = await client.send(new CreateSecretCommand({ Name: "ecr-pullthroughcache/own", SecretString }));
    const registries = `{ quay: {}, hub: { registry: "registry-1.docker.io", credentialArn: "${ARN}" } }`;
    const result = await up(registries);
    const ofHub = changed(result).filter((change) => change.endsWith("cache-hub"));
    assert.deepEqual(ofHub.sort(), [
      "delete Secret cache-hub",
      "delete SecretVersion cache-hub",
      "update PullThroughCacheRule cache-hub",
    ]);
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    assert.deepEqual(
      SecretList.map(({ Name }) => Name),
      ["ecr-pullthroughcache/own"],
    );
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("removes a credential by replacing the rule, because ECR cannot do it in place", async () => {
    const result = await up(`{ quay: {}, hub: { registry: "registry.k8s.io" } }`);
    assertDeletesFirst(result, "PullThroughCacheRule cache-hub");
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("creates a role for an ECR upstream, and removes it by replacing the rule", async () => {
    const created = await up(`{ other: { registry: "${OWN_ECR}" } }`);
    assert.ok(changed(created).includes("create Role cache-upstream"));
    const dropped = await up(`{ other: { registry: "${OWN_ECR}", createRole: false } }`);
    assert.ok(changed(dropped).includes("delete Role cache-upstream"));
    assertDeletesFirst(dropped, "PullThroughCacheRule cache-other");
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("removes a given role by replacing the rule", async () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/given`;
    const more = `new aws.iam.Role("given", { name: "given", assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "pullthroughcache.ecr.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }) });`;
    await up(`{ other: { registry: "${OWN_ECR}", roleArn: "${role}" } }`, more);
    const dropped = await up(`{ other: { registry: "${OWN_ECR}", createRole: false } }`, more);
    assertDeletesFirst(dropped, "PullThroughCacheRule cache-other");
    assert.deepEqual(changed(await project.up()), []);
  });

  it("leaves nothing behind, and deploys again at once", async () => {
    await removeOwnSecret();
    const registries = `{ hub: { registry: "registry-1.docker.io" }, other: { registry: "${OWN_ECR}" } }`;
    await up(registries);
    await project.destroy();
    const left = await inventory(engine.aws, ACCOUNT);
    assert.equal(left.empty, true, JSON.stringify(left));
    assert.deepEqual(left.regions["us-east-1"]?.secretsScheduledForDeletion, []);
    await project.up();
    await project.destroy();
    assert.equal((await inventory(engine.aws, ACCOUNT)).empty, true);
  });

  it("deploys again at once even while the deleted secret can still be recovered", async () => {
    const registries = `{ hub: { registry: "registry-1.docker.io", secret: { recoveryWindowInDays: 7 } } }`;
    await up(registries);
    await project.destroy();
    const left = await inventory(engine.aws, ACCOUNT);
    assert.equal(left.regions["us-east-1"]?.secretsScheduledForDeletion.length, 1);
    await project.up();
    await project.destroy();
    assert.equal((await inventory(engine.aws, ACCOUNT)).empty, true);
  });

  async function removeOwnSecret(): Promise<void> {
    const client = secretsManager(engine.aws, root(ACCOUNT));
    await client.send(
      new DeleteSecretCommand({ SecretId: "ecr-pullthroughcache/own", ForceDeleteWithoutRecovery: true }),
    );
  }
});

function assertDeletesFirst(result: DeploymentResult, resource: string): void {
  const changes = changed(result);
  const deleted = changes.indexOf(`delete-replaced ${resource}`);
  const created = changes.indexOf(`create-replacement ${resource}`);
  assert.ok(deleted >= 0 && created > deleted, `${resource} is not replaced delete-first: ${changes.join(", ")}`);
}
