/**
 * Changes the code in one place at a time, and reports the changes that no test notices:
 * `npm run mutants -- component 100 [seed]`. The first word names folders, separated by commas. The number is how many
 * changes to try, chosen evenly from all.
 *
 * Each change is made in a copy of the checkout. The tests in the matching folder run first, then the other unit tests
 * that import the file, then the type check. Engine tests do not run: they take minutes.
 *
 * With --quick, the tests with generated values do not run either. WORKERS (default: 1) says how many changes are tried
 * side by side.
 *
 * Writes lab/mutants/<area>.results.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import path from "node:path";
import { Checkout, filesUnder } from "./checkout";
import { KNOWN, type Known } from "./known";
import { type Mutant, mutantsOf } from "./mutate";
import { type Judged, report, shown } from "./report";

const ROOT = path.resolve(__dirname, "../..");
const LOW_PRIORITY = 10;
const QUICK = "--quick";
const WORKERS = Number(process.env.WORKERS ?? 1);

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

function knownAs({ file, line, after }: Mutant): Known | undefined {
  const text = readFileSync(path.join(ROOT, file), "utf8").split("\n")[line - 1]?.trim();
  return KNOWN.find((known) => known.file === file && known.line === text && known.after === after);
}

async function main(): Promise<void> {
  setPriority(LOW_PRIORITY);
  const words = process.argv.slice(2).filter((word) => word !== QUICK);
  const isQuick = process.argv.includes(QUICK);
  const [area = "component", count = "100", seed = String(Date.now() % 1_000_000)] = words;
  const files = area.split(",").flatMap((folder) => filesUnder(ROOT, folder));
  const sources = files.filter((file) => file.endsWith(".ts") && !/\.d\.ts$|\/(?:node_modules|dist)\//.test(file));
  const mutants = sources.flatMap((file) => mutantsOf(file, readFileSync(path.join(ROOT, file), "utf8")));
  const chosen = choose(mutants, Number(count), Number(seed));
  const judged: Judged[] = [];
  const command = `npm run mutants -- ${area} ${count} ${seed}${isQuick ? ` ${QUICK}` : ""}`;
  const results = path.join(__dirname, `${area.replaceAll("/", "-").replaceAll(",", "+")}.results.md`);
  const next = chosen.values();
  const work = async () => {
    const checkout = new Checkout(ROOT, isQuick);
    try {
      for (const mutant of next) {
        const found = await checkout.judge(mutant);
        judged.push({ mutant, found, known: knownAs(mutant) });
        const verdict = found ? `found by ${found.by} (${found.test})` : "SURVIVES";
        console.log(`${judged.length}/${chosen.length} ${shown(mutant)}: ${verdict}`);
        // After each one, so that a run that is stopped has results too.
        writeFileSync(results, report(area, command, mutants.length, judged));
      }
    } finally {
      checkout.remove();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
}

void main();
