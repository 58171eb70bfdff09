/**
 * Changes the code in one place at a time, and tells which changes no test notices: `npm run mutants -- component 100 [seed]`.
 * The first word is a workspace, or a folder in one; the number, how many changes to try, spread evenly over its code.
 *
 * Each change is made in a copy of the checkout. First the tests run that lie where the changed file lies, then the other
 * unit tests of its workspace, then the type check. Engine tests do not run: they take minutes.
 *
 * Writes lab/mutants/<area>.results.md.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Mutant, mutantsOf } from "./mutate";

const ROOT = path.resolve(__dirname, "../..");
const MINUTES = 60_000;
const TEST_TIMEOUT = 5 * MINUTES;

type Verdict = "found by its own tests" | "found by other unit tests" | "found by the type check" | "survives";

/** A copy of what tests need, so that an interrupted run leaves the checkout alone. */
function copyCheckout(): string {
  const copy = mkdtempSync(path.join(tmpdir(), "mutants-"));
  const isCopied = (file: string) => !/[\\/](?:node_modules|dist|\.git|\.cache)(?:[\\/]|$)/.test(file);
  cpSync(ROOT, copy, { recursive: true, filter: (file) => file === ROOT || isCopied(file) });
  for (const folder of ["", "component", "policy-pack", "local", "cli"]) {
    const modules = path.join(ROOT, folder, "node_modules");
    if (existsSync(modules)) symlinkSync(modules, path.join(copy, folder, "node_modules"));
  }
  return copy;
}

function filesUnder(root: string, folder: string): string[] {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  return files.map((file) => `${folder}/${file}`).sort();
}

/** The same choice for the same seed: mutants in a fixed shuffled order. */
function choose(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  return mutants
    .map((mutant) => ({ mutant, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

function passes(copy: string, command: string, args: readonly string[]): boolean {
  const { status } = spawnSync(command, args, { cwd: copy, stdio: "ignore", timeout: TEST_TIMEOUT });
  return status === 0;
}

function testsPass(copy: string, files: readonly string[]): boolean {
  return files.length === 0 || passes(copy, "npx", ["mocha", "--bail", ...files]);
}

/** `component/iam/puller.ts` is tested by test/component/iam. */
function testsOf(copy: string, file: string): { own: string[]; other: string[] } {
  const [workspace = "", ...folders] = path.dirname(file).split("/");
  const all = filesUnder(copy, `test/${workspace}`).filter((test) => test.endsWith(".test.ts"));
  const own = all.filter((test) => folders[0] !== undefined && test.startsWith(`test/${workspace}/${folders[0]}/`));
  return { own, other: all.filter((test) => !own.includes(test)) };
}

function judge(copy: string, mutant: Mutant): Verdict {
  const file = path.join(copy, mutant.file);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.slice(0, mutant.start) + mutant.after + text.slice(mutant.end));
  try {
    const { own, other } = testsOf(copy, mutant.file);
    if (!testsPass(copy, own)) return "found by its own tests";
    if (!testsPass(copy, other)) return "found by other unit tests";
    const workspace = mutant.file.split("/")[0] ?? "";
    return passes(copy, "npx", ["tsc", "--noEmit", "-p", workspace]) ? "survives" : "found by the type check";
  } finally {
    writeFileSync(file, text);
  }
}

function main(): void {
  const [area = "component", count = "100", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  const mutants = filesUnder(ROOT, area)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !/\/(?:node_modules|dist)\//.test(file))
    .flatMap((file) => mutantsOf(file, readFileSync(path.join(ROOT, file), "utf8")));
  const chosen = choose(mutants, Number(count), Number(seed));
  const copy = copyCheckout();
  const verdicts = new Map<Verdict, Mutant[]>();
  try {
    const { own, other } = testsOf(copy, `${area}/x.ts`);
    if (!testsPass(copy, [...own, ...other])) throw new Error("the tests fail without any change");
    for (const [index, mutant] of chosen.entries()) {
      const verdict = judge(copy, mutant);
      verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), mutant]);
      console.log(`${index + 1}/${chosen.length} ${verdict}: ${shown(mutant)}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  const survivors = verdicts.get("survives") ?? [];
  const found = ((1 - survivors.length / chosen.length) * 100).toFixed(0);
  const counts = [...verdicts].map(([verdict, list]) => `${list.length} ${verdict}`).join(", ");
  const report = [
    `# Changes of ${area} that tests notice`,
    "",
    `Made by \`npm run mutants -- ${area} ${count} ${seed}\` on ${new Date().toISOString().slice(0, 10)}: ${chosen.length} of ${mutants.length} changes`,
    `tried, ${found} % found (${counts}). Engine tests did not run.`,
    ...(survivors.length > 0 ? ["", "No test noticed:", "", ...survivors.map((mutant) => `- ${shown(mutant)}`)] : []),
  ];
  writeFileSync(path.join(__dirname, `${area.replaceAll("/", "-")}.results.md`), `${report.join("\n")}\n`);
  console.log(report.join("\n"));
}

function shown({ file, line, before, after }: Mutant): string {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 70);
  return `${file}:${line} \`${short(before)}\` -> \`${short(after)}\``;
}

main();
