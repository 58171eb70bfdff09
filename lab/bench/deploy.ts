/**
 * The component against the same resources declared directly with @pulumi/aws: the first preview, the update and a later
 * preview of several sizes, in turn in one run.
 *
 *   npm run build && npx tsx lab/bench/deploy.ts
 *
 * Writes lab/bench/deploy.results.md.
 */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { type Project, startEngine } from "../../test/support/engine";
import { runProgram } from "../program";
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
/** From this many rules on, the update is not measured: it writes the whole state after every step. */
const LARGE = 200;
const WITHOUT_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

const HEAD = ["registries × Regions", "command", "pairs", "direct", "component", "ratio", "CPU ratio", "memory ratio"];

type Pair = readonly [component: Figures, bare: Figures];

async function measure(project: Project, command: "preview" | "up", more: NodeJS.ProcessEnv = {}): Promise<Figures> {
  const file = path.join(project.directory, "..", "probe");
  rmSync(file, { force: true });
  const env = { BENCH_PROBE: file, NODE_OPTIONS: `--require ${path.join(__dirname, "probe.cjs")}`, ...more };
  const start = performance.now();
  await project.pulumi(command === "up" ? ["up", "--yes", "--skip-preview"] : ["preview"], { env });
  const wallSeconds = (performance.now() - start) / 1000;
  return { wallSeconds, ...JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "{}") };
}

async function compare(component: Project, bare: Project, size: Size): Promise<string[][]> {
  const name = `${size.registries} × ${size.regions}`;
  const isLarge = size.registries * size.regions >= LARGE;
  const both = async (command: "preview" | "up", more?: NodeJS.ProcessEnv) =>
    [await measure(component, command, more), await measure(bare, command, more)] as const;
  const previews = async () => {
    const pairs: Pair[] = [];
    // The first pair warms the disk's cache.
    for (let run = 0; run <= (isLarge ? PAIRS_OF_LARGE : PAIRS); run++) pairs.push(await both("preview"));
    return pairs.slice(1);
  };
  const first = row(name, "first preview", await previews());
  const up = await both("up", isLarge ? WITHOUT_CHECKPOINTS : {});
  const next = row(name, "later preview", await previews());
  return isLarge ? [first, next] : [first, row(name, "up", [up]), next];
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
    // Each has its own account, because both deploy the same prefixes.
    const engines = [await startEngine({ asForUsers: true }), await startEngine({ asForUsers: true })] as const;
    try {
      const component = await engines[0].project({ name: "component", program: componentProgram(size) });
      const bare = await engines[1].project({ name: "bare", program: bareProgram(size) });
      rows.push(...(await compare(component, bare, size)));
    } finally {
      for (const engine of engines) await engine.stop();
    }
  }
  saveResults("deploy", "The component against the same resources declared directly", rows);
}

runProgram(main);
