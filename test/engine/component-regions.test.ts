import assert from "node:assert/strict";
import { inventory, pull, root } from "../support/aws";
import { cacheProgram, changed, deploy, setCredentials } from "../support/cache";
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

  const up = (args: string) =>
    deploy(project, cacheProgram(`{ registries: { dockerhub: {} }, scanning: {}, ${args} }`));

  it("has all resources of a Region that is added, with the provider's not first, and changes no others", async () => {
    await up("");
    assert.deepEqual(await up(`regions: ["eu-west-1", "us-east-1"]`), [
      "create PullThroughCacheRule cache-dockerhub@eu-west-1",
      "create RegistryScanningConfiguration cache@eu-west-1",
      "create RepositoryCreationTemplate cache-dockerhub@eu-west-1",
      "create Secret cache-dockerhub@eu-west-1",
      "create SecretVersion cache-dockerhub@eu-west-1",
    ]);
    assert.deepEqual(changed(await project.refresh()), []);
    const { regions } = await inventory(engine.aws, ACCOUNT);
    for (const region of ["us-east-1", "eu-west-1"]) {
      assert.equal(regions[region]?.secrets.length, 1);
      const image = `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/dockerhub/library/nginx:1.27`;
      assert.equal((await pull(engine.aws, image, root(ACCOUNT))).status, 200);
    }
  });

  it("rotates a token in both Regions", async () => {
    await setCredentials(project, "dockerhub", "demo-user", "another-token");
    const replaced = changed(await project.up()).filter((change) => change.startsWith("replace "));
    assert.deepEqual(replaced.sort(), [
      "replace SecretVersion cache-dockerhub@eu-west-1",
      "replace SecretVersion cache-dockerhub@us-east-1",
    ]);
  });

  it("removes everything from a Region that is dropped, and nothing from the other", async () => {
    assert.deepEqual(await up(""), [
      "delete PullThroughCacheRule cache-dockerhub@eu-west-1",
      "delete RegistryScanningConfiguration cache@eu-west-1",
      "delete RepositoryCreationTemplate cache-dockerhub@eu-west-1",
      "delete Secret cache-dockerhub@eu-west-1",
      "delete SecretVersion cache-dockerhub@eu-west-1",
    ]);
    const { rules, scanning } = (await inventory(engine.aws, ACCOUNT)).regions["us-east-1"] ?? {};
    assert.deepEqual([rules, scanning], [["dockerhub"], true]);
  });

  it("moves as a whole if only the environment names the Region, and that is another one now", async () => {
    const more = "exports.urls = cache.urls;";
    const program = cacheProgram("{ registries: { moving: { registry: 'quay' } } }", { more });
    const moving = await engine.project({ name: "moving", config: {}, program });
    await moving.pulumi(["config", "rm", "aws:region"], { expectFailure: true });
    for (const region of ["us-west-2", "ap-south-1"]) {
      await moving.up({ env: { AWS_REGION: region, AWS_DEFAULT_REGION: region } });
      const { regions } = await inventory(engine.aws, ACCOUNT);
      const having = Object.keys(regions).filter((name) => {
        const { rules = [], templates = [] } = regions[name] ?? {};
        return [...rules, ...templates].includes("moving");
      });
      assert.deepEqual(having, [region]);
      assert.match(JSON.stringify(await moving.outputs()), new RegExp(`\\.ecr\\.${region}\\.`));
    }
    await moving.destroy({ env: { AWS_REGION: "ap-south-1", AWS_DEFAULT_REGION: "ap-south-1" } });
  });
});
