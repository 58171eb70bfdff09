import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cellsOf, nameOf, PHASES } from "./cells";
import { markdown } from "./report";
import type { CellResult } from "./run-cell";
import { measureBaseline, work } from "./worker";

const WORKERS = 2;
/** It took 75 beside a busy machine. */
const MINUTES = 120;
/** If the run ends early, at most this many results are lost. */
const SAVED_EVERY = 20;

/**
 * Disturbs every AWS call of every phase and writes results.md. With arguments, runs only the cells whose phase, call
 * or fault contains all of them, and writes nothing.
 */
async function main(filters: readonly string[]): Promise<void> {
  const start = Date.now();
  const { goals, calls } = await measureBaseline();
  const all = PHASES.flatMap((phase) => cellsOf(phase, calls[phase]));
  const chosen = all.filter(({ phase, call, fault }) =>
    filters.every((filter) => `${phase} ${nameOf(call)} ${fault.name}`.includes(filter)),
  );
  const queue = [...chosen];
  const results: CellResult[] = [];
  const write = async () => {
    const text = markdown({ calls, results, missing: queue, minutes: (Date.now() - start) / 60_000 });
    if (filters.length === 0) await writeFile(join(__dirname, "results.md"), text);
    return text;
  };
  const report = (result: CellResult) => {
    results.push(result);
    const { cell, outcome, broken, note } = result;
    const seconds = Math.round((Date.now() - start) / 1000);
    const label = `${seconds}s ${results.length}/${chosen.length} ${cell.phase} ${nameOf(cell.call)}`;
    console.log(`${label}, ${cell.fault.name}: ${outcome}${broken.length > 0 ? ` (broken: ${broken})` : ""}`);
    if (results.length % SAVED_EVERY === 0) void write();
    if (outcome === "not" || (filters.length > 0 && note)) console.log(note);
  };
  const end = start + MINUTES * 60_000;
  const workers = Array.from({ length: WORKERS }, () => work(queue, goals, end, report));
  await Promise.all(workers);
  const text = await write();
  if (filters.length > 0) console.log(text);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
