/**
 * Runs the published form of the package with the lowest and the newest versions of its dependencies, and with tokens from
 * CI and Pulumi ESC. Writes lab/compat/results.md: `npm run compat`. Node.js comes from the npm packages
 * `node-<platform>-<architecture>`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RUNNERS, UNIT_TESTS } from "../../test/support/unit-test-runners";
import { go, goModule } from "./go";

const ROOT = path.resolve(__dirname, "../..");
const NAME = "pulumi-pull-through-cache";

/** The newest @pulumi/pulumi that Node.js 20 can run is older than the newest. */
const NODES = [
  { node: "20.19.0", newest: "3.248.0" },
  { node: "22", newest: "latest" },
  { node: "24", newest: "latest" },
];
const LOWEST = { pulumi: "3.218.0", aws: "7.16.0" };
const TYPESCRIPTS = ["5.0", "5.4", "5.9", "6", "7"];
const ESC = "0.21.0";

const TYPED = `import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError, loadRegistries, PullThroughCache, type PullThroughCacheArgs } from "${NAME}";
import { buildkitConfig } from "${NAME}/clients";
import { parseImageReference } from "${NAME}/images";

const args: PullThroughCacheArgs = { registries: { hub: { registry: "registry-1.docker.io" }, ...loadRegistries("x.yaml") } };
const cache = new PullThroughCache("cache", args);
export const image: pulumi.Output<string> = cache.image("nginx:1.27");
export const unused = [InvalidInputError, parseImageReference("nginx").path, buildkitConfig];
`;

type Row = readonly [what: string, result: string];

function npm(directory: string, ...args: string[]): string {
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  return execFileSync("npm", [...args, ...quiet], { cwd: directory, encoding: "utf8" });
}

/** A folder with packages installed in it. */
function install(parent: string, name: string, ...packages: string[]): string {
  const directory = path.join(parent, name);
  mkdirSync(directory);
  writeFileSync(path.join(directory, "package.json"), JSON.stringify({ name, private: true }));
  npm(directory, "install", ...packages);
  return directory;
}

function ends(command: string, args: readonly string[], cwd = ROOT): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) console.error(stdout + stderr);
  return { ok: status === 0, output: stdout.trim() };
}

function deployments(directory: string, tarball: string): Row[] {
  const rows: Row[] = [];
  for (const { node, newest } of NODES) {
    const binaries = `node-${process.platform}-${process.arch}`;
    const runtime = path.join(
      install(directory, `node-${node}`, `${binaries}@${node}`),
      "node_modules",
      binaries,
      "bin/node",
    );
    for (const [label, pulumi, aws] of [
      ["lowest", LOWEST.pulumi, LOWEST.aws],
      ["newest", newest, "7"],
    ]) {
      const packages = [tarball, `@pulumi/pulumi@${pulumi}`, `@pulumi/aws@${aws}`];
      const modules = path.join(install(directory, `${label}-on-${node}`, ...packages), "node_modules");
      const { ok, output } = ends(runtime, ["--import", "tsx", "lab/compat/deploy.ts", modules]);
      const ran = ok ? (JSON.parse(output.split("\n").at(-1) ?? "{}") as Record<string, string>) : {};
      const what = ok
        ? `Node.js ${ran.node}, @pulumi/pulumi ${ran.pulumi}, @pulumi/aws ${ran.aws}`
        : `Node.js ${node}, ${packages.slice(1).join(", ")}`;
      rows.push([what, ok ? "deploys every option, changes nothing the second time, destroys" : "FAILS"]);
      console.log(rows.at(-1)?.join(": "));
    }
  }
  return rows;
}

function types(directory: string, tarball: string): Row[] {
  const peers = ["@pulumi/pulumi@3.248.0", "@pulumi/aws@7", "@types/node@20"];
  const program = install(directory, "types", tarball, ...peers);
  writeFileSync(path.join(program, "program.ts"), TYPED);
  return TYPESCRIPTS.map((version) => {
    const compiler = install(directory, `typescript-${version}`, `typescript@${version}`);
    const bin = path.join(compiler, "node_modules/.bin/tsc");
    const strict = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--types", "node"];
    const { ok } = ends(bin, [...strict, "--module", "node16", "program.ts"], program);
    const row: Row = [`TypeScript ${ends(bin, ["--version"]).output.replace("Version ", "")}`, ok ? "checks" : "FAILS"];
    console.log(row.join(": "));
    return row;
  });
}

function packaging(tarball: string): Row[] {
  const attw = ends("npx", ["--yes", "@arethetypeswrong/cli@0.18", "--format", "json", tarball]);
  const found = ends("npm", ["audit", "--omit=dev"]);
  return [
    ["arethetypeswrong", attw.ok ? "no problems" : "PROBLEMS"],
    ["npm audit --omit=dev", found.ok ? (found.output.split("\n").at(-1) ?? "") : "problems, or no answer"],
  ];
}

/** Tokens from CI variables and from ESC, as docs/stacks.md shows it. */
function tokens(directory: string): Row[] {
  const evaluator = goModule(path.join(directory, "esc"), "evaluator", { "github.com/pulumi/esc": ESC });
  cpSync(path.join(ROOT, "lab/compat/tokens/esc.go"), path.join(evaluator, "main.go"));
  go(evaluator, "build", "-o", "evaluator", ".");
  const { ok } = ends("npx", ["tsx", "lab/compat/tokens/deploy.ts", path.join(evaluator, "evaluator")]);
  const result = ok ? "each deploys; the token arrives in AWS, and is encrypted in the state" : "FAILS";
  return [[`tokens from CI variables, in both ways, and from Pulumi ESC, by its evaluator ${ESC}`, result]];
}

/** A user's unit test in each runner. `npm test` runs it in those that need no download. */
function unitTests(parent: string, tarball: string): Row[] {
  const directory = install(parent, "unit-tests", tarball, "@pulumi/aws", "mocha", "jest", "vitest");
  cpSync(UNIT_TESTS, directory, { recursive: true });
  return Object.entries(RUNNERS).map(([runner, [command, ...args]]) => [
    `unit test of a program with every option, in ${runner}`,
    ends(command, args, directory).ok ? "passes" : "FAILS",
  ]);
}

const directory = mkdtempSync(path.join(tmpdir(), "compat-"));
try {
  const packed = npm(ROOT, "pack", "--json", "--workspace", "component", "--pack-destination", directory);
  const { filename } = JSON.parse(packed.slice(packed.indexOf("[")))[0] as { filename: string };
  const tarball = path.join(directory, filename);
  const rows = [
    ...packaging(tarball),
    ...types(directory, tarball),
    ...deployments(directory, tarball),
    ...tokens(directory),
    ...unitTests(directory, tarball),
  ];
  const table = rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
  const date = new Date().toISOString().slice(0, 10);
  const text = `# Compatibility\n\nMade by \`npm run compat\` on ${date}, with the package as it is published.\n\n| with | result |\n| --- | --- |\n${table}\n`;
  writeFileSync(path.join(ROOT, "lab/compat/results.md"), text);
  if (/FAILS|PROBLEMS/.test(table)) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
