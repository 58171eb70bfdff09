/** Runs the benchmarks one after the other, each in its own process: `npm run bench [name...]`. */
import { spawnSync } from "node:child_process";
import path from "node:path";

const BENCHMARKS = ["start", "deploy", "input", "policy"];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(", ")}; there are ${BENCHMARKS.join(", ")}.`);
  process.exit(1);
}

for (const name of wanted.length > 0 ? wanted : BENCHMARKS) {
  console.log(`\n${name}`);
  const { status } = spawnSync("npx", ["tsx", path.join(__dirname, `${name}.ts`)], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
