import assert from "node:assert/strict";
import { DescribePullThroughCacheRulesCommand } from "@aws-sdk/client-ecr";
import { GetSecretValueCommand, ListSecretsCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ecr, pull, root, secretsManager } from "../support/aws";
import { cacheProgram, changed, deploy } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0123abcd-0000-1111-2222-333344445555`;
const OTHER_ECR = "444455556666.dkr.ecr.us-east-1.amazonaws.com";
describe("changes of an existing cache", () => {
  let engine: Engine;
  let project: Project;

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "changes" });
  });
  after(() => engine?.stop());

  const up = (args: string, before = "") => deploy(project, cacheProgram(args, { before }));

  async function upstreams(): Promise<Record<string, string | undefined>> {
    const client = ecr(engine.aws, root(ACCOUNT));
    const { pullThroughCacheRules = [] } = await client.send(new DescribePullThroughCacheRulesCommand({}));
    return Object.fromEntries(
      pullThroughCacheRules.map((rule) => [rule.ecrRepositoryPrefix, rule.upstreamRegistryUrl]),
    );
  }

  it("a renamed key changes nothing while its prefix stays", async () => {
    await up("{ registries: { quay: {}, k8s: {} } }");
    assert.deepEqual(await up(`{ registries: { q: { registry: "quay", prefix: "quay" }, k8s: {} } }`), []);
  });

  it("two entries swap their prefixes in one update", async () => {
    const changes = await up(`{ registries: { quay: { prefix: "k8s" }, k8s: { prefix: "quay" } } }`);
    assert.ok(!changes.some((change) => change.startsWith("delete ")), changes.join(", "));
    assert.deepEqual(await upstreams(), { k8s: "quay.io", quay: "registry.k8s.io" });
    await up("{ registries: { quay: {}, k8s: {} } }");
    assert.deepEqual(await upstreams(), { k8s: "registry.k8s.io", quay: "quay.io" });
  });

  it("the prefix ROOT causes no change in a refresh or an update", async () => {
    await up(`{ registries: { quay: { prefix: "ROOT" } } }`);
    assert.deepEqual(changed(await project.refresh()), []);
    assert.deepEqual(await up(`{ registries: { quay: { prefix: "ROOT" } } }`), []);
  });

  it("settings that only new repositories get are reported in one line, also if a template is replaced", async () => {
    const preview = async (registries: string) => {
      await project.setProgram(cacheProgram(`{ registries: ${registries} }`));
      const { stdout, stderr } = await project.preview();
      return (stdout + stderr).match(/The templates of .*/g) ?? [];
    };
    assert.deepEqual(await preview(`{ quay: {}, k8s: {}, gitlab: { registry: "public.ecr.aws" } }`), []);
    await up(`{ registries: { quay: { encryption: { type: "KMS", kmsKey: "${KEY}" } }, k8s: {} } }`);
    const [line, ...others] = await preview(
      `{ quay: { encryption: { type: "AES256" } }, k8s: { lifecycle: { keepImages: 3 } } }`,
    );
    assert.deepEqual(others, []);
    assert.match(
      line ?? "",
      /^The templates of k8s and quay change for new repositories only\. Existing repositories keep their encryption\. To apply the lifecycle policy to .*pull-through-cache apply --selected-stack/,
    );
  });

  it("a KMS key is removed by replacing the template", async () => {
    const encrypted = (encryption: string) =>
      `{ registries: { quay: { encryption: { ${encryption} } } }, templateRoleArn: given.arn }`;
    const role = roleOf("given", "ecr.amazonaws.com");
    const keyOf = async () => {
      const { resources = [] } = (await project.exportStack()).deployment;
      const found = resources.find(({ type }) => type.endsWith(":RepositoryCreationTemplate"))?.outputs;
      const [encryption] = (found?.encryptionConfigurations ?? []) as { encryptionType: string; kmsKey?: string }[];
      return [encryption?.encryptionType, encryption?.kmsKey || undefined];
    };
    for (const [encryption, ...expected] of [
      [`kmsKey: "${KEY}"`, "KMS", KEY],
      [`type: "KMS"`, "KMS", undefined],
      [`kmsKey: "${KEY}"`, "KMS", KEY],
      [`type: "AES256"`, "AES256", undefined],
    ] as const) {
      await up(encrypted(encryption), role);
      assert.deepEqual(await keyOf(), expected);
    }
    assert.deepEqual(await up(encrypted(`type: "AES256"`), role), []);
  });

  it("another role of an ECR upstream is set in place", async () => {
    const roles = ["one", "two"].map((name) => roleOf(name, "pullthroughcache.ecr.amazonaws.com"));
    const withRole = (role: string) => `{ registries: { other: { registry: "${OTHER_ECR}", roleArn: ${role}.arn } } }`;
    await up(withRole("one"), roles.join("\n"));
    assert.deepEqual(await up(withRole("two"), roles.join("\n")), ["update PullThroughCacheRule cache-other"]);
  });

  it("a token that was rotated by hand stays, with and without a refresh, until Pulumi rotates", async () => {
    const client = secretsManager(engine.aws, root(ACCOUNT));
    const withToken = (token: string) =>
      `{ registries: { dockerhub: {} }, credentials: { dockerhub: { username: "someone", accessToken: pulumi.secret("${token}") } } }`;
    const secretId = async () => (await client.send(new ListSecretsCommand({}))).SecretList?.[0]?.ARN;
    const tokenInForce = async () => {
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: await secretId() }));
      return (JSON.parse(SecretString) as { accessToken: string }).accessToken;
    };
    await up(withToken("first"));
    const SecretString = JSON.stringify({ username: "someone", accessToken: "by-hand" });
    await client.send(new PutSecretValueCommand({ SecretId: await secretId(), SecretString }));
    assert.deepEqual(await up(withToken("first")), []);
    await project.refresh();
    assert.deepEqual(await up(withToken("first")), []);
    assert.equal(await tokenInForce(), "by-hand");
    await up(withToken("second"));
    assert.equal(await tokenInForce(), "second");
    assert.deepEqual(await up(withToken("second")), []);
  });

  it("an explicit prefix is changed by creating the new cache before the old one is deleted", async () => {
    const at = (prefix: string) => `{ registries: { quay: { prefix: "${prefix}" } } }`;
    const pulled = async (name: string) =>
      (await pull(engine.aws, `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/${name}`, root(ACCOUNT))).status;
    await up(at("team/quay"));
    assert.equal(await pulled("team/quay/argoproj/argocd:v2.13.2"), 200);

    await project.setProgram(cacheProgram(at("group/quay")));
    const preview = changed(await project.preview()).sort();
    const update = changed(await project.up());
    assert.deepEqual(preview, [
      "create PullThroughCacheRule cache-group/quay",
      "create RepositoryCreationTemplate cache-group/quay",
      "delete PullThroughCacheRule cache-team/quay",
      "delete RepositoryCreationTemplate cache-team/quay",
    ]);
    assert.deepEqual([...update].sort(), preview);
    const [created, deleted] = ["create", "delete"].map((op) => update.findIndex((change) => change.startsWith(op)));
    assert.ok((created ?? -1) < (deleted ?? -1), update.join(", "));
    assert.equal(await pulled("group/quay/argoproj/argocd:v2.14.0"), 200);
    assert.equal(await pulled("team/quay/argoproj/argocd:v2.13.2"), 200, "what is cached stays");
    assert.equal(await pulled("team/quay/argoproj/argocd:v2.14.0"), 404, "nothing new enters");
  });
});

/** A statement that creates a role, which a service can assume. */
function roleOf(name: string, service: string): string {
  return `const ${name} = new aws.iam.Role("${name}", { name: "${name}", assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "${service}" }, Action: "sts:AssumeRole" }],
  }) });`;
}
