import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { PullThroughCache } from "pulumi-pull-through-cache";
import { type Engine, startEngine } from "../support/engine";
import { temporaryFolder } from "../support/leftovers";

const plugin = resolve(__dirname, "../../component/dist/plugin.js");
const program = (prefix: string) => async () => {
  const registries = { images: { registry: "quay", prefix } };
  return { urls: new PullThroughCache("cache", { registries, scanning: {} }).urls };
};
const REMOTE = (prefix: string) => `
const pulumi = require("@pulumi/pulumi");
const TYPE = "pull-through-cache:index:PullThroughCache";
class PullThroughCache extends pulumi.ComponentResource {
  constructor(name, args) { super(TYPE, name, { ...args, urls: undefined }, {}, true); }
}
const cache = new PullThroughCache("cache", { registries: { images: { registry: "quay", prefix: "${prefix}" } }, scanning: {} });
const args = { __self__: cache, reference: "quay.io/a/b:1" };
exports.image = pulumi.runtime.call(TYPE + "/image", args, cache).image;`;

describe("several deployments in one process", () => {
  let engine: Engine;
  let served: ChildProcess | undefined;

  before(async () => {
    engine = await startEngine({ asForUsers: true });
  });
  after(async () => {
    served?.kill("SIGKILL");
    await engine?.stop();
  });

  it("work in a program, with the Automation API", async () => {
    const root = await temporaryFolder("automation");
    await mkdir(join(root, "bin"));
    await symlink(engine.aws.toolchain.pulumi, join(root, "bin/pulumi"));
    const pulumiCommand = await PulumiCommand.get({ root, skipVersionCheck: true });
    const envVars = { ...engine.aws.environment, PULUMI_CONFIG_PASSPHRASE: "" } as Record<string, string>;
    const stack = (stackName: string) =>
      LocalWorkspace.createOrSelectStack(
        { stackName, projectName: "automated", program: program("images") },
        { pulumiCommand, envVars },
      );
    const one = await stack("one");
    await one.preview();
    const { outputs } = await one.up();
    assert.deepEqual(outputs.urls?.value, { images: "111122223333.dkr.ecr.us-east-1.amazonaws.com/images" });
    await one.destroy();
    const two = await stack("two");
    await two.up();
    await two.destroy();
    assert.equal((await one.up()).summary.result, "succeeded");
  });

  it("work in the plugin for other languages", async () => {
    const env = { ...process.env, ...engine.aws.environment };
    served = spawn(process.execPath, ["-e", `require(${JSON.stringify(plugin)})`, "/run-plugin"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let port = "";
    for await (const line of createInterface({ input: served.stdout ?? process.stdin })) {
      port = line;
      break;
    }
    for (const [name, prefix] of [
      ["first", "first-images"],
      ["second", "second-images"],
    ] as const) {
      const project = await engine.project({
        name,
        program: REMOTE(prefix),
        env: { PULUMI_DEBUG_PROVIDERS: `pull-through-cache:${port}` },
      });
      await project.up();
      assert.match(String((await project.outputs()).image), new RegExp(`/${prefix}/a/b:1$`));
      if (name === "first") await project.up();
    }
  });
});
