/**
 * The cost of starting: processor time to import each part of the package after its dependencies, and a preview of one
 * registry, as JavaScript and as TypeScript with and without type checking.
 *
 *   npm run build && npx tsx lab/bench/start.ts
 *
 * Writes lab/bench/start.results.md.
 */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type Project, startEngine } from "../../test/support/engine";
import { runProgram } from "../program";
import { median, saveResults } from "./results";

const ROUNDS = 11;

/** Each is imported after the ones before it in the same list. */
const IMPORTS = [
  ["@pulumi/pulumi", "@pulumi/aws", "pulumi-pull-through-cache"],
  ["zod", "js-yaml"],
  ["pulumi-pull-through-cache/images"],
  ["pulumi-pull-through-cache/clients"],
];

const PROGRAM = `new PullThroughCache("cache", { registries: { quay: {} } });`;
const JAVASCRIPT = `const { PullThroughCache } = require("pulumi-pull-through-cache");\n${PROGRAM}\n`;
const TYPESCRIPT = `import { PullThroughCache } from "pulumi-pull-through-cache";\n${PROGRAM}\n`;

function importTimes(modules: readonly string[]): number[] {
  const script = `
    const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
    const times = ${JSON.stringify(modules)}.map((name) => { const start = spent(); require(name); return spent() - start; });
    console.log(JSON.stringify(times));`;
  const options = { cwd: path.resolve(__dirname, "../../component"), encoding: "utf8" } as const;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], options));
}

function imports(): string[][] {
  return IMPORTS.flatMap((modules) => {
    const runs = Array.from({ length: ROUNDS }, () => importTimes(modules));
    return modules.map((name, index) => {
      const after = modules.slice(0, index).join(", ");
      const time = median(runs.map((run) => run[index] ?? Number.NaN));
      return [`import of ${name}${after && ` after ${after}`}`, `${time.toFixed(0)} ms of processor time`];
    });
  });
}

async function typescript(project: Project): Promise<void> {
  const file = (name: string, text: string) => writeFile(path.join(project.directory, name), text);
  await file("Pulumi.yaml", "name: typescript\nruntime: nodejs\nmain: index.ts\n");
  await file("package.json", JSON.stringify({ name: "typescript", main: "index.ts" }));
  // As `pulumi new aws-typescript` writes it.
  const compilerOptions = { strict: true, module: "commonjs", moduleResolution: "node", target: "es2020" };
  await file("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  await file("index.ts", TYPESCRIPT);
}

async function previews(): Promise<string[][]> {
  const engine = await startEngine({ asForUsers: true });
  try {
    const javascript = await engine.project({ name: "javascript", program: JAVASCRIPT });
    const typed = await engine.project({ name: "typescript", program: "" });
    await typescript(typed);
    const variants = [
      { title: "JavaScript, or TypeScript that was compiled beforehand", project: javascript, env: {} },
      {
        title: "TypeScript that has changed, `PULUMI_NODEJS_TRANSPILE_ONLY=true`",
        project: typed,
        env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
      },
      { title: "TypeScript that has changed, with type checking (Pulumi's default)", project: typed, env: {} },
    ];
    const times = variants.map((): number[] => []);
    for (let round = 0; round <= 5; round++) {
      for (const [index, { project, env }] of variants.entries()) {
        // Pulumi keeps the compiled form of a file until the file changes.
        await writeFile(path.join(typed.directory, "index.ts"), `${TYPESCRIPT}// ${round} ${index}\n`);
        const start = performance.now();
        await project.pulumi(["preview"], { env });
        // The first round warms the disk's cache.
        if (round > 0) times[index]?.push((performance.now() - start) / 1000);
      }
    }
    return variants.map(({ title }, index) => [`preview of ${title}`, `${median(times[index] ?? []).toFixed(2)} s`]);
  } finally {
    await engine.stop();
  }
}

async function main(): Promise<void> {
  saveResults("start", "What it takes to start", [["what", "median"], ...imports(), ...(await previews())]);
}

runProgram(main);
