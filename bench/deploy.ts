// The component against the same resources written bare: preview and up of several sizes, side by side in one run.
import { readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Engine, type Project, startEngine } from "../test/support/engine";
import { bareProgram, componentProgram, type Size } from "./programs";
import { type Figures, median, ratio, saveResults } from "./results";

const SIZES: readonly Size[] = [
  { registries: 1, regions: 1 },
  { registries: 8, regions: 1 },
  { registries: 50, regions: 1 },
  { registries: 50, regions: 4 },
  { registries: 50, regions: 17 },
];
const RUNS = 5;

async function measure(project: Project, command: "preview" | "up"): Promise<Figures> {
  const file = path.join(project.directory, "..", "probe");
  rmSync(file, { force: true });
  const env = { BENCH_PROBE: file, NODE_OPTIONS: `--require ${path.join(__dirname, "probe.cjs")}` };
  const start = performance.now();
  await project[command]({ env });
  const wallSeconds = (performance.now() - start) / 1000;
  return { wallSeconds, ...JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "{}") };
}

async function compare(engine: Engine, size: Size) {
  const id = `${size.registries}x${size.regions}`;
  const projects = [
    await engine.project({ name: `component-${id}`, program: componentProgram(size) }),
    await engine.project({ name: `bare-${id}`, program: bareProgram(size) }),
  ] as const;
  const rows: { [key: string]: unknown }[] = [];
  const runs: [Figures, Figures][] = [];
  const count = size.registries * size.regions > 200 ? 2 : RUNS;
  for (let run = 0; run <= count; run++) {
    const pair: [Figures, Figures] = [await measure(projects[0], "preview"), await measure(projects[1], "preview")];
    if (run > 0) runs.push(pair);
  }
  rows.push({ size: id, command: "preview", ...summary(runs) });
  const component = await measure(projects[0], "up");
  await projects[0].destroy();
  const bare = await measure(projects[1], "up");
  await projects[1].destroy();
  rows.push({ size: id, command: "up", ...summary([[component, bare]]) });
  return rows;
}

function summary(runs: readonly [Figures, Figures][]) {
  const figure = (name: keyof Figures) => ({
    component: median(runs.map(([component]) => component[name])),
    bare: median(runs.map(([, bare]) => bare[name])),
    ratio: ratio(runs.map(([component, bare]) => component[name] / bare[name])),
  });
  return {
    runs: runs.length,
    wallSeconds: figure("wallSeconds"),
    cpuSeconds: figure("cpuSeconds"),
    memoryMiB: figure("memoryMiB"),
  };
}

async function main(): Promise<void> {
  const engine = await startEngine();
  try {
    const rows: { [key: string]: unknown }[] = [];
    for (const size of SIZES) {
      const measured = await compare(engine, size);
      for (const row of measured) console.log(JSON.stringify(row));
      rows.push(...measured);
    }
    saveResults("deploy", { cpus: os.cpus().length, rows });
  } finally {
    await engine.stop();
  }
}

void main();
