import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Wall time of the command, and processor time and peak memory of the Pulumi program. */
export interface Figures {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryMiB: number;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** The benchmark, the day, and the machine. */
export function origin(name: string): string {
  const machine = `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} CPUs, Node.js ${process.version}`;
  return `Results of \`lab/bench/${name}.ts\`, ${new Date().toISOString().slice(0, 10)}, ${machine}.`;
}

/** Writes `lab/bench/<name>.results.md`: what was measured, on which machine and day, and a table of texts. */
export function saveResults(name: string, text: string, rows: readonly (readonly string[])[]): void {
  const [head = [], ...body] = rows;
  const table = [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`);
  const lines = [`# ${text}`, "", origin(name), "", ...table];
  writeFileSync(path.join(__dirname, `${name}.results.md`), `${lines.join("\n")}\n`);
  console.log(lines.join("\n"));
}
