/**
 * Runs the engine tests with the real pulumi-terraform-bridge instead of the stand-in, and writes results.md:
 * `npm run bridge`. With arguments, runs only these suites, and keeps the results of the others.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cacheDirectory } from "../../local/pulumi-cli/cache";
import { JUDGEMENTS } from "./judgements";

const ROOT = path.resolve(__dirname, "../..");
const RESULTS = cacheDirectory("bridge", "results.json");
const SUITES = readdirSync(path.join(ROOT, "test/engine"))
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => path.basename(file, ".test.ts"));

interface Suite {
  readonly passed: number;
  /** Tests that end otherwise than with the stand-in, and how. */
  readonly differ: readonly { readonly test: string; readonly error: string }[];
  readonly date: string;
}

/** Go builds only what has changed, so this takes 20 minutes once and seconds later. */
function build(): string {
  const plugin = cacheDirectory("bridge", "pulumi-resource-aws");
  mkdirSync(path.dirname(plugin), { recursive: true });
  console.log("building the provider behind the bridge: 20 minutes the first time");
  execFileSync("go", ["build", "-mod=mod", "-buildvcs=false", "-o", plugin, "."], {
    cwd: path.join(__dirname, "provider"),
    stdio: "inherit",
  });
  return plugin;
}

function run(suite: string, plugin: string): Suite {
  const directory = mkdtempSync(path.join(tmpdir(), "bridge-"));
  const output = path.join(directory, "results.json");
  const mocha = ["node_modules/mocha/bin/mocha.js", "--timeout", "900000", "--reporter", "json"];
  spawnSync(process.execPath, [...mocha, "--reporter-option", `output=${output}`, `test/engine/${suite}.test.ts`], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, LOCAL_AWS_PLUGIN: plugin },
  });
  const { passes, failures } = JSON.parse(readFileSync(output, "utf8")) as {
    passes: unknown[];
    failures: { title: string; err: { message: string } }[];
  };
  rmSync(directory, { recursive: true });
  return {
    passed: passes.length,
    differ: failures.map(({ title, err }) => ({ test: title, error: err.message.slice(0, 2000) })),
    date: new Date().toISOString().slice(0, 10),
  };
}

function markdown(results: Readonly<Record<string, Suite>>): string {
  const rows = Object.entries(results).map(
    ([suite, { passed, differ, date }]) => `| ${suite} | ${passed} | ${differ.length} | ${date} |`,
  );
  const judged = Object.entries(results).flatMap(([suite, { differ }]) =>
    differ.map(({ test }) => `- **${suite}**, ${test}: ${JUDGEMENTS[`${suite}: ${test}`] ?? "NOT JUDGED YET"}`),
  );
  return [
    "# Engine tests with the real bridge",
    "",
    "Written by `npm run bridge`. [README](README.md) says what runs, and what it cannot tell.",
    "",
    "| Suite | Pass | Differ | Run on |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "## Each difference, judged",
    "",
    ...(judged.length > 0 ? judged : ["None."]),
    "",
  ].join("\n");
}

const chosen = process.argv.slice(2);
const plugin = build();
const results: Record<string, Suite> = (() => {
  try {
    return JSON.parse(readFileSync(RESULTS, "utf8"));
  } catch {
    return {};
  }
})();
for (const suite of chosen.length > 0 ? chosen : SUITES) {
  results[suite] = run(suite, plugin);
  console.log(`${suite}: ${results[suite].passed} pass, ${results[suite].differ.length} differ`);
  for (const { test, error } of results[suite].differ) console.log(`  ${test}: ${error.slice(0, 600)}`);
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => a.localeCompare(b)));
  writeFileSync(RESULTS, `${JSON.stringify(sorted, null, 2)}\n`);
  writeFileSync(path.join(__dirname, "results.md"), markdown(sorted));
}
if (
  Object.entries(results).some(([suite, { differ }]) =>
    differ.some(({ test }) => JUDGEMENTS[`${suite}: ${test}`] === undefined),
  )
)
  process.exitCode = 1;
