import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiEnvironment } from "./environment";
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

  describe("launchers", () => {
    it("pass their own and the caller's arguments unchanged, whatever is in the path", () => {
      const script = file("show.js", "console.log(JSON.stringify(process.argv.slice(2)))");
      const launcher = join(directory, "bin", "pulumi-resource-x");
      writeLauncher(launcher, process.execPath, script, "it's");
      assert.deepEqual(JSON.parse(execFileSync(launcher, ["a b", "$HOME"], { encoding: "utf8" })), [
        "it's",
        "a b",
        "$HOME",
      ]);
      const before = statSync(launcher).mtimeMs;
      writeLauncher(launcher, process.execPath, script, "it's");
      assert.equal(statSync(launcher).mtimeMs, before, "an unchanged launcher is not written again");
    });
  });

  it("gives no credential to what loads or builds a CLI, and fails with the end of what that printed", async () => {
    const options = { title: "compiling", cwd: directory, log: () => {} };
    process.env.NPM_TOKEN = "canary";
    await runWithProgress("sh", ["-c", 'test -n "$PATH" && test -z "$NPM_TOKEN"'], options);
    delete process.env.NPM_TOKEN;
    await runWithProgress("sh", ["-c", "exit 0"], options);
    await assert.rejects(
      runWithProgress("sh", ["-c", "echo no space left >&2; exit 3"], options),
      /compiling: exit code 3: no space left/,
    );
  });
});
