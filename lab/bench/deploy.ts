/**
 * The component against the same resources declared directly with @pulumi/aws: preview and up of several sizes, side by side in one run.
 *
 *   npm run build && npx tsx lab/bench/deploy.ts
 *
 * Writes lab/bench/deploy.results.md.
 */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { type Engine, type Project, startEngine } from "../../test/support/engine";
import { bareProgram, componentProgram, type Size } from "./programs";
import { type Figures, median, saveResults } from "./results";

const SIZES: readonly Size[] = [
  { registries: 1, regions: 1 },
  { registries: 8, regions: 1 },
  { registries: 50, regions: 1 },
  { registries: 50, regions: 4 },
  { registries: 50, regions: 17 },
];
/** Measured pairs of previews. Large ones vary less and take long. */
const PAIRS = 7;
const PAIRS_OF_LARGE = 2;
/** From this many rules on, only previews are measured, because an update writes the whole state after every step. */
const LARGE = 200;

const HEAD = ["registries × Regions", "command", "pairs", "direct", "component", "ratio", "CPU ratio", "memory ratio"];

type Pair = readonly [component: Figures, bare: Figures];

async function measure(project: Project, command: "preview" | "up"): Promise<Figures> {
  const file = path.join(project.directory, "..", "probe");
  rmSync(file, { force: true });
  const env = { BENCH_PROBE: file, NODE_OPTIONS: `--require ${path.join(__dirname, "probe.cjs")}` };
  const start = performance.now();
  await project.pulumi(command === "up" ? ["up", "--yes", "--skip-preview"] : ["preview"], { env });
  const wallSeconds = (performance.now() - start) / 1000;
  return { wallSeconds, ...JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "{}") };
}

async function compare(engine: Engine, size: Size): Promise<string[][]> {
  const name = `${size.registries} × ${size.regions}`;
  const id = `${size.registries}x${size.regions}`;
  const component = await engine.project({ name: `component-${id}`, program: componentProgram(size) });
  const bare = await engine.project({ name: `bare-${id}`, program: bareProgram(size) });
  const previews: Pair[] = [];
  const count = size.registries * size.regions >= LARGE ? PAIRS_OF_LARGE : PAIRS;
  for (let run = 0; run <= count; run++) {
    const pair = [await measure(component, "preview"), await measure(bare, "preview")] as const;
    // The first pair warms the disk's cache.
    if (run > 0) previews.push(pair);
  }
  if (size.registries * size.regions >= LARGE) return [row(name, "preview", previews)];
  const up = await measure(component, "up");
  // Both deploy the same prefixes to one account.
  await component.pulumi(["destroy", "--yes", "--skip-preview"]);
  return [row(name, "preview", previews), row(name, "up", [[up, await measure(bare, "up")]])];
}

function row(name: string, command: string, pairs: readonly Pair[]): string[] {
  const wall = (index: 0 | 1) => `${median(pairs.map((pair) => pair[index].wallSeconds)).toFixed(2)} s`;
  const ratio = (figure: keyof Figures) =>
    median(pairs.map(([component, bare]) => component[figure] / bare[figure])).toFixed(2);
  const ratios = [ratio("wallSeconds"), ratio("cpuSeconds"), ratio("memoryMiB")];
  return [name, command, String(pairs.length), wall(1), wall(0), ...ratios];
}

async function main(): Promise<void> {
  const rows = [HEAD];
  for (const size of SIZES) {
    const engine = await startEngine({ asForUsers: true });
    try {
      rows.push(...(await compare(engine, size)));
    } finally {
      await engine.stop();
    }
  }
  saveResults("deploy", "The component against the same resources declared directly", rows);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
