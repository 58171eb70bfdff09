import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { analyzeComponent } from "../../scripts/update-schema";
import { inventory } from "../support/aws";
import { changed } from "../support/cache";
import { type Engine, startEngine } from "../support/engine";

const component = resolve(__dirname, "../../component");
const TOKEN = "other-language-token-4411";

/** Registers the component as the SDKs of all languages do: by its type, constructed by the plugin. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
class PullThroughCache extends pulumi.ComponentResource {
  constructor(name, args) {
    const outputs = { urls: undefined, secretArns: undefined };
    super("pull-through-cache:index:PullThroughCache", name, { ...args, ...outputs }, {}, true);
  }
}
const cache = new PullThroughCache("cache", {
  registries: { ghcr: { resourceTags: { team: "platform" } }, quay: {} },
  credentials: { ghcr: { username: "someone", accessToken: pulumi.secret("${TOKEN}") } },
});
exports.urls = cache.urls;
exports.secretArns = cache.secretArns;
`;

describe("the component in other languages", () => {
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  it("has the schema that Pulumi makes of its sources, and the plugin serves it", async () => {
    const project = await engine.project({ name: "schema", program: "" });
    const { stdout } = await project.pulumi(["package", "get-schema", component]);
    const committed = JSON.parse(readFileSync(resolve(component, "pulumi-schema.json"), "utf8"));
    assert.deepEqual(JSON.parse(analyzeComponent()), committed);
    const { version, ...served } = JSON.parse(stdout);
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(Object.keys(served.resources), Object.keys(committed.resources));
    const [served0, committed0] = [served, committed].map(
      ({ resources }) => resources["pull-through-cache:index:PullThroughCache"],
    );
    for (const names of ["inputProperties", "properties"]) {
      assert.deepEqual(Object.keys(served0[names]).sort(), Object.keys(committed0[names]).sort());
    }
  });

  it("deploys by its type from a program that has no code of it, and keeps the token secret", async () => {
    const project = await engine.project({ name: "remote", program: PROGRAM });
    const plugins = `plugins:\n  providers:\n    - name: pull-through-cache\n      path: ${component}\n`;
    await appendFile(join(project.directory, "Pulumi.yaml"), plugins);
    const preview = await project.preview();
    const up = await project.up();
    assert.deepEqual(changed(up).sort(), changed(preview).sort());
    const { urls, secretArns } = (await project.outputs()) as Record<string, Record<string, string>>;
    assert.deepEqual(urls, {
      ghcr: "111122223333.dkr.ecr.us-east-1.amazonaws.com/ghcr",
      quay: "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay",
    });
    assert.match(secretArns?.ghcr ?? "", /:secret:ecr-pullthroughcache\/ghcr-/);
    const { rules } = (await inventory(engine.aws, "111122223333")).regions["us-east-1"] ?? {};
    assert.deepEqual(rules?.slice().sort(), ["ghcr", "quay"]);
    const stack = JSON.stringify(await project.exportStack());
    for (const text of [preview.stdout, preview.stderr, up.stdout, up.stderr, stack]) assert.ok(!text.includes(TOKEN));
    assert.equal((await project.up()).changes.same, up.changes.create);
    await project.destroy();
  });
});
