/**
 * Compares parseImageReference with the Go library github.com/distribution/reference on the references of known.json
 * and on generated ones.
 *
 *   npx tsx lab/differential/images.ts [--count 200000] [--seed 1]
 *
 * Needs Go. Writes lab/differential/images.results.md. If there is a difference, prints the references and ends with exit
 * code 1.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { tryParseImageReference } from "../../component/images";
import { runProgram } from "../program";
import { references } from "./generate";
import { saveResults } from "./results";

const SHOWN = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "200000" }, seed: { type: "string", default: "1" } },
  });
  const count = Number(values.count);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
    throw new Error("--count must be a positive integer and --seed an integer");
  }

  const go = spawn("go", ["run", "."], { cwd: join(__dirname, "reference"), stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(go, "close");
  const sent: string[] = [];
  const sending = (async () => {
    const known = JSON.parse(readFileSync(join(__dirname, "../../test/component/images/known.json"), "utf8")) as [
      string,
      unknown,
    ][];
    const generated = references(seed);
    while (sent.length < known.length + count) {
      const reference = known[sent.length]?.[0] ?? generated.next().value;
      sent.push(reference);
      if (!go.stdin.write(`${JSON.stringify(reference)}\n`)) await once(go.stdin, "drain");
    }
    go.stdin.end();
  })();

  const outcomes = new Map<string, number>();
  let answered = 0;
  let differences = 0;
  for await (const expected of createInterface({ input: go.stdout })) {
    const reference = sent[answered++] as string;
    const result = tryParseImageReference(reference);
    const outcome = result.ok ? "accepted" : result.error.code;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    // The keys are in Go's order, and JSON leaves out what is undefined.
    const actual = JSON.stringify(result.ok ? result.value : null);
    if (actual === expected) continue;
    differences++;
    if (differences <= SHOWN)
      console.log(`${JSON.stringify(reference)}\n  Go  ${expected}\n  TS  ${actual} ${outcome}`);
  }
  await sending;
  const [exitCode] = await ended;
  if (exitCode !== 0 || answered !== sent.length)
    throw new Error(`the Go program ended with ${exitCode} after ${answered}`);

  const distinct = new Set(sent).size;
  const summary = `${answered} references (${distinct} distinct), seed ${seed}: ${differences} differences`;
  saveResults("images", "Image references, read by this package and by the Go library", summary, outcomes);
  if (differences > 0) process.exitCode = 1;
}

runProgram(main);
