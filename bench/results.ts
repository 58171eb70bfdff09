import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** What a run used: wall time of the command; CPU and peak memory of the Pulumi program. */
export interface Figures {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryMiB: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN);
}

/** Minimum, median and maximum of ratios that were measured pair by pair. */
export function ratio(values: readonly number[]): { min: number; median: number; max: number } {
  return { min: round(Math.min(...values)), median: median(values), max: round(Math.max(...values)) };
}

/** Writes the results of a benchmark with the machine and the date. */
export function saveResults(name: string, results: object): void {
  const directory = path.join(__dirname, "results");
  mkdirSync(directory, { recursive: true });
  const machine = `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} CPUs, Node.js ${process.version}`;
  const content = { date: new Date().toISOString().slice(0, 10), machine, ...results };
  writeFileSync(path.join(directory, `${name}.json`), `${JSON.stringify(content, undefined, 2)}\n`);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
