import assert from "node:assert/strict";
import * as library from "../../component/index";

const PROVIDER = require.resolve("@pulumi/pulumi/provider");
const PLUGIN = require.resolve("../../component/plugin");

describe("the entry point of the package's folder", () => {
  const { argv } = process;
  const provider = require(PROVIDER);
  let served: unknown[][];

  before(() => {
    const main = (...args: unknown[]) => served.push(args);
    (require.cache[PROVIDER] as NodeJS.Module).exports = { ...provider, main };
  });

  after(() => {
    (require.cache[PROVIDER] as NodeJS.Module).exports = provider;
  });

  /** Loads it in a process that runs a script with these arguments. */
  function load(...args: string[]): { readonly [name: string]: unknown } {
    served = [];
    process.argv = [argv[0] as string, ...args];
    try {
      delete require.cache[PLUGIN];
      return require(PLUGIN);
    } finally {
      process.argv = argv;
      delete require.cache[PLUGIN];
    }
  }

  it("is the library in a program", () => {
    for (const args of [[], ["/app/index.js", "run-plugin"], ["/app/run-plugins/index.js"], ["run-plugin"]]) {
      const { PullThroughCache, loadRegistries } = load(...args);
      assert.deepEqual(served, [], args.join(" "));
      assert.equal(PullThroughCache, library.PullThroughCache);
      assert.equal(loadRegistries, library.loadRegistries);
    }
  });

  it("serves the provider where Pulumi runs it as a plugin, with the arguments of Pulumi", () => {
    const folder = "/app/node_modules/@pulumi/pulumi/cmd/run-plugin";
    for (const script of [folder, `${folder}/index.js`, String.raw`C:\pulumi\run-plugin\index.js`]) {
      load(script, "127.0.0.1:1234", "--logtostderr");
      assert.equal(served.length, 1, script);
      const [started, args] = served[0] as [{ construct?: unknown; call?: unknown }, string[]];
      assert.deepEqual([typeof started.construct, typeof started.call], ["function", "function"]);
      assert.deepEqual(args, ["127.0.0.1:1234", "--logtostderr"]);
    }
  });
});
