/**
 * How much processor time and memory the plugin for other languages takes, in a preview of a program that only knows
 * the component's type.
 *
 *   npm run build && npx tsx lab/bench/plugin.ts
 *
 * Writes lab/bench/plugin.results.md.
 */
import { appendFile, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { type Engine, type Project, startEngine } from "../../test/support/engine";
import { runProgram } from "../program";
import { median, saveResults } from "./results";

const ROUNDS = 5;
const COMPONENT = path.resolve(__dirname, "../../component");

/** Milliseconds of processor time since the plugin's process started, and its memory after the answer. */
interface Noted {
  readonly listening: number;
  readonly construct: number;
  readonly component: number;
  readonly child: number;
  readonly answered: number;
  readonly memoryMiB: number;
}

const ROWS: readonly (readonly [what: string, figure: (noted: Noted) => number, unit: string])[] = [
  ["start of the process until it listens", ({ listening }) => listening, "ms"],
  ["`Construct` until the component is registered", ({ construct, component }) => component - construct, "ms"],
  ["`Construct` until its first resource is registered", ({ construct, child }) => child - construct, "ms"],
  ["`Construct` until it is answered", ({ construct, answered }) => answered - construct, "ms"],
  ["memory when it is answered", ({ memoryMiB }) => memoryMiB, "MiB"],
];

async function program(engine: Engine, registries: number): Promise<Project> {
  const entries = Array.from({ length: registries }, (_, index) => [`r${index}`, { registry: "quay.io" }]);
  const project = await engine.project({
    name: `plugin${registries}`,
    program: `const pulumi = require("@pulumi/pulumi");
      const args = { registries: ${JSON.stringify(Object.fromEntries(entries))} };
      new pulumi.ComponentResource("pull-through-cache:index:PullThroughCache", "cache", args, {}, true);`,
  });
  const plugins = `plugins:\n  providers:\n    - name: pull-through-cache\n      path: ${COMPONENT}\n`;
  await appendFile(path.join(project.directory, "Pulumi.yaml"), plugins);
  return project;
}

async function measure(engine: Engine, registries: number): Promise<readonly number[]> {
  const project = await program(engine, registries);
  const file = path.join(project.directory, "probe");
  const env = { BENCH_PROBE: file, NODE_OPTIONS: `--require ${path.join(__dirname, "probe-plugin.cjs")}` };
  const rounds: Noted[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await rm(file, { force: true });
    await project.pulumi(["preview"], { env });
    // The first round warms the disk's cache.
    if (round > 0) rounds.push(JSON.parse(await readFile(file, "utf8")) as Noted);
  }
  return ROWS.map(([, figure]) => median(rounds.map(figure)));
}

async function main(): Promise<void> {
  const engine = await startEngine({ asForUsers: true });
  try {
    const one = await measure(engine, 1);
    const fifty = await measure(engine, 50);
    const rows = ROWS.map(([what, , unit], index) => [
      what,
      ...[one, fifty].map((figures) => `${figures[index]?.toFixed(0)} ${unit}`),
    ]);
    saveResults("plugin", "The plugin for other languages", [
      ["median, times are processor time", "1 registry", "50 registries"],
      ...rows,
    ]);
  } finally {
    await engine.stop();
  }
}

runProgram(main);
