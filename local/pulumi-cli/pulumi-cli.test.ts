import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./cache";
import { bareEnvironment, pulumiEnvironment } from "./environment";
import { writeLauncher } from "./launcher";
import { runWithProgress } from "./progress";
import { inspect } from "./toolchain";

describe("local Pulumi CLI", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "local cli '"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const file = (path: string, content: string, mode = 0o644): string => {
    const full = join(directory, path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, content);
    chmodSync(full, mode);
    return full;
  };

  describe("an installed CLI", () => {
    const install = (version: string): string => file("bin/pulumi", `#!/bin/sh\necho ${version}\n`, 0o755);

    it("is used when it is recent enough and has its Node.js host", () => {
      const pulumi = install("v3.218.0");
      file("bin/pulumi-language-nodejs", "", 0o755);
      assert.deepEqual(inspect(pulumi), { pulumi, bin: join(directory, "bin"), version: "3.218.0" });
    });

    it("is refused when it is too old, with the version that is needed", () => {
      const pulumi = install("v3.217.9");
      file("bin/pulumi-language-nodejs", "", 0o755);
      assert.throws(() => inspect(pulumi), /version 3\.217\.9; 3\.218\.0 or later is needed/);
    });

    it("is refused without its Node.js host", () => {
      assert.throws(() => inspect(install("v3.300.0")), /no pulumi-language-nodejs beside it/);
    });
  });

  describe("the environment", () => {
    // Not a copy: only the original sets variables of the process.
    const saved = process.env;
    afterEach(() => {
      process.env = saved;
    });

    it("has nothing of the user's AWS and Pulumi settings, and keeps the rest", () => {
      process.env = {
        PATH: "/usr/bin",
        LANG: "C",
        AWS_PROFILE: "production",
        AWS_SESSION_TOKEN: "canary",
        PULUMI_ACCESS_TOKEN: "canary",
        PULUMI_HOME: "/home/user/.pulumi",
        HTTPS_PROXY: "http://canary",
        http_proxy: "http://canary",
        NO_PROXY: "canary",
      };
      const bare = bareEnvironment();
      assert.deepEqual(
        [bare.PATH, bare.AWS_SESSION_TOKEN, bare.PULUMI_ACCESS_TOKEN],
        ["/usr/bin", undefined, undefined],
      );
      const environment = pulumiEnvironment({
        toolchain: { pulumi: "/tools/pulumi", bin: "/tools", version: "3.259.0" },
        home: join(directory, "home"),
        backend: join(directory, "my stacks"),
        passphrase: "p",
        extra: { AWS_REGION: "eu-west-1" },
      });
      assert.ok(!JSON.stringify(environment).includes("canary"));
      assert.equal(environment.AWS_PROFILE, undefined);
      assert.equal(environment.AWS_REGION, "eu-west-1");
      assert.equal(environment.PULUMI_IGNORE_AMBIENT_PLUGINS, "true", "plugins on PATH");
      assert.equal(environment.LANG, "C");
      assert.equal(environment.PATH, "/tools:/usr/bin");
      assert.equal(environment.PULUMI_HOME, join(directory, "home"));
      assert.match(environment.PULUMI_BACKEND_URL ?? "", /^file:\/\/\/.*my%20stacks$/);
      assert.ok(existsSync(join(directory, "my stacks")), "the file backend wants its folder to exist");
    });
  });

  describe("the lock", () => {
    it("lets one process in at a time, and says which one the others wait for", async () => {
      const lock = join(directory, "lock");
      const order: string[] = [];
      let leave: (() => void) | undefined;
      const first = withLock(
        lock,
        () => {},
        async () => {
          order.push("first in");
          await new Promise<void>((resolve) => {
            leave = resolve;
          });
          order.push("first out");
        },
      );
      const second = withLock(
        lock,
        (line) => {
          assert.match(line, new RegExp(`waiting for process ${process.pid}`));
          order.push("second waits");
          leave?.();
        },
        async () => {
          order.push("second in");
        },
      );
      await Promise.all([first, second]);
      assert.deepEqual(order, ["first in", "second waits", "first out", "second in"]);
      assert.ok(!existsSync(lock));
    });

    it("is taken from a process that is gone, and released after a failure", async () => {
      const gone = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
      const lock = file("lock", String(gone));
      await assert.rejects(
        withLock(
          lock,
          () => {},
          async () => {
            assert.equal(readFileSync(lock, "utf8"), String(process.pid));
            throw new Error("build failed");
          },
        ),
        /build failed/,
      );
      assert.ok(!existsSync(lock));
    });
  });

  describe("launchers", () => {
    it("pass their own and the caller's arguments unchanged, whatever is in the path", () => {
      const script = file("show.js", "console.log(JSON.stringify(process.argv.slice(2)))");
      const launcher = join(directory, "bin", "pulumi-resource-x");
      writeLauncher(launcher, script, ["it's"]);
      assert.deepEqual(JSON.parse(execFileSync(launcher, ["a b", "$HOME"], { encoding: "utf8" })), [
        "it's",
        "a b",
        "$HOME",
      ]);
      const before = statSync(launcher).mtimeMs;
      writeLauncher(launcher, script, ["it's"]);
      assert.equal(statSync(launcher).mtimeMs, before, "an unchanged launcher is not written again");
    });
  });

  describe("long commands", () => {
    const run = (script: string, timeoutMs = 10_000) =>
      runWithProgress("sh", ["-c", script], { title: "compiling", cwd: directory, timeoutMs, log: () => {} });

    it("return their output", async () => {
      assert.equal(await run("echo done"), "done\n");
    });

    it("fail with the end of their error output", async () => {
      await assert.rejects(run("echo no space left >&2; exit 3"), /compiling: exit code 3: no space left/);
    });

    it("are killed with all their children if they take too long", async () => {
      const [started, pidFile] = ["sleep 600 & echo $! > pid; wait", join(directory, "pid")];
      await assert.rejects(run(started, 500), /not done after/);
      const pid = Number(readFileSync(pidFile, "utf8"));
      // A killed process exists until its parent has seen its end. The test's time limit is the bound.
      while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
    });
  });
});

function isRunning(pid: number): boolean {
  // An orphan that nobody has waited for is a zombie, which no longer runs.
  const state = execFileSync("sh", ["-c", `ps -o stat= -p ${pid} || true`], { encoding: "utf8" }).trim();
  return state !== "" && !state.startsWith("Z");
}
