/**
 * Changes the code in one place at a time, and reports the changes that no test notices:
 * `npm run mutants -- component 100 [seed]`. The first word names folders, separated by
 * commas; one after a minus is left out, as in `cli,-cli/verify`. The number is how many
 * changes to try, chosen evenly from all.
 *
 * A first run without changes finds out which unit tests run the code of each change, and how long their files take. Then
 * each change is made in a copy of the checkout, and the tests that run its code are run until one fails, the quickest
 * file first.
 * If none does, the type check must. Engine tests do not run: they take minutes.
 *
 * WORKERS (default: 1) is the number of changes to try at the same time.
 *
 * Writes lab/mutants/<area>.results.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import path from "node:path";
import { Checkout, filesUnder } from "./checkout";
import { type Mutant, mutantsOf } from "./mutate";
import { type Judged, report, shown } from "./report";

const ROOT = path.resolve(__dirname, "../..");
const LOW_PRIORITY = 10;
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

async function main(): Promise<void> {
  setPriority(LOW_PRIORITY);
  const [area = "component", count = "100", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  const folders = area.split(",");
  const leftOut = folders.flatMap((folder) => (folder.startsWith("-") ? [`${folder.slice(1)}/`] : []));
  const files = folders.filter((folder) => !folder.startsWith("-")).flatMap((folder) => filesUnder(ROOT, folder));
  const isLeftOut = (file: string) => leftOut.some((folder) => file.startsWith(folder));
  const sources = files.filter(
    (file) => !isLeftOut(file) && file.endsWith(".ts") && !/\.d\.ts$|\/(?:node_modules|dist)\//.test(file),
  );
  const mutants = sources.flatMap((file) => mutantsOf(file, readFileSync(path.join(ROOT, file), "utf8")));
  const chosen = choose(mutants, Number(count), Number(seed));
  const command = `npm run mutants -- ${area} ${count} ${seed}`;
  const results = path.join(__dirname, `${area.replaceAll("/", "-").replaceAll(",", "+")}.results.md`);
  const checkouts = Array.from({ length: WORKERS }, () => new Checkout(ROOT));
  const judged: Judged[] = [];
  try {
    const reaching = await checkouts[0]?.reaching(chosen);
    const next = chosen.entries();
    const work = async (checkout: Checkout) => {
      for (const [number, mutant] of next) {
        const start = performance.now();
        const found = await checkout.judge(mutant, reaching?.[number] ?? []);
        judged.push({ mutant, found });
        const verdict = found ? `found by ${found.by} (${found.test})` : "SURVIVES";
        const seconds = ((performance.now() - start) / 1000).toFixed();
        console.log(`${judged.length}/${chosen.length} ${shown(mutant)}: ${verdict}, ${seconds} s`);
        // After each one, so that a run that is stopped has results too.
        writeFileSync(results, report(area, command, mutants.length, judged));
      }
    };
    await Promise.all(checkouts.map(work));
  } finally {
    for (const checkout of checkouts) checkout.remove();
  }
}

void main();
