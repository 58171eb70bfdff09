import assert from "node:assert/strict";
import { join } from "node:path";
import { findingsIn } from "../policy-pack/events";
import { type Engine, startEngine } from "../support/engine";

const policyPack = join(__dirname, "../../policy-pack");

/** A program that only has the component, with these arguments. */
const program = (args: string) => `
const { PullThroughCache } = require("pulumi-pull-through-cache");
new PullThroughCache("cache", ${args});
`;
const registries = `registries: { dockerhub: { registry: "registry-1.docker.io" }, quay: {}, k8s: {} },
  credentials: require("@pulumi/pulumi").secret({ dockerhub: { username: "shop", accessToken: "planted-token" } })`;

describe("policy pack on the component", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  it("passes it in the first preview and in the update, with scanning on", async () => {
    const project = await engine.project({ name: "scanned", program: program(`{ ${registries}, scanning: {} }`) });
    const preview = await project.preview({ policyPack });
    assert.deepEqual(findingsIn(preview.eventLog), []);
    const update = await project.up({ policyPack });
    assert.deepEqual(findingsIn(update.eventLog), []);
    const unlisted = `${program(`{ ${registries.replace('.io" }', '.io", repositories: ["library/*"] }')}, scanning: {} }`)}
const aws = require("@pulumi/aws");
for (const [family, image] of Object.entries({ listed: "quay.io/org/app", unlisted: "grafana/loki:3" })) {
  new aws.ecs.TaskDefinition(family, { family, containerDefinitions: JSON.stringify([{ name: family, image }]) });
}`;
    await project.setProgram(unlisted);
    const found = findingsIn((await project.preview({ policyPack })).eventLog);
    assert.deepEqual(
      found.map(({ policy, level, resource }) => `${policy} ${level} ${resource}`),
      ["workload-uses-cache advisory listed", "workload-image-listed advisory unlisted"],
    );
    await project.destroy();
  });

  it("passes several Regions with tags and KMS in the first preview", async () => {
    const args = `{ ${registries}, scanning: {}, regions: ["us-east-1", "eu-central-1"],
      defaults: { resourceTags: { team: "shop" }, encryption: { type: "KMS" } } }`;
    const project = await engine.project({ name: "regions", program: program(args) });
    assert.deepEqual(findingsIn((await project.preview({ policyPack })).eventLog), []);
  });
});
