import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
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

  /** The options that the resource's own transforms change. */
  async function changes(type: string): Promise<unknown[]> {
    const { transforms } = monitor.find(type, "cache");
    const args = {
      props: { a: 1 },
      opts: { protect: false, provider: "own" },
    } as unknown as pulumi.ResourceTransformArgs;
    const results = await Promise.all(transforms.map((transform) => transform(args)));
    return results.map((result) => result && [result.props, JSON.parse(JSON.stringify(result.opts))]);
  }

  it("fail the update if they cannot be read, or not merged", async () => {
    const refusals = new Refusals();
    refusals.start();
    await Monitor.start(answering("ThrottlingException: slow down"), { isEngine: true });
    await refusals.expect(
      () => new PullThroughCache("cache", { registries: { quay: {} }, scanning: {} }),
      /The registry scanning configuration of us-east-1 cannot be read: .*ThrottlingException: slow down/,
    );
    await Monitor.start(answering({ [SCANNING]: { ScanType: "ENHANCED" } }), { isEngine: true });
    await refusals.expect(
      () => new PullThroughCache("cache", { registries: { quay: {} }, scanning: {} }),
      /- scanning: the Region has scan type ENHANCED\. Give scanType: "ENHANCED", or overwrite: true/,
    );
    await refusals.end();
  });

  it("stay when the stack is destroyed, as long as they have other people's content", async () => {
    await run(THEIRS);
    for (const type of ["RegistryScanningConfiguration", "RegistryPolicy"]) {
      const { parent, aliases } = monitor.find(type, "cache");
      assert.equal(parent, "cache");
      assert.deepEqual(
        aliases.map((alias) => alias.split("::").at(-1)),
        ["cache@us-east-1"],
      );
    }
    const kept = [{ a: 1 }, { provider: "own", retainOnDelete: true }];
    assert.deepEqual(await changes("RegistryScanningConfiguration"), [kept]);
    assert.deepEqual(await changes("RegistryPolicy"), [kept]);
    await run({ [POLICY]: THEIRS[POLICY] ?? {} });
    assert.deepEqual(await changes("RegistryScanningConfiguration"), [undefined]);
    await run(THEIRS, true);
    assert.deepEqual(await changes("RegistryPolicy"), [], "overwrite makes them the stack's own");
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

  it("are written with a warning if they may not be read, and without one if nobody has set them", async () => {
    await run("AccessDeniedException: not authorized to perform cloudformation:GetResource");
    assert.equal(monitor.log.length, 2);
    for (const [title, action] of [
      ["registry scanning configuration", "ecr:GetRegistryScanningConfiguration"],
      ["registry policy", "ecr:GetRegistryPolicy"],
    ]) {
      const start = `The ${title} of us-east-1 cannot be read without the permissions cloudformation:GetResource and ${action}, `;
      assert.ok(
        monitor.log.some((line) => line.startsWith(start)),
        monitor.log.join("\n"),
      );
    }
    assert.ok(monitor.find("RegistryPolicy", "cache"));
    await run("AccessDeniedException: not authorized", true);
    assert.deepEqual(monitor.log, []);
    for (const error of ["accessDenied", "User is NOT AUTHORIZED"]) {
      await run(error);
      assert.equal(monitor.log.length, 2, error);
    }
    for (const error of ["ResourceNotFoundException: no policy", "couldn't find resource", "Resource was NOT FOUND"]) {
      await run(error);
      assert.deepEqual(monitor.log, []);
      assert.ok(monitor.find("RegistryPolicy", "cache"));
    }
  });
});
