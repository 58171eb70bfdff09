import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { publint } from "publint";

const checkout = resolve(__dirname, "../..");
const NAME = "pull-through-cache";

describe("the command line tool's package", function () {
  this.timeout(120_000);
  let directory: string;
  let paths: string[];

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "cli-package-test-"));
    const args = ["pack", "--json", "--silent", "--workspace", "cli", "--pack-destination", directory];
    const [{ filename, files }] = JSON.parse(execFileSync("npm", args, { cwd: checkout, encoding: "utf8" }));
    paths = files.map(({ path }: { path: string }) => path);
    mkdirSync(unpacked(), { recursive: true });
    execFileSync("tar", ["-xzf", join(directory, filename), "-C", unpacked(), "--strip-components=1"]);
    // An installation puts only the declared dependencies beside it.
    for (const name of Object.keys(manifest().dependencies)) {
      const target = join(directory, "node_modules", name);
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(join(checkout, "node_modules", name), target);
    }
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const unpacked = () => join(directory, "node_modules", NAME);
  const manifest = () => JSON.parse(readFileSync(join(unpacked(), "package.json"), "utf8"));
  const run = (args: string[], input = "") =>
    execFileSync(process.execPath, [join(unpacked(), manifest().bin["pull-through-cache"]), ...args], {
      cwd: directory,
      encoding: "utf8",
      input,
    });

  it("has the tool in one file, licenses, and nothing else", () => {
    assert.deepEqual(paths.sort(), ["LICENSE", "README.md", "dist/licenses.txt", "dist/main.js", "package.json"]);
    const code = readFileSync(join(unpacked(), "dist/main.js"), "utf8");
    assert.ok(code.startsWith("#!/usr/bin/env node\n"));
    assert.ok(!code.includes(checkout), "it names a path of this machine");
    const bundled = [...code.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name);
    assert.ok(bundled.length > 0);
    const licenses = readFileSync(join(unpacked(), "dist/licenses.txt"), "utf8");
    for (const name of new Set(bundled)) assert.match(licenses, new RegExp(`^${name} [\\d.]+\n\n[^]*?MIT`, "m"));
  });

  it("follows the conventions of npm packages", async () => {
    const { messages } = await publint({ pkgDir: unpacked(), level: "warning", strict: true, pack: false });
    assert.deepEqual(messages, []);
  });

  it("runs with only the packages that it declares, without Pulumi", () => {
    assert.ok(!Object.keys(manifest().dependencies).some((name) => name.includes("pulumi")));
    assert.equal(run(["--version"]).trim(), manifest().version);
    assert.match(run(["migrate", "--from", "-"], "quay:\n  registry: quay.io\n"), /quay +registry +registry/);
  });
});
