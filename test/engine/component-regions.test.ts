import assert from "node:assert/strict";
import { inventory, pull, root } from "../support/aws";
import { cacheProgram, changed, nameOf, setCredentials } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";

describe("a cache in several Regions", () => {
  let engine: Engine;
  let project: Project;

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "regions" });
    await setCredentials(project, "dockerhub", "demo-user", "demo-token");
  });
  after(() => engine?.stop());

  const program = (regions: string) =>
    cacheProgram(`{ registries: { dockerhub: {} }, ${regions} }`, {
      more: "exports.urls = cache.urls; exports.all = cache.regionalUrls; exports.secrets = cache.secretArns;",
    });

  it("starts in the provider's Region", async () => {
    await project.setProgram(program(""));
    assert.equal(changed(await project.up()).length, 4);
  });

  it("keeps existing resources when its Region is named and another one is added", async () => {
    await project.setProgram(program(`regions: ["us-east-1", "eu-west-1"]`));
    const result = await project.up();
    assert.deepEqual(changed(result).sort(), [
      "create PullThroughCacheRule cache-dockerhub@eu-west-1",
      "create RepositoryCreationTemplate cache-dockerhub@eu-west-1",
      "create Secret cache-dockerhub@eu-west-1",
      "create SecretVersion cache-dockerhub@eu-west-1",
    ]);
    assert.deepEqual(changed(await project.up()), []);
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("has its own rule, template and secret in each Region", async () => {
    const { regions } = await inventory(engine.aws, ACCOUNT);
    for (const region of ["us-east-1", "eu-west-1"]) {
      assert.deepEqual(regions[region]?.rules, ["dockerhub"]);
      assert.deepEqual(regions[region]?.templates, ["dockerhub"]);
      assert.equal(regions[region]?.secrets.length, 1);
    }
    const host = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;
    const outputs = (await project.outputs()) as { urls: object; all: object; secrets: Record<string, string> };
    assert.deepEqual(outputs.urls, { dockerhub: `${host("us-east-1")}/dockerhub` });
    assert.deepEqual(outputs.all, {
      "us-east-1": { dockerhub: `${host("us-east-1")}/dockerhub` },
      "eu-west-1": { dockerhub: `${host("eu-west-1")}/dockerhub` },
    });
    assert.match(outputs.secrets["dockerhub@eu-west-1"] ?? "", /^arn:aws:secretsmanager:eu-west-1:/);
    for (const region of ["us-east-1", "eu-west-1"]) {
      const image = `${host(region)}/dockerhub/library/nginx:1.27`;
      assert.equal((await pull(engine.aws, image, root(ACCOUNT))).status, 200);
    }
  });

  it("moves as a whole if only the environment names the Region, and that is another one now", async () => {
    const program = cacheProgram("{ registries: { moving: { registry: 'quay' } } }", {
      more: "exports.urls = cache.urls;",
    });
    const moving = await engine.project({ name: "moving", config: {}, program });
    await moving.pulumi(["config", "rm", "aws:region"], { expectFailure: true });
    for (const region of ["us-west-2", "ap-south-1"]) {
      await moving.up({ env: { AWS_REGION: region, AWS_DEFAULT_REGION: region } });
      const { regions } = await inventory(engine.aws, ACCOUNT);
      const having = Object.entries(regions).filter(([, { rules, templates }]) =>
        [...rules, ...templates].includes("moving"),
      );
      assert.deepEqual(
        having.map(([name]) => name),
        [region],
      );
      assert.match(JSON.stringify(await moving.outputs()), new RegExp(`\\.ecr\\.${region}\\.`));
    }
    await moving.destroy({ env: { AWS_REGION: "ap-south-1", AWS_DEFAULT_REGION: "ap-south-1" } });
  });

  it("rotates a token in both Regions", async () => {
    await project.setProgram(program(`regions: ["us-east-1", "eu-west-1"]`));
    await project.up();
    await setCredentials(project, "dockerhub", "demo-user", "another-token");
    const replaced = changed(await project.up()).filter((change) => change.startsWith("replace "));
    assert.deepEqual(replaced.sort(), [
      "replace SecretVersion cache-dockerhub@eu-west-1",
      "replace SecretVersion cache-dockerhub@us-east-1",
    ]);
  });

  it("removes everything from a Region that is dropped, and nothing from the other", async () => {
    await project.setProgram(program(`regions: ["us-east-1"]`));
    const changes = changed(await project.up());
    assert.deepEqual(new Set(changes.map((change) => change.split(" ")[0])), new Set(["delete"]));
    assert.ok(
      changes.every((change) => change.endsWith("@eu-west-1")),
      changes.join(", "),
    );
    const { resources = [] } = (await project.exportStack()).deployment;
    assert.equal(resources.filter(({ urn }) => nameOf(urn) === "cache-dockerhub@us-east-1").length, 4);
  });

  it("refuses Regions where ECR has no pull through cache, before anything exists", async () => {
    await project.setProgram(program(`regions: ["us-gov-west-1"]`));
    const { code, stdout, stderr } = await project.preview({ expectFailure: true });
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /regions\[0\]: ECR has no pull through cache in the China and AWS GovCloud Regions/);
  });
});
