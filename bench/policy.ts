// What the policy pack adds to a preview: on a cache of 50 registries, and for every 1,000 resources that have nothing
// to do with it. `npx tsx bench/policy.ts` writes policy.results.md.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type Engine, startEngine } from "../test/support/engine";

const RUNS = 3;
const policyPack = join(__dirname, "../policy-pack");

/** A cache of public registries, and resources that have nothing to do with it. */
const program = (registries: number, unrelated: number) => `
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");
const names = Array.from({ length: ${registries} }, (_, i) => "quay" + i);
new PullThroughCache("cache", {
  registries: Object.fromEntries(names.map((name) => [name, { registry: "quay.io" }])),
  scanning: {},
});
for (let i = 0; i < ${unrelated}; i++) {
  new pulumi.ComponentResource("shop:index:Thing", "thing" + i, { size: i, tags: { team: "shop", index: String(i) } });
}`;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Seconds that a preview takes without the pack and with it, in turns so that both meet the same machine. */
async function measure(engine: Engine, name: string, source: string) {
  const project = await engine.project({ name, program: source });
  const times: { without: number[]; with: number[] } = { without: [], with: [] };
  for (let run = 0; run < RUNS + 1; run++) {
    for (const side of ["without", "with"] as const) {
      const start = performance.now();
      await project.pulumi(["preview", ...(side === "with" ? ["--policy-pack", policyPack] : [])]);
      // The first of each warms the disk.
      if (run > 0) times[side].push((performance.now() - start) / 1000);
    }
  }
  return { without: median(times.without), with: median(times.with) };
}

async function main(): Promise<void> {
  const engine = await startEngine();
  try {
    const rows = [
      { title: "1 registry", ...(await measure(engine, "one", program(1, 0))) },
      { title: "50 registries", ...(await measure(engine, "fifty", program(50, 0))) },
      { title: "1 registry and 1,000 unrelated resources", ...(await measure(engine, "unrelated", program(1, 1000))) },
    ];
    const added = rows.map((row) => row.with - row.without);
    const [base = 0, , unrelated = 0] = added;
    const seconds = (value: number) => `${value.toFixed(1)} s`;
    const lines = [
      "# What the policy pack adds to a preview",
      "",
      `Medians of ${RUNS} previews each, in turns; ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node.js ${process.version}, Pulumi ${engine.aws.toolchain.version}.`,
      "",
      "| Stack | without | with | added |",
      "|---|---|---|---|",
      ...rows.map(
        (row) =>
          `| ${row.title} | ${seconds(row.without)} | ${seconds(row.with)} | ${seconds(row.with - row.without)} |`,
      ),
      "",
      `Starting the pack is most of it: 1,000 unrelated resources add ${seconds(unrelated - base)}.`,
      "",
    ];
    writeFileSync(join(__dirname, "policy.results.md"), lines.join("\n"));
    console.log(lines.join("\n"));
  } finally {
    await engine.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
