import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { imageTransform, type RewriteOptions } from "../../../component/rewrite";
import { transformStack } from "../../../component/rewrite/stack";
import { Monitor } from "../resources/monitor";

const RULES = [{ upstream: "registry-1.docker.io", url: "111122223333.dkr.ecr.us-east-1.amazonaws.com/hub" }];

class Workload extends pulumi.CustomResource {}

/** Calls what the end of the program would call. */
function atEnd(): void {
  for (const listener of process.listeners("beforeExit")) {
    if (listener.name !== "printReports") continue;
    process.off("beforeExit", listener);
    listener(0);
  }
}

describe("the report of a program", () => {
  // Other tests of this process may have left a report.
  before(atEnd);

  async function rewrite(all: readonly RewriteOptions[]): Promise<void> {
    for (const [index, options] of all.entries()) {
      const props = { spec: { containers: [{ image: "nginx:1" }, { image: "quay.io/org/app:1" }] } };
      const args = { custom: true, type: "kubernetes:core/v1:Pod", name: `pod${index}`, props, opts: {} };
      await imageTransform(RULES, options)(args as unknown as pulumi.ResourceTransformArgs);
    }
  }

  /** What a program logs, or a plugin. A plugin has no stack. */
  async function run(where: "program" | "plugin" | "mocks", ...all: RewriteOptions[]): Promise<string[]> {
    const monitor = await Monitor.start({}, { isEngine: where !== "mocks" });
    if (where === "program") await pulumi.runtime.runInPulumiStack(() => rewrite(all));
    else await rewrite(all);
    atEnd();
    await monitor.end();
    return monitor.log;
  }

  it("is one line for all transforms, and another one for dry runs", async () => {
    assert.deepEqual(await run("program", {}, {}), [
      "2 of 4 container images are pulled through the cache; 2 without a rule.",
    ]);
    const [one = "", other = "", ...more] = await run("program", { dryRun: true }, {}, { dryRun: true });
    assert.match(`${one}\n${other}`, /^Dry run: 2 of 4 container images would be pulled/m);
    assert.match(`${one}\n${other}`, /^1 of 2 container images are pulled/m);
    assert.deepEqual(more, []);
  });

  const CACHED = `${RULES[0]?.url}/library/nginx:1`;
  const WRITTEN: readonly [what: string, after: pulumi.Input<string>, count: number, rest: string][] = [
    ["what the update wrote", CACHED, 1, ""],
    ["what it did not, as with --target, as left", "nginx:1", 0, "; 1 not part of this update"],
    ["what nobody can see as written", pulumi.unknown as unknown as string, 1, ""],
  ];
  for (const [what, after, count, rest] of WRITTEN) {
    it(`counts ${what}`, async () => {
      const type = "kubernetes:core/v1:Pod";
      const podWith = (image: pulumi.Input<string>) => ({ spec: { containers: [{ image }] } });
      const monitor = await Monitor.start({}, { isEngine: true, isPreview: true });
      await pulumi.runtime.runInPulumiStack(async () => {
        const transform = imageTransform(RULES);
        transformStack(transform, {});
        // The mocks do not run transforms: what the resource has is what it is given.
        new Workload(type, "web", podWith(after));
        const args = { custom: true, type, name: "web", props: podWith("nginx:1"), opts: {} };
        await transform(args as unknown as pulumi.ResourceTransformArgs);
      });
      atEnd();
      for (let waited = 0; waited < 1000 && monitor.log.length === 0; waited++) await turn();
      await monitor.end();
      assert.deepEqual(monitor.log, [`${count} of 1 container images are pulled through the cache${rest}.`]);
    });
  }

  it("shows each change of a dry run at once in a plugin, which does not know when the program ends", async () => {
    const [change = "", summary = "", ...more] = await run("plugin", { dryRun: true });
    assert.match(change, /^Dry run: kubernetes:core\/v1:Pod "pod0" .*: nginx:1 -> /);
    assert.match(summary, /^Dry run: 1 of 2 container images would be pulled through the cache; 1 without a rule\.$/);
    assert.deepEqual(more, []);
  });

  it("is not printed without an engine, nor again in the next program", async () => {
    assert.deepEqual(await run("mocks", {}), []);
    assert.deepEqual(await run("program"), []);
  });
});
