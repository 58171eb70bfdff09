import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CreatePullThroughCacheRuleCommand, CreateRepositoryCreationTemplateCommand } from "@aws-sdk/client-ecr";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ModuleKind, transpileModule } from "typescript";
import { control, ecr, pull, root, secretsManager } from "../support/aws";
import { cacheProgram, changed, setCredentials } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const REGISTRY = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const GUIDE = readFileSync(resolve(__dirname, "../../docs/migrate.md"), "utf8");
const LIVE = / (PullThroughCacheRule|RepositoryCreationTemplate) /;
const CREDENTIALS = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
const HUB = { ecrRepositoryPrefix: "dockerhub", upstreamRegistryUrl: "registry-1.docker.io" };

/** The program in a chapter of the guide, as JavaScript. */
function programOf(chapter: string): string {
  const [, text = ""] = GUIDE.split(`\n## ${chapter}\n`);
  const [, code = ""] = /```typescript\n([\s\S]*?)```/.exec(text) ?? [];
  assert.ok(code, `the chapter "${chapter}" has no program`);
  const start = `import * as pulumi from "@pulumi/pulumi";
import { PullThroughCache } from "pulumi-pull-through-cache";
`;
  return transpileModule(`${start}${code}export const urls = cache.urls;\nvoid pulumi;\n`, {
    compilerOptions: { module: ModuleKind.CommonJS },
  }).outputText;
}

describe("the guide to moving", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());
  afterEach(() => control(engine.aws, "POST", "reset"));

  let step = 0;
  async function assertPulls(): Promise<void> {
    step += 1;
    const repository = `team/step-${step}`;
    await control(engine.aws, "POST", "upstreams/images", { host: HUB.upstreamRegistryUrl, repository, tag: "1" });
    for (const image of ["library/nginx:1.27", `${repository}:1`]) {
      const { status, answer } = await pull(engine.aws, `${REGISTRY}/dockerhub/${image}`, root(ACCOUNT));
      assert.equal(status, 200, answer);
    }
  }

  /** Deploys, and asserts that live resources are at most updated and that a second update changes nothing. */
  async function assertTakesOver(project: Project): Promise<void> {
    const preview = await project.preview();
    const live = changed(preview).filter((change) => LIVE.test(change));
    assert.deepEqual(
      live.filter((change) => !/^(update|import) /.test(change)),
      [],
    );
    await assertPulls();
    await project.up();
    await assertPulls();
    assert.deepEqual(changed(await project.up()), []);
  }

  it("from other Pulumi resources", async () => {
    const project = await engine.project({ name: "by-hand" });
    await setCredentials(project, "dockerhub", "demo-user", "demo-token");
    await project.setProgram(`"use strict";
const aws = require("@pulumi/aws");
const secret = new aws.secretsmanager.Secret("hub", { name: "ecr-pullthroughcache/hub", recoveryWindowInDays: 0 });
const version = new aws.secretsmanager.SecretVersion("hub", { secretId: secret.id, secretString: ${JSON.stringify(CREDENTIALS)} });
new aws.ecr.RepositoryCreationTemplate("hub-template", { prefix: "dockerhub", appliedFors: ["PULL_THROUGH_CACHE"] });
new aws.ecr.PullThroughCacheRule("hub-rule", ${JSON.stringify(HUB)}, { dependsOn: [version], transforms: [({ props, opts }) => ({ props: { ...props, credentialArn: secret.arn }, opts })] });
`);
    await project.up();
    await assertPulls();
    await project.setProgram(programOf("From resources written by hand in Pulumi"));
    await assertTakesOver(project);
    const { resources = [] } = (await project.exportStack()).deployment;
    assert.deepEqual(
      resources.filter(({ type }) => /PullThroughCacheRule$/.test(type)).map(({ urn }) => urn.split("::").at(-1)),
      ["cache-dockerhub"],
    );
  });

  it("from the console", async () => {
    const keys = root(ACCOUNT);
    const { ARN: credentialArn } = await secretsManager(engine.aws, keys).send(
      new CreateSecretCommand({ Name: "ecr-pullthroughcache/by-console", SecretString: CREDENTIALS }),
    );
    const client = ecr(engine.aws, keys);
    await client.send(new CreatePullThroughCacheRuleCommand({ ...HUB, credentialArn }));
    await client.send(
      new CreateRepositoryCreationTemplateCommand({ prefix: "dockerhub", appliedFor: ["PULL_THROUGH_CACHE"] }),
    );
    await client.send(
      new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }),
    );
    const project = await engine.project({ name: "console", program: programOf("From the console") });
    await setCredentials(project, "dockerhub", "demo-user", "demo-token");
    await assertPulls();
    const preview = await project.preview();
    assert.deepEqual(
      changed(preview)
        .filter((change) => LIVE.test(change))
        .sort(),
      [
        "create RepositoryCreationTemplate cache-quay",
        "import PullThroughCacheRule cache-dockerhub",
        "import PullThroughCacheRule cache-quay",
        "import RepositoryCreationTemplate cache-dockerhub",
        "update PullThroughCacheRule cache-dockerhub",
        "update RepositoryCreationTemplate cache-dockerhub",
      ],
    );
    await project.up();
    await assertPulls();
    assert.deepEqual(changed(await project.up()), []);
  });

  it("of another Region's Terragrunt unit: its rule and template are adopted when the Region is added", async () => {
    const project = await engine.project({ name: "terragrunt" });
    const up = async (more: string) => {
      await project.setProgram(cacheProgram(`{ registries: { quay: {} }, ${more} }`));
      return changed(await project.up());
    };
    await up("");
    const client = ecr(engine.aws, root(ACCOUNT), "eu-west-1");
    await client.send(
      new CreateRepositoryCreationTemplateCommand({ prefix: "quay", appliedFor: ["PULL_THROUGH_CACHE"] }),
    );
    await client.send(
      new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }),
    );
    assert.deepEqual((await up(`regions: ["us-east-1", "eu-west-1"], adopt: true`)).sort(), [
      "import PullThroughCacheRule cache-quay@eu-west-1",
      "import RepositoryCreationTemplate cache-quay@eu-west-1",
      "update RepositoryCreationTemplate cache-quay@eu-west-1",
    ]);
    assert.deepEqual(await up(`regions: ["us-east-1", "eu-west-1"]`), []);
  });
});
