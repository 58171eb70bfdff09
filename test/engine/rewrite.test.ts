import assert from "node:assert/strict";
import { type Engine, type ExportedStack, startEngine } from "../support/engine";
import { IMAGES, REGISTER, REGISTRY, workloads } from "./rewrite-stack";

/** All images in a value, JSON documents in strings included, in their order. */
function imagesIn(value: unknown): string[] {
  if (typeof value === "string" && /^[[{]/.test(value)) return imagesIn(JSON.parse(value));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "image" && typeof inner === "string" ? [inner] : imagesIn(inner),
  );
}

/** A value as text without its images. */
function withoutImages(value: unknown): string {
  return imagesIn(value).reduce((text, image) => text.replace(image, "image"), JSON.stringify(value));
}

/** Inputs by name of the resource. */
function inputsOf({ deployment }: ExportedStack): Map<string, Readonly<Record<string, unknown>>> {
  return new Map((deployment.resources ?? []).map(({ urn, inputs }) => [urn.split("::").at(-1) ?? "", inputs ?? {}]));
}

const OTHERS = "100 without a rule, 100 left because of their digest.";
const SUMMARY = `100 of 300 container images are pulled through the cache; ${OTHERS}`;

describe("rewriting the images of a stack", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  it("changes exactly the images that have a rule, and nothing else, and a second update changes nothing", async () => {
    const project = await engine.project({ name: "workloads", program: workloads("") });
    await project.up();
    const before = inputsOf(await project.exportStack());
    await project.setProgram(workloads(REGISTER));
    const update = await project.up();
    const { update: updated, replace, ...others } = update.changes;
    assert.equal(updated + replace, 100);
    assert.deepEqual(others, { create: 0, delete: 0, same: 1 });
    assert.ok(update.stdout.includes(SUMMARY), update.stdout);
    assert.ok(!update.stdout.includes("warning:"));
    const after = inputsOf(await project.exportStack());
    const pulled = new Map(IMAGES.map((image) => [image.given, image.pulled]));
    for (const [name, inputs] of before) {
      const expected = imagesIn(inputs).map((image) => pulled.get(image));
      assert.deepEqual(imagesIn(after.get(name)), expected, name);
      assert.equal(withoutImages(after.get(name)), withoutImages(inputs), name);
    }
    assert.deepEqual((await project.up()).changes, { create: 0, update: 0, replace: 0, delete: 0, same: 101 });
  });

  it("a workload depends on the rules that serve it, and is deleted before them", async () => {
    const project = await engine.project({
      name: "order",
      config: { "aws:region": "us-east-1" },
      program: `
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");
const cache = new PullThroughCache("cache", { registries: { quay: {}, k8s: {} }, rewriteImages: {} });
const pod = (name, image) => new pulumi.CustomResource("kubernetes:core/v1:Pod", name, { spec: { containers: [{ image }] } });
pod("served", "quay.io/org/app:1");
pod("other", "ghcr.io/org/app:1");
`,
    });
    await project.up();
    const resources = (await project.exportStack()).deployment.resources ?? [];
    const dependencies = (name: string) =>
      resources.find(({ urn }) => urn.endsWith(`::${name}`))?.dependencies?.map((urn) => urn.split("$").at(-1));
    assert.deepEqual(dependencies("served"), ["aws:ecr/pullThroughCacheRule:PullThroughCacheRule::cache-quay"]);
    assert.equal(dependencies("other"), undefined);
    const deleted = (await project.destroy()).steps.map(({ urn }) => urn.split("::").slice(-2).join("::"));
    const rule = deleted.findIndex((urn) => urn.includes("PullThroughCacheRule::cache-quay"));
    assert.ok(deleted.indexOf("kubernetes:core/v1:Pod::served") < rule, deleted.join(", "));
  });

  it("a workload pulls from its own Region, or its provider's, and from the component that is there", async () => {
    const program = `
const aws = require("@pulumi/aws");
const { PullThroughCache } = require("pulumi-pull-through-cache");
const [eu, ap] = ["eu-west-1", "ap-south-1"].map((region) => new aws.Provider(region, { region }));
new PullThroughCache("home", { registries: { quay: {} }, regions: ["us-east-1", "us-west-2"], rewriteImages: {} });
new PullThroughCache("second", { registries: { later: { registry: "quay" } }, rewriteImages: {} });
new PullThroughCache("european", { registries: { quay: {}, k8s: {} }, rewriteImages: {} }, { provider: eu });
const task = (family, image, args, options) =>
  new aws.ecs.TaskDefinition(family, { family, containerDefinitions: JSON.stringify([{ name: "a", image }]), ...args }, options);
task("default", "quay.io/org/app:1");
task("second", "quay.io/org/app:1", { region: "us-west-2" });
task("elsewhere", "quay.io/org/app:1", {}, { provider: ap });
task("european", "quay.io/org/app:1", {}, { provider: eu });
`;
    const project = await engine.project({ name: "regional", config: { "aws:region": "us-east-1" }, program });
    const summary =
      "3 of 4 container images are pulled through the cache; 1 in a Region without the cache. The cache is not in ap-south-1";
    const { stdout } = await project.up();
    assert.ok(stdout.includes(summary), stdout);
    const inputs = inputsOf(await project.exportStack());
    const pulled = (name: string) =>
      /"image":"([^.]+\.dkr\.ecr\.)?([^.]+)/.exec(String(inputs.get(name)?.containerDefinitions))?.[2];
    const regions = ["default", "second", "elsewhere", "european"].map(pulled);
    assert.deepEqual(regions, ["us-east-1", "us-west-2", "quay", "eu-west-1"]);
    const [image] = imagesIn(inputs.get("default")?.containerDefinitions);
    assert.match(image ?? "", /\/quay\/org\/app:1$/, "the first component that serves an image rewrites it");
    await project.destroy();
  });

  it("counts only what the update touches, when it has targets", async () => {
    const program = (options: string, tag: string) => `
const aws = require("@pulumi/aws");
const { PullThroughCache } = require("pulumi-pull-through-cache");
new PullThroughCache("cache", { registries: { quay: {} }, ${options} });
for (const family of ["foo", "bar"]) {
  const containerDefinitions = JSON.stringify([{ name: family, image: "quay.io/org/app:${tag}", memory: 128 }]);
  new aws.ecs.TaskDefinition(family, { family, containerDefinitions });
}
`;
    const config = { "aws:region": "us-east-1" };
    const project = await engine.project({ name: "targets", config, program: program("", "1") });
    await project.up();
    await project.setProgram(program("rewriteImages: {}", "2"));
    const targeted = await project.up({ args: ["--target", "**::foo"] });
    assert.match(targeted.stdout, /1 of 2 container images are pulled through the cache; 1 not part of this update\./);
    const whole = await project.up();
    assert.match(whole.stdout, /2 of 2 container images are pulled through the cache\./);
  });

  describe("inputs that are Outputs", () => {
    const program = (setup: string) => `
const pulumi = require("@pulumi/pulumi");
${setup}
const own = new pulumi.CustomResource("docker-build:index:Image", "own", { tags: ["own"], ref: undefined });
const pod = (name, image, more = {}) => new pulumi.CustomResource("kubernetes:core/v1:Pod", name, {
  metadata: { annotations: { built: own.id } },
  spec: { containers: [{ image, env: [{ name: "TOKEN", value: pulumi.secret("planted-token") }] }] },
}, more);
pod("plain", "redis:7", { dependsOn: own, protect: true, ignoreChanges: ["metadata.labels"], retainOnDelete: true });
pod("hidden", pulumi.secret("planted-secret/app:1"));
pod("built", pulumi.interpolate\`quay.io/org/\${own.id}\`);
pod("malformed", "Redis:7");
pod("hiddenAndMalformed", pulumi.secret("Planted-secret:7"));
`;

    it("secrets stay secret, unknown values stay unknown, and options and dependencies do not change", async () => {
      const project = await engine.project({ name: "outputs", program: program(REGISTER) });
      const preview = await project.preview();
      const update = await project.up();
      const rewritten = await project.exportStack();
      for (const text of [preview.stdout, update.stdout, JSON.stringify(rewritten)]) {
        assert.ok(!/planted-(token|secret)/i.test(text));
      }
      assert.match(update.stdout, /Pod "malformed" spec\.containers\[0\]\.image: "Redis:7" is left as it is/);
      assert.match(update.stdout, /Pod "hiddenAndMalformed" spec\.containers\[0\]\.image: the image is left as it is/);
      assert.deepEqual((await project.up()).changes, { create: 0, update: 0, replace: 0, delete: 0, same: 6 });

      const plain = await engine.project({ name: "outputs-plain", program: program("") });
      await plain.up();
      const [actual, expected] = [rewritten, await plain.exportStack()].map(({ deployment }) =>
        (deployment.resources ?? [])
          .filter(({ type }) => type === "kubernetes:core/v1:Pod")
          .map(comparable)
          .sort(),
      );
      assert.deepEqual(actual, expected);
      const shown = await project.pulumi(["stack", "export", "--show-secrets"]);
      for (const image of ["dockerhub/library/redis:7", "dockerhub/planted-secret/app:1"]) {
        assert.ok(shown.stdout.includes(`${REGISTRY}/${image}`));
      }
    });
  });
});

/** A resource of the state as text, without what differs between two stacks and without its images. */
function comparable(resource: object): string {
  const skipped = ["id", "created", "modified", "outputs", "sourcePosition", "stackTrace"];
  const comparison = (key: string, value: unknown) => {
    if (skipped.includes(key)) return undefined;
    return ["ciphertext", "image", "built"].includes(key) ? key : value;
  };
  const text = JSON.stringify(resource, comparison, 1);
  return text.replaceAll("outputs-plain", "outputs").replace(/default(?:_[\d_]+)?::[0-9a-f-]+/g, "default");
}
