import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { startNpmRegistry } from "./npm-registry";

const checkout = resolve(__dirname, "../..");

interface Workflow {
  readonly jobs: { readonly [job: string]: { readonly steps: readonly { readonly run?: string }[] } };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository: { readonly url: string };
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
}

const root = manifestOf(checkout);
const workspaces = (root.workspaces ?? []).map((folder) => ({ folder, manifest: manifestOf(join(checkout, folder)) }));
const published = workspaces.filter(({ manifest }) => !manifest.private);
const examples = readdirSync(join(checkout, "examples"), { recursive: true, encoding: "utf8" }).filter(
  (file) => /(^|\/)package\.json$/.test(file) && !file.includes("node_modules"),
);

describe("a release", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "release-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("has in every manifest the repository, which npm compares with the one that publishes", () => {
    const page = root.repository.url.replace(/^git\+|\.git$/g, "");
    assert.match(page, /^https:\/\/github\.com\/[\w-]+\/[\w-]+$/);
    for (const { folder, manifest } of published) {
      const { repository, bugs, homepage, type, license, description } = manifest;
      assert.deepEqual(repository, { ...root.repository, directory: folder }, folder);
      assert.deepEqual(bugs, { url: `${page}/issues` }, folder);
      assert.ok(String(homepage).startsWith(page) && description, folder);
      assert.deepEqual([type, license], ["commonjs", "Apache-2.0"], folder);
    }
  });

  it("is packed only into a folder of its own", () => {
    writeFileSync(join(directory, "mine.txt"), "");
    for (const [argument, said] of [
      ["--help", /^Usage: npm run release:pack \[folder\]/],
      [directory, /has other files \(mine\.txt\)/],
    ] as const) {
      const { status, stderr } = spawnSync(process.execPath, ["scripts/release-pack.mjs", argument], {
        ...{ cwd: checkout, encoding: "utf8" },
      });
      assert.equal(status, 2);
      assert.match(stderr, said);
    }
    assert.deepEqual(readdirSync(directory), ["mine.txt"]);
  });

  it("publishes what the registry does not have, so that a run that failed halfway can be run again", async () => {
    const registry = await startNpmRegistry();
    try {
      const userconfig = join(directory, "npmrc");
      writeFileSync(userconfig, `registry=http://${registry.host}/\n//${registry.host}/:_authToken=invented\n`);
      // In a workflow, its settings and its right to publish must not reach this test.
      const isOfWorkflow = ([name]: [string, unknown]) => /^(npm_config_|ACTIONS_|NODE_AUTH_TOKEN)/i.test(name);
      const inherited = Object.entries(process.env).filter((variable) => !isOfWorkflow(variable));
      const npm = { npm_config_userconfig: userconfig, npm_config_registry: `http://${registry.host}/` };
      const env = { ...Object.fromEntries(inherited), CI: "true", ...npm };
      const packages = join(directory, "packages");
      await promisify(execFile)(process.execPath, ["scripts/release-pack.mjs", packages], { cwd: checkout });
      const { jobs } = load(readFileSync(join(checkout, ".github/workflows/publish.yml"), "utf8")) as Workflow;
      const script = jobs.publish?.steps
        .flatMap(({ run }) => run ?? [])
        .join("\n")
        // Provenance needs GitHub's signature.
        .replaceAll(" --provenance", "");
      const publish = () => promisify(execFile)("bash", ["-ec", script ?? "exit 1"], { cwd: packages, env });
      await publish();
      const wanted = published.map(({ manifest: { name, version } }) => `${name}@${version}`).sort();
      const sent = () => registry.published.map(({ name, version }) => `${name}@${version}`).sort();
      assert.deepEqual(sent(), wanted);
      await publish();
      assert.deepEqual(sent(), wanted, "nothing is published twice");
    } finally {
      await registry.stop();
    }
  });

  it("gives all packages one version, which the root program and the examples require", () => {
    for (const { folder, manifest } of published) assert.equal(manifest.version, root.version, folder);
    for (const file of [".", ...examples.map((example) => join("examples", example, ".."))]) {
      const wanted = manifestOf(join(checkout, file)).dependencies?.["pulumi-pull-through-cache"];
      if (wanted !== undefined) assert.equal(wanted, `^${root.version}`, file);
    }
  });

  it("takes its versions and changelogs from the changesets", () => {
    const tracked = execFileSync("git", ["ls-files"], { cwd: checkout, encoding: "utf8" }).split("\n");
    const needed = /(^|\/)package(-lock)?\.json$|CHANGELOG\.md$|^\.changeset\/|^scripts\/.*\.mjs$/;
    for (const file of tracked.filter((name) => needed.test(name))) {
      cpSync(join(checkout, file), join(directory, file), { recursive: true });
    }
    const installed = readFileSync(join(checkout, "node_modules/.package-lock.json"), "utf8");
    linkPackages(directory);
    const change = `---\n"pulumi-pull-through-cache": minor\n---\n\nA change that is only tried.\n`;
    writeFileSync(join(directory, ".changeset/only-tried.md"), change);
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: directory, encoding: "utf8", stdio: "pipe" });
    run("git", "init", "--quiet", "--initial-branch", "main");
    run("git", "add", ".");
    run("git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "trial");
    run(process.execPath, "scripts/release-version.mjs");

    const { version } = manifestOf(join(directory, "component"));
    assert.notEqual(version, root.version);
    assert.equal(manifestOf(directory).version, version);
    assert.equal(manifestOf(directory).dependencies?.["pulumi-pull-through-cache"], `^${version}`);
    for (const { folder, manifest } of published) {
      assert.equal(manifestOf(join(directory, folder)).version, version, manifest.name);
      assert.match(readFileSync(join(directory, folder, "CHANGELOG.md"), "utf8"), new RegExp(`^## ${version}$`, "m"));
    }
    assert.match(readFileSync(join(directory, "component/CHANGELOG.md"), "utf8"), /A change that is only tried\./);
    const lock = JSON.parse(readFileSync(join(directory, "package-lock.json"), "utf8"));
    assert.equal(lock.packages.component.version, version);
    const left = readdirSync(join(directory, ".changeset")).filter((file) => file.endsWith(".md"));
    assert.deepEqual(left, ["README.md"], "every changeset is used up");
    const untouched = readFileSync(join(checkout, "node_modules/.package-lock.json"), "utf8") === installed;
    assert.ok(untouched, "what is installed here stays as it is");
  });
});

/** Links all packages into a copy. npm writes its lockfile of what is installed into the folder, so that one is new. */
function linkPackages(directory: string): void {
  const installed = join(checkout, "node_modules");
  mkdirSync(join(directory, "node_modules"));
  for (const name of readdirSync(installed)) {
    if (name !== ".package-lock.json") symlinkSync(join(installed, name), join(directory, "node_modules", name));
  }
}
