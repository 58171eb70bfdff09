import assert from "node:assert/strict";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { Monitor } from "./monitor";
import { Refusals } from "./refusals";

const SCANNING = "AWS::ECR::RegistryScanningConfiguration";
const POLICY = "AWS::ECR::RegistryPolicy";
const THEIRS: { readonly [type: string]: object } = {
  [SCANNING]: {
    ScanType: "BASIC",
    Rules: [{ ScanFrequency: "SCAN_ON_PUSH", RepositoryFilters: [{ Filter: "prod/*", FilterType: "WILDCARD" }] }],
  },
  [POLICY]: {
    PolicyText: { Statement: [{ Sid: "Theirs", Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }] },
  },
};

/** Answers to lookups of a registry's settings: the current settings, or the provider's error. */
const answering = (current: { readonly [type: string]: object } | string) => ({
  "aws:cloudcontrol/getResource:getResource": ({ typeName }: { typeName: string }) => {
    // gRPC carries the message in this field.
    if (typeof current === "string") throw Object.assign(new Error(current), { code: 2, details: current });
    return { properties: JSON.stringify(current[typeName] ?? {}) };
  },
});

describe("settings that a Region has once", () => {
  let monitor: Monitor;

  async function run(
    current: Parameters<typeof answering>[0],
    overwrite = false,
    isPreview = false,
    regions?: string[],
  ): Promise<void> {
    monitor = await Monitor.start(answering(current), { isEngine: true, isPreview });
    const registries: PullThroughCacheArgs["registries"] = { quay: { access: { accounts: ["444455556666"] } } };
    new PullThroughCache("cache", { registries, regions, scanning: { overwrite }, registryPolicy: { overwrite } });
    await monitor.end();
  }

  const refused = async (current: Parameters<typeof answering>[0], reason: RegExp) => {
    const refusals = new Refusals();
    refusals.start();
    for (const isPreview of [true, false]) {
      await Monitor.start(answering(current), { isEngine: true, isPreview });
      await refusals.expect(() => new PullThroughCache("cache", { registries: { quay: {} }, scanning: {} }), reason);
    }
    await refusals.end();
  };

  for (const error of ["ThrottlingException: slow down", "AccessDeniedException: no", "the profile was not found"]) {
    it(`fail a preview and an update if they cannot be read: ${error}`, async () => {
      await refused(
        error,
        new RegExp(`The registry scanning configuration of us-east-1 cannot be read: .*${error}.*overwrite: true`, "s"),
      );
    });
  }

  it("fail a preview and an update if they cannot be merged", async () => {
    await refused(
      { [SCANNING]: { ScanType: "ENHANCED" } },
      /- scanning: the Region has scan type ENHANCED\. Give scanType: "ENHANCED", or overwrite: true/,
    );
  });

  it("stay when the stack is destroyed, unless they are the stack's own as a whole", async () => {
    for (const [overwrite, current] of [
      [false, THEIRS],
      [false, {}],
      [true, THEIRS],
    ] as const) {
      await run(current, overwrite);
      for (const type of ["RegistryScanningConfiguration", "RegistryPolicy"]) {
        const { parent, aliases, retainOnDelete } = monitor.find(type, "cache");
        assert.deepEqual([parent, retainOnDelete], ["cache", !overwrite]);
        assert.deepEqual(
          aliases.map((alias) => alias.split("::").at(-1)),
          ["cache@us-east-1"],
        );
      }
    }
  });

  it("report in a preview what happens to other people's content, once for each setting", async () => {
    const start = (title: string, what: string) => `The ${title} of us-east-1 has content that others wrote (${what}).`;
    const all = [
      start("registry scanning configuration", "SCAN_ON_PUSH of prod/*"),
      start("registry policy", '"Theirs"'),
    ];
    await run(THEIRS, false, true);
    assert.deepEqual([...monitor.log].sort(), all.map((text) => `${text} It is kept.`).sort());
    await run(THEIRS, true, true);
    assert.deepEqual(
      [...monitor.log].sort(),
      all.map((text) => `${text} It is removed, because overwrite is true.`).sort(),
    );
    await run(THEIRS);
    assert.deepEqual(monitor.log, [], "an update does not repeat it");
    for (const overwrite of [false, true]) {
      await run({}, overwrite, true);
      assert.deepEqual(monitor.log, [], "there is nothing of others");
    }
    await run(THEIRS, false, true, ["eu-west-1", "us-east-1"]);
    assert.deepEqual(
      [...monitor.log].sort(),
      all
        .flatMap((text) =>
          ["eu-west-1", "us-east-1"].map((region) => `${text.replace("us-east-1", region)} It is kept.`),
        )
        .sort(),
    );
  });

  it("are written without a word if nobody has set them, and with a warning if overwrite hides what is there", async () => {
    for (const error of ["ResourceNotFoundException: no policy", "couldn't find resource"]) {
      await run(error);
      assert.deepEqual(monitor.log, []);
      assert.ok(monitor.find("RegistryPolicy", "cache"));
    }
    await run("AccessDeniedException: no", true);
    assert.equal(monitor.log.length, 2);
    for (const line of monitor.log)
      assert.match(line, /cannot be read: .*AccessDenied.*\nWhat others wrote there is removed/s);
  });
});
