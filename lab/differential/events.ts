/**
 * Compares how the emulator matches events with AWS's own matcher, software.amazon.event.ruler: the component's pattern
 * for failures, and generated patterns of the operators that the emulator knows, on generated events.
 *
 *   npx tsx lab/differential/events.ts [--count 20000] [--seed 1]
 *
 * Needs Maven and Java 17. Writes lab/differential/events.results.md. If there is a difference, prints the pairs and ends
 * with exit code 1.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { failurePattern } from "../../component/alerts/pattern";
import { AwsError } from "../../local/emulator/errors";
import { matchesPattern, parsePattern } from "../../local/emulator/services/events/pattern";
import { saveResults } from "./results";

const SHOWN = 20;
const MATCHER = join(__dirname, "matcher");

const prefixes = ["hub", "quay", "team/quay", "ROOT", "hub2", "h"];
const statuses = ["SUCCESS", "FAILURE", "FAILED", "", "success", "SUCCESS "];
const keys = ["source", "sync-status", "ecr-repository-prefix", "image-tag"];
const scalar = fc.oneof(
  fc.constantFrom<unknown>(...prefixes, ...statuses, null, true, false),
  fc.integer({ min: -3, max: 3 }),
);
const text = fc.constantFrom(...prefixes, ...statuses);
const condition = fc.oneof(
  scalar,
  fc.record({ exists: fc.boolean() }),
  fc.record({ prefix: text }),
  fc.record({
    "anything-but": fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 }), fc.integer({ min: -3, max: 3 })),
  }),
);
const conditions = fc.array(condition, { minLength: 1, maxLength: 3 });
const members = <T>(value: fc.Arbitrary<T>, minKeys = 0) =>
  fc.dictionary(fc.constantFrom(...keys), value, { minKeys, maxKeys: 3 });
const generated = fc
  .record({ outer: members(conditions), detail: fc.option(members(conditions, 1)) })
  .map(({ outer, detail }) => JSON.stringify({ ...outer, ...(detail && { detail }) }));
const ours = fc.uniqueArray(fc.constantFrom(...prefixes), { minLength: 1 }).map(failurePattern);
const value = fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) });
const event = fc
  .record({ outer: members(value), detail: members(value), isOurs: fc.boolean() })
  .map(({ outer, detail, isOurs }) =>
    JSON.stringify({
      ...outer,
      ...(isOurs && { source: "aws.ecr", "detail-type": "ECR Pull Through Cache Action" }),
      detail,
    }),
  );

function emulator(pattern: string, given: string): string {
  try {
    return String(matchesPattern(parsePattern(pattern), JSON.parse(given)));
  } catch (error) {
    if (error instanceof AwsError) return "refused";
    throw error;
  }
}

function amazon(pairs: readonly (readonly [string, string])[]): string[] {
  const jars = mkdtempSync(join(tmpdir(), "event-ruler-"));
  try {
    execFileSync("mvn", ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${jars}`], { cwd: MATCHER });
    const input = pairs.flat().join("\n");
    const options = { cwd: MATCHER, input, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
    return execFileSync("java", ["-cp", join(jars, "*"), "Matcher.java"], options)
      .trim()
      .split("\n");
  } finally {
    rmSync(jars, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
const pairs = fc.sample(fc.tuple(fc.oneof(ours, generated), event), {
  numRuns: Number(values.count),
  seed: Number(values.seed),
});
const answers = amazon(pairs);
if (answers.length !== pairs.length) throw new Error(`${answers.length} answers to ${pairs.length} pairs`);
const outcomes = new Map<string, number>();
let differences = 0;
for (const [index, [pattern, given]] of pairs.entries()) {
  const [wanted = "", found] = [answers[index], emulator(pattern, given)];
  outcomes.set(wanted, (outcomes.get(wanted) ?? 0) + 1);
  if (wanted === found) continue;
  differences++;
  if (differences <= SHOWN) console.log(`${pattern}\n${given}\n  AWS ${wanted}\n  emulator ${found}`);
}
const summary = `${pairs.length} pairs of a pattern and an event, seed ${values.seed}: ${differences} differences`;
saveResults("events", "Events, matched by the emulator and by AWS's matcher", summary, outcomes);
if (differences > 0) process.exitCode = 1;
