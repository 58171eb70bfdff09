/**
 * What imageTransform adds to `pulumi preview` of a stack with 100 workloads and 300 images.
 *
 *   npm run build && npx tsx lab/bench/rewrite.ts [rounds]
 *
 * Writes lab/bench/rewrite.results.md.
 */
import { REGISTER, workloads } from "../../test/engine/rewrite-stack";
import { type Project, startEngine } from "../../test/support/engine";
import { runProgram } from "../program";
import { median, saveResults } from "./results";

const ROUNDS = Number(process.argv[2] ?? 15);

const VARIANTS = {
  "no transform": "",
  "a transform that does nothing": "pulumi.runtime.registerResourceTransform(() => undefined);",
  imageTransform: REGISTER,
};

async function seconds(project: Project): Promise<number> {
  const start = process.hrtime.bigint();
  await project.pulumi(["preview"]);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function main(): Promise<void> {
  const engine = await startEngine({ asForUsers: true });
  try {
    const runs: { name: string; project: Project; times: number[] }[] = [];
    for (const [name, setup] of Object.entries(VARIANTS)) {
      const project = await engine.project({ name: `bench-${runs.length}`, program: workloads(setup) });
      await project.pulumi(["preview"]);
      runs.push({ name, project, times: [] });
    }
    for (let round = 0; round < ROUNDS; round++) {
      // Each round starts with another one, so that no program gains from its position.
      for (let index = 0; index < runs.length; index++) {
        const run = runs[(index + round) % runs.length];
        run?.times.push(await seconds(run.project));
      }
    }
    const base = median(runs[0]?.times ?? []);
    const rows = runs.map(({ name, times }) => {
      const time = median(times);
      return [name, `${time.toFixed(2)} s`, `${((time / base - 1) * 100).toFixed(1)} %`];
    });
    saveResults("rewrite", `What rewriting 300 images of 100 workloads adds to a preview, ${ROUNDS} rounds`, [
      ["preview with", "median", "over none"],
      ...rows,
    ]);
  } finally {
    await engine.stop();
  }
}

runProgram(main);
