import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { checkout, linkInstalled, type Unpacked, unpack } from "./unpacked";

describe("the command line tool's package", () => {
  let directory: string;
  let tool: Unpacked;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "cli-package-test-"));
    tool = unpack("cli", directory);
    // An installation puts only the declared dependencies beside it.
    linkInstalled(directory, Object.keys(manifest().dependencies));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const manifest = () => JSON.parse(readFileSync(join(tool.folder, "package.json"), "utf8"));
  const run = (args: string[], input = "") =>
    execFileSync(process.execPath, [join(tool.folder, manifest().bin["pull-through-cache"]), ...args], {
      cwd: directory,
      encoding: "utf8",
      input,
    });

  it("has the tool in one file, licenses, and nothing else", () => {
    assert.deepEqual([...tool.files].sort(), [
      "LICENSE",
      "README.md",
      "dist/licenses.txt",
      "dist/main.js",
      "package.json",
    ]);
    const code = readFileSync(join(tool.folder, "dist/main.js"), "utf8");
    assert.ok(code.startsWith("#!/usr/bin/env node\n"));
    assert.ok(!code.includes(checkout), "it names a path of this machine");
    const bundled = [...code.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name);
    assert.ok(bundled.length > 0);
    const licenses = readFileSync(join(tool.folder, "dist/licenses.txt"), "utf8");
    for (const name of new Set(bundled)) assert.match(licenses, new RegExp(`^${name} [\\d.]+\n\n[^]*?MIT`, "m"));
  });

  it("follows the conventions of npm packages", async () => {
    const { messages } = await publint({ pkgDir: tool.folder, level: "warning", strict: true, pack: false });
    assert.deepEqual(messages, []);
  });

  it("runs with only the packages that it declares, without Pulumi", () => {
    assert.ok(!Object.keys(manifest().dependencies).some((name) => name.includes("pulumi")));
    assert.equal(run(["--version"]).trim(), manifest().version);
    assert.match(run(["migrate", "--from", "-"], "quay:\n  registry: quay.io\n"), /quay +registry +registry/);
  });
});
