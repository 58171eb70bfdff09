// Everything that must hold before a change lands: `npm test`. Installs what is missing, then stops at the first stage
// that fails; the last line has mocha's counts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureInstalled, run } from "./install.mjs";

ensureInstalled();

const directory = mkdtempSync(path.join(tmpdir(), "pull-through-cache-test-"));
const counts = path.join(directory, "counts");
const stages = [
  ["Lint and format", "npx", ["biome", "check", "--error-on-warnings", "."]],
  ["Build", "node", ["scripts/build.mjs"]],
  ["Types of tests, scripts and benchmarks", "npx", ["tsc", "--noEmit", "-p", "test"]],
  ["Documents say what the code says", "npx", ["tsx", "scripts/docs.ts", "--check"]],
  ["policy-pack/README.md is up to date", "npx", ["tsx", "scripts/policy-docs.ts", "--check"]],
  ["Unit tests", "npx", ["mocha", "--parallel", "test/{component,policy-pack,cli,local,model}/**/*.test.ts"]],
  ["Engine tests", "npx", ["mocha", "--parallel", "--timeout", "600000", "test/{engine,package}/**/*.test.ts"]],
];

let failed = false;
try {
  for (const [title, command, args] of stages) {
    console.log(`\n== ${title}`);
    if (!run(command, args, { MOCHA_COUNTS: counts })) {
      failed = true;
      console.error(`\n${title}: failed.`);
      break;
    }
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
