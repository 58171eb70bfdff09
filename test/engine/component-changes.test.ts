import assert from "node:assert/strict";
import { DescribePullThroughCacheRulesCommand } from "@aws-sdk/client-ecr";
import { GetSecretValueCommand, ListSecretsCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ecr, inventory, pull, root, secretsManager } from "../support/aws";
import { cacheProgram, changed } from "../support/cache";
import { type DeploymentResult, type Engine, type Project, startEngine } from "../support/engine";

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

  /** Deploys these arguments, and asserts that the update does what the preview said. */
  async function up(args: string, before = ""): Promise<string[]> {
    const preview = await previewOf(args, before);
    const result = await project.up();
    assert.deepEqual(preview.sort(), changed(result).sort(), "preview and update differ");
    return changed(result).sort();
  }

  async function previewOf(args: string, before = ""): Promise<string[]> {
    await project.setProgram(cacheProgram(args, { before }));
    return changed(await project.preview());
  }

  async function upstreams(): Promise<Record<string, string | undefined>> {
    const client = ecr(engine.aws, root(ACCOUNT));
    const { pullThroughCacheRules = [] } = await client.send(new DescribePullThroughCacheRulesCommand({}));
    return Object.fromEntries(
      pullThroughCacheRules.map((rule) => [rule.ecrRepositoryPrefix, rule.upstreamRegistryUrl]),
    );
  }

  it("a renamed key changes nothing while its prefix stays", async () => {
    await up("{ registries: { quay: {}, k8s: {} }, scanning: {} }");
    assert.deepEqual(
      await up(`{ registries: { q: { registry: "quay", prefix: "quay" }, k8s: {} }, scanning: {} }`),
      [],
    );
  });

  it("two entries swap their prefixes in one update", async () => {
    const changes = await up(`{ registries: { quay: { prefix: "k8s" }, k8s: { prefix: "quay" } }, scanning: {} }`);
    assert.ok(
      changes.every((change) => !change.startsWith("delete ")),
      changes.join(", "),
    );
    assert.deepEqual(await upstreams(), { k8s: "quay.io", quay: "registry.k8s.io" });
    await up("{ registries: { quay: {}, k8s: {} }, scanning: {} }");
    assert.deepEqual(await upstreams(), { k8s: "registry.k8s.io", quay: "quay.io" });
  });

  it("Regions can be added and removed, with the provider's not first, without changing the others", async () => {
    const added = await up(`{ registries: { quay: {}, k8s: {} }, scanning: {}, regions: ["eu-west-1", "us-east-1"] }`);
    assert.deepEqual(added, [
      "create PullThroughCacheRule cache-k8s@eu-west-1",
      "create PullThroughCacheRule cache-quay@eu-west-1",
      "create RegistryScanningConfiguration cache@eu-west-1",
      "create RepositoryCreationTemplate cache-k8s@eu-west-1",
      "create RepositoryCreationTemplate cache-quay@eu-west-1",
    ]);
    const removed = await up("{ registries: { quay: {}, k8s: {} }, scanning: {} }");
    assert.deepEqual(
      removed,
      added.map((change) => change.replace("create", "delete")),
    );
    const { regions } = await inventory(engine.aws, ACCOUNT);
    assert.deepEqual(regions["us-east-1"]?.rules.slice().sort(), ["k8s", "quay"]);
    assert.equal(regions["us-east-1"]?.scanning, true);
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
      `{ registries: { quay: { prefix: "ROOT", encryption: { ${encryption} } } }, templateRoleArn: "arn:aws:iam::${ACCOUNT}:role/given" }`;
    const role = `new aws.iam.Role("given", { name: "given", assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }) });`;
    await up(`{ registries: { quay: { prefix: "ROOT" } } }`, role);
    const keyOf = async () => {
      const { resources = [] } = (await project.exportStack()).deployment;
      const found = resources.find(({ type }) => type.endsWith(":RepositoryCreationTemplate"))?.outputs;
      const [encryption] = (found?.encryptionConfigurations ?? []) as { encryptionType: string; kmsKey?: string }[];
      return [encryption?.encryptionType, encryption?.kmsKey || undefined];
    };
    await up(encrypted(`kmsKey: "${KEY}"`), role);
    assert.deepEqual(await keyOf(), ["KMS", KEY]);
    await up(encrypted(`type: "KMS"`), role);
    assert.deepEqual(await keyOf(), ["KMS", undefined]);
    await up(encrypted(`kmsKey: "${KEY}"`), role);
    await up(encrypted(`type: "AES256"`), role);
    assert.deepEqual(await keyOf(), ["AES256", undefined]);
    assert.deepEqual(await up(encrypted(`type: "AES256"`), role), []);
  });

  it("another role of an ECR upstream is set in place", async () => {
    const roles = ["one", "two"].map(
      (name) => `const ${name} = new aws.iam.Role("${name}", { name: "${name}", assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "pullthroughcache.ecr.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }) });`,
    );
    const withRole = (role: string) => `{ registries: { other: { registry: "${OTHER_ECR}", roleArn: ${role}.arn } } }`;
    await up(withRole("one"), roles.join("\n"));
    assert.deepEqual(await up(withRole("two"), roles.join("\n")), ["update PullThroughCacheRule cache-other"]);
  });

  it("a token that was rotated by hand stays, with and without a refresh, until Pulumi rotates", async () => {
    const client = secretsManager(engine.aws, root(ACCOUNT));
    const withToken = (token: string) =>
      `{ registries: { dockerhub: {} }, credentials: { dockerhub: { username: "someone", accessToken: pulumi.secret("${token}") } } }`;
    const tokenInForce = async () => {
      const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: SecretList[0]?.ARN }));
      return (JSON.parse(SecretString) as { accessToken: string }).accessToken;
    };
    const rotateByHand = async (accessToken: string) => {
      const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
      const SecretString = JSON.stringify({ username: "someone", accessToken });
      await client.send(new PutSecretValueCommand({ SecretId: SecretList[0]?.ARN, SecretString }));
    };
    await up(withToken("first"));
    for (const round of ["plain", "refreshed"]) {
      await rotateByHand(`by-hand-${round}`);
      if (round === "refreshed") await project.refresh();
      assert.deepEqual(await up(withToken(round === "plain" ? "first" : "plain")), []);
      assert.equal(await tokenInForce(), `by-hand-${round}`);
      await up(withToken(round));
      assert.equal(await tokenInForce(), round);
      assert.deepEqual(await up(withToken(round)), []);
    }
  });

  it("an explicit prefix is changed by creating the new cache before the old one is deleted", async () => {
    const at = (prefix: string) => `{ registries: { quay: { prefix: "${prefix}" } } }`;
    const pulled = async (name: string) =>
      (await pull(engine.aws, `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/${name}`, root(ACCOUNT))).status;
    await up(at("team/quay"));
    assert.equal(await pulled("team/quay/argoproj/argocd:v2.13.2"), 200);

    const [preview, update] = [await previewOf(at("group/quay")), changed(await project.up())];
    assert.deepEqual(preview.sort(), [
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

  it("refuses secrets and roles of other accounts and Regions in the preview", async () => {
    const shown = async (args: string) => {
      await project.setProgram(cacheProgram(args));
      const { code, stdout, stderr }: DeploymentResult = await project.preview({ expectFailure: true });
      assert.notEqual(code, 0);
      return stdout + stderr;
    };
    const secret = (where: string) => `"arn:aws:secretsmanager:${where}:secret:ecr-pullthroughcache/hub-AbCdEf"`;
    const dockerhub = (where: string) => `{ registries: { dockerhub: { credentialArn: ${secret(where)} } } }`;
    assert.match(
      await shown(dockerhub(`eu-west-1:${ACCOUNT}`)),
      /the secret is in eu-west-1; ECR needs one in us-east-1/,
    );
    assert.match(
      await shown(dockerhub("us-east-1:444455556666")),
      /the secret is in the account 444455556666; ECR needs one in 111122223333/,
    );
    const role = `{ registries: { quay: { resourceTags: { a: "b" } } }, templateRoleArn: "arn:aws:iam::444455556666:role/x" }`;
    assert.match(await shown(role), /templateRoleArn: the role is in the account 444455556666/);
    const twice = `{ registries: { quay: { resourceTags: { a: "b" } }, k8s: { resourceTags: { a: "b" } } },
      templateRoleArn: pulumi.output("arn:aws:iam::444455556666:role/x") }`;
    const late = await shown(twice);
    assert.equal(late.split('PullThroughCache "cache": 1 problem in the input.').length, 2, late);
    assert.doesNotMatch(late, /\n +at /);
    const keyed = `{ registries: { quay: { encryption: { kmsKey: "${KEY.replace("us-east-1", "eu-west-1")}" } } } }`;
    assert.match(await shown(keyed), /quay\.encryption\.kmsKey: the key is in eu-west-1; ECR needs one in us-east-1/);
    assert.match(
      await shown(`{ registries: { quay: {} }, regions: ["us-esat-1"] }`),
      /regions\[0\]: @pulumi\/aws knows no Region us-esat-1: did you mean us-east-1\?/,
    );
  });
});
