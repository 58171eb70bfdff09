import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Limiter } from "../../cli/warm/limiter";
import { CLI, type CliOptions, runCli } from "../support/cli";
import { cloudForSuite, createHub, frontForSuite } from "./support";

/** Workloads, which the local AWS does not have. */
const ECS: { readonly [operation: string]: object } = {
  ListClusters: { clusterArns: Array.from({ length: 12 }, (_, index) => `cluster/${index}`) },
  ListTaskDefinitionFamilies: { families: ["jobs"] },
  ListTasks: { taskArns: [] },
};

describe("a command that is interrupted", () => {
  const cloud = cloudForSuite();
  let onCall: (operation: string) => unknown = () => undefined;
  frontForSuite(cloud, async (operation) => {
    await onCall(operation);
    return ECS[operation];
  });
  beforeEach(async () => {
    await createHub(cloud);
    onCall = () => undefined;
  });

  const repositories = async () => {
    for (let index = 0; index < 12; index++)
      await cloud.ecr().createRepository({ repositoryName: `hub/team/app-${index}` });
  };
  const removed = async () => {
    await repositories();
    await cloud.ecr().deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
  };
  const rules = async () => {
    for (let index = 0; index < 24; index++) {
      const input = { ecrRepositoryPrefix: `k8s-${index}`, upstreamRegistryUrl: "registry.k8s.io" };
      await cloud.ecr().createPullThroughCacheRule(input);
    }
  };

  const cases: [what: string, prepare: () => unknown, args: string[], at: string, said: RegExp, printed: RegExp][] = [
    [
      "warm",
      () => undefined,
      ["warm", "nginx:1.27", "busybox:1.36", "redis:7.4", "--concurrency", "1"],
      "BatchGetImage",
      /Stopping after what is under way.*Interrupted: 2 of 3 images were not started\./s,
      /^1 of 1 image is in the cache\.$/,
    ],
    [
      "apply, while it compares",
      repositories,
      ["apply", "--yes", "--concurrency", "1"],
      "GetLifecyclePolicy",
      /Interrupted: 11 of 12 repositories to compare were not started\./,
      /1 of 1 repository differs.*Nothing was changed/s,
    ],
    [
      "apply, while it changes",
      repositories,
      ["apply", "--yes", "--concurrency", "1"],
      "PutLifecyclePolicy",
      /Interrupted: 11 of 12 repositories to change were not started\./,
      /Not started: hub\/team\/app-1, .*\nChanged 1 of 12 repositories that differ\.\nTo go back: sh apply-undo/,
    ],
    [
      "clean, while it counts",
      removed,
      ["clean", "--prefix", "hub", "--yes"],
      "DescribeImages",
      /Interrupted: [1-9]\d* of 12 repositories to count were not started\./,
      /hub\/team\/app-0.*Deleted 0 of \d+\./s,
    ],
    [
      "clean, while it deletes",
      removed,
      ["clean", "--prefix", "hub", "--yes"],
      "DeleteRepository",
      /Interrupted: [1-9]\d* of 14 leftovers to delete were not started\./,
      /Deleted [1-9]\d* of 14\.$/,
    ],
    [
      "verify",
      rules,
      ["verify"],
      "ValidatePullThroughCacheRule",
      /Interrupted: [1-9]\d* of 25 caches were not started\./,
      /hub .* ok\n.* [1-9]\d* caches +template /,
    ],
    [
      "audit, which then looks at nothing else",
      () => undefined,
      ["audit", "--ecs", "--lambda"],
      "ListTasks",
      /clusters were not started\.\nNo container was found\.\nNot checked: the rest, because the command/,
      /^$/,
    ],
    [
      "report",
      repositories,
      ["report"],
      "DescribeImages",
      /Interrupted: [1-9]\d* of 12 repositories were not started\.\nNot checked: [1-9]\d* repositories, because the command/,
      /hub\/team\/app-0/,
    ],
  ];

  for (const [what, prepare, args, at, said, printed] of cases) {
    it(`ends what is under way and says what it did: ${what}`, async () => {
      await prepare();
      let interrupt = () => undefined as unknown;
      const options: CliOptions = {
        directory: mkdtempSync(join(tmpdir(), "interrupt-")),
        onInterrupt: (listener) => {
          interrupt = listener;
        },
      };
      onCall = (operation) => operation === at && interrupt();
      const { code, stdout, stderr } = await runCli(args, options);
      assert.equal(code, 130, stdout + stderr);
      assert.match(stderr, said);
      assert.match(stdout, printed);
    });
  }

  it("does not wait for an upstream that limits the rate", async () => {
    const limiter = new Limiter(3600);
    limiter.limited("quay.io");
    const stop = new AbortController();
    const ready = limiter.ready("quay.io", stop.signal);
    stop.abort();
    await ready;

    await cloud.control("POST", "upstreams/limit", { host: "registry-1.docker.io", manifests: 0 });
    let interrupt = () => undefined as unknown;
    onCall = (operation) => operation === "BatchGetImage" && interrupt();
    const onInterrupt = (listener: () => void) => {
      interrupt = listener;
    };
    const { code, stdout } = await runCli(["warm", "nginx:1.27", "--pause", "3600"], { onInterrupt });
    assert.equal(code, 1);
    assert.match(stdout, /limited/);
  });

  it("hears Ctrl-C of a terminal, and a second one ends it at once", async () => {
    let child: ReturnType<typeof spawn> | undefined;
    const said = async (text: string) => {
      let all = "";
      for await (const part of child?.stderr ?? []) {
        all += part;
        if (all.includes(text)) return;
      }
    };
    onCall = async (operation) => {
      if (operation !== "BatchGetImage") return;
      child?.kill("SIGINT");
      await said("Press Ctrl-C again to stop at once.");
      child?.kill("SIGINT");
      await new Promise(() => undefined);
    };
    child = spawn(process.execPath, [CLI, "warm", "nginx:1.27"], { stdio: ["ignore", "ignore", "pipe"] });
    const [, signal] = await once(child, "exit");
    assert.equal(signal, "SIGINT");
  });
});
