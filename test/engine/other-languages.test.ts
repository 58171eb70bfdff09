import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { analyzeComponent } from "../../scripts/update-schema";
import { createRole, inventory, pull, root } from "../support/aws";
import { changed } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const component = resolve(__dirname, "../../component");
const ACCOUNT = "111122223333";
const REGISTRY = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const TOKEN = "other-language-token-4411";

/** Registers the component and calls it as the SDKs of all languages do: only by names. The plugin does the rest. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const PACKAGE = "pull-through-cache:index";
class PullThroughCache extends pulumi.ComponentResource {
  constructor(name, args, opts) {
    const outputs = { urls: undefined, secretArns: undefined, cacheRules: undefined };
    super(PACKAGE + ":PullThroughCache", name, { ...args, ...outputs }, opts, true);
  }
  call(method, args) {
    return pulumi.runtime.call(PACKAGE + ":PullThroughCache/" + method, { __self__: this, ...args }, this);
  }
}
const invoke = (name, args) => pulumi.runtime.invokeOutput(PACKAGE + ":" + name, args, {});

const cache = new PullThroughCache("cache", {
  registries: { ghcr: { resourceTags: { team: "platform" } }, quay: { lifecycle: { keepImages: 5 } } },
  credentials: { ghcr: { username: "someone", accessToken: pulumi.secret("${TOKEN}") } },
  rewriteImages: { images: { exclude: ["quay.io/kept/*"] } },
});

const image = cache.call("image", { reference: "quay.io/prometheus/prometheus:v3.0.1" }).image;
const { policyId } = cache.call("grantPull", { role: "nodes", registries: ["quay"] });
const rules = cache.cacheRules.apply((all) => all["us-east-1"]);

const pod = (name, image) =>
  new pulumi.CustomResource(
    "kubernetes:core/v1:Pod",
    name,
    { metadata: { name }, spec: { containers: [{ name, image }] }, kind: "Pod", apiVersion: "v1" },
    { dependsOn: cache },
  );
pod("rewritten", "quay.io/prometheus/prometheus:v3.0.1");
pod("excluded", "quay.io/kept/prometheus:v3");
pod("malformed", "Quay.io/Prometheus");

module.exports = {
  urls: cache.urls,
  secretArns: cache.secretArns,
  image,
  policyId,
  cached: invoke("cacheImage", { reference: "quay.io/a/b:1", rules }).image,
  secretly: invoke("cacheImage", { reference: pulumi.secret("quay.io/a/b:1"), rules }).image,
  environment: invoke("clientConfiguration", { rules }).environment,
};
`;

describe("the component in other languages", () => {
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  async function program(name: string, source: string): Promise<Project> {
    const project = await engine.project({ name, program: source });
    const plugins = `plugins:\n  providers:\n    - name: pull-through-cache\n      path: ${component}\n`;
    await appendFile(join(project.directory, "Pulumi.yaml"), plugins);
    return project;
  }

  it("has the schema generated from its sources, and the plugin serves it", async () => {
    const project = await engine.project({ name: "schema", program: "" });
    const { stdout } = await project.pulumi(["package", "get-schema", component]);
    const committed = JSON.parse(readFileSync(resolve(component, "pulumi-schema.json"), "utf8"));
    assert.deepEqual(
      JSON.parse(analyzeComponent()),
      committed,
      "npx tsx scripts/update-schema.ts brings it up to date",
    );
    const { version, ...served } = JSON.parse(stdout);
    assert.match(version, /^\d+\.\d+\.\d+$/);
    const names = (schema: Record<string, object>) =>
      ["resources", "functions", "types"].map((kind) => Object.keys(schema[kind] ?? {}).sort());
    assert.deepEqual(names(served), names(committed));
  });

  it("deploys by its type, has its methods and functions, and keeps the token secret", async () => {
    await createRole(engine.aws, ACCOUNT, "nodes", {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "ec2:DescribeInstances", Resource: "*" }],
    });
    const project = await program("remote", PROGRAM);
    const preview = await project.preview();
    const up = await project.up();
    assert.deepEqual(changed(up).sort(), changed(preview).sort());

    const { secretArns, policyId, ...outputs } = (await project.outputs()) as Record<string, Record<string, string>>;
    assert.deepEqual(outputs, {
      urls: { ghcr: `${REGISTRY}/ghcr`, quay: `${REGISTRY}/quay` },
      image: `${REGISTRY}/quay/prometheus/prometheus:v3.0.1`,
      cached: `${REGISTRY}/quay/a/b:1`,
      secretly: `${REGISTRY}/quay/a/b:1`,
      environment: { CACHE_GHCR_IO: `${REGISTRY}/ghcr`, CACHE_QUAY_IO: `${REGISTRY}/quay` },
    });
    assert.match(secretArns?.ghcr ?? "", /:secret:ecr-pullthroughcache\/ghcr-/);
    assert.match(String(policyId), /^nodes:/);
    assert.match(
      up.stdout + up.stderr,
      /warning: kubernetes:core\/v1:Pod "malformed" .*"Quay.io\/Prometheus" is left as it is/,
    );
    assert.equal((await pull(engine.aws, String(outputs.image), root(ACCOUNT))).status, 200);
    assert.match((await project.pulumi(["stack", "output"])).stdout, /secretly\s+\[secret\]/);

    const { deployment } = await project.exportStack();
    const pods = deployment.resources?.filter(({ type }) => type === "kubernetes:core/v1:Pod") ?? [];
    assert.deepEqual(
      [...JSON.stringify(pods.map(({ inputs }) => inputs)).matchAll(/"image":"([^"]+)"/g)]
        .map(([, name]) => name)
        .sort(),
      [`${REGISTRY}/quay/prometheus/prometheus:v3.0.1`, "Quay.io/Prometheus", "quay.io/kept/prometheus:v3"],
    );
    const stack = JSON.stringify(deployment);
    for (const text of [preview.stdout, preview.stderr, up.stdout, up.stderr, stack]) assert.ok(!text.includes(TOKEN));

    const { rules } = (await inventory(engine.aws, ACCOUNT)).regions["us-east-1"] ?? {};
    assert.deepEqual(rules?.slice().sort(), ["ghcr", "quay"]);
    const { same, ...changes } = (await project.up()).changes;
    assert.equal(same, up.changes.create);
    assert.deepEqual(changes, { create: 0, update: 0, replace: 0, delete: 0 });
    await project.destroy();
  });

  it("reports invalid arguments of a method, a function or the component", async () => {
    const refusals: [string, RegExp][] = [
      [`cache.call("image", { reference: "Not An Image" })`, /image.* failed: invalid image reference "Not An Image"/],
      [`invoke("cacheImage", { reference: "Not An Image", rules: [] })`, /reference/],
      [`new PullThroughCache("typo", { registries: { ghrc: {} } })`, /PullThroughCache "typo": 1 problem in the input/],
    ];
    const project = await program("refusals", "");
    for (const [statement, message] of refusals) {
      const setup = PROGRAM.slice(0, PROGRAM.indexOf("const image ="));
      await project.setProgram(`${setup}\n${statement};`);
      const refused = await project.preview({ expectFailure: true });
      assert.notEqual(refused.code, 0, statement);
      assert.match(refused.stdout + refused.stderr, message);
      assert.ok(!`${refused.stdout}${refused.stderr}`.includes(component), "no stack trace of the plugin");
    }
  });
});
