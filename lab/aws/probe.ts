import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "./sandbox";

/** One question that only AWS can answer. */
export interface Probe {
  readonly name: string;
  readonly question: string;
  /** What it makes for as long as it runs. */
  readonly makes: string;
  /** Changes what the whole registry of the account and Region does: only with `--registry-wide`. */
  readonly registryWide?: boolean;
  /** Asks, and gives the answer in few words that can be compared. */
  ask(sandbox: Sandbox): Promise<string>;
}

/** Whether AWS takes a call: `accepted`, or the name of its exception. */
export async function verdict(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    return (error as Error).name;
  }
}

const PATIENCE_MS = 120_000;
const INTERVAL_MS = 2000;

/** Calls until AWS takes it, for two minutes: `at once`, `later`, or the name of the last exception. */
export async function patience(call: () => Promise<unknown>): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  for (let first = true; ; first = false) {
    const answer = await verdict(call());
    if (answer === "accepted") return first ? "at once" : "later";
    if (Date.now() + INTERVAL_MS > end) return answer;
    // AWS refuses for good what is malformed; only what is not seen yet is asked for again.
    if (!/NotFound|Unable|Invalid|Validation/.test(answer)) return answer;
    await sleep(INTERVAL_MS);
  }
}
