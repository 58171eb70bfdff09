// Everything that must hold before a change lands: `npm test`. Installs what is missing, then stops at the first stage
// that fails; the last line has mocha's counts.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { ensureInstalled, root, TSC } from "./install.mjs";

// The longest engine tests start first, so that none of them still runs when all others have ended.
const LONGEST = [
  "examples",
  "component-changes",
  "other-languages",
  "permissions",
  "component-first-up",
  "policy-stacks",
  "canary",
  "rewrite",
  "provider",
  "snippets",
  "faults",
  "component-life",
];
// Pulumi's processes often wait for each other, so one test more than there are processors keeps the processors busy.
const ENGINE_JOBS = String(availableParallelism() + 1);

ensureInstalled();

const directory = mkdtempSync(path.join(tmpdir(), "pull-through-cache-test-"));
const counts = path.join(directory, "counts");
const node = process.execPath;
const tsx = [node, "--import=tsx"];
const mocha = [node, "node_modules/mocha/bin/mocha.js", "--parallel"];
/** The checks of a stage run at the same time. The last one shows its output as it comes. */
const stages = [
  {
    "Lint and format": [node, "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
    Build: [node, "scripts/build.mjs"],
    "Pulumi CLI": [...tsx, "scripts/pulumi-cli.ts"],
  },
  {
    "Types of tests, scripts and benchmarks": [node, TSC, "--noEmit", "-p", "test"],
    "Documents say what the code says": [...tsx, "scripts/docs.ts", "--check"],
    "policy-pack/README.md is up to date": [...tsx, "scripts/policy-docs.ts", "--check"],
    "Unit tests": [
      ...mocha,
      "test/{component,policy-pack,cli,lab,local,model}/**/*.test.ts",
      "local/{,emulator/**/,pulumi-cli/**/}*.test.ts",
    ],
  },
  {
    "Engine tests": [...mocha, "--jobs", ENGINE_JOBS, ...engineTests()],
  },
];

let failed = false;
try {
  for (const stage of stages) {
    const results = await Promise.all(Object.entries(stage).map(([title, command]) => check(title, command, stage)));
    failed = results.includes(false);
    if (failed) break;
  }
  const lines = existsSync(counts) ? readFileSync(counts, "utf8").trim().split("\n") : [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const line of lines) {
    const stage = JSON.parse(line);
    for (const key of Object.keys(total)) total[key] += stage[key];
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** Runs one check. Its output is held until it ends, unless it is the last of its stage. */
async function check(title, command, stage) {
  const isLast = title === Object.keys(stage).at(-1);
  if (isLast) console.log(`\n== ${title}`);
  const { code, output } = await start(command, isLast ? "inherit" : "pipe");
  if (!isLast) process.stdout.write(`\n== ${title}\n${output}`);
  if (code !== 0) console.error(`\n${title}: failed.`);
  return code === 0;
}

function start([command, ...args], stdio) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", stdio, stdio],
      env: { ...process.env, MOCHA_COUNTS: counts },
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => output.push(data));
    child.once("error", (error) => {
      console.error(`${command} cannot be started: ${error.message}`);
      resolve({ code: 1, output: "" });
    });
    child.once("close", (code) => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}

function engineTests() {
  const files = ["engine", "package", "documents"].flatMap((folder) =>
    readdirSync(path.join(root, "test", folder), { recursive: true })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => path.posix.join("test", folder, file)),
  );
  const rank = (file) => LONGEST.indexOf(path.basename(file, ".test.ts")) >>> 0;
  files.push("local/shell/shell.test.ts");
  return files.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}
