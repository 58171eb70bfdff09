import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "./sandbox";

/** One question that only AWS can answer. */
export interface Probe {
  readonly name: string;
  readonly question: string;
  /** What it makes while it runs. */
  readonly makes: string;
  /** Changes settings of the whole registry. Runs only with `--registry-wide`. */
  readonly registryWide?: boolean;
  /** Asks, and returns a short answer that can be compared. */
  ask(sandbox: Sandbox): Promise<string>;
}

/** Whether AWS accepts a call: `accepted`, or the name of the exception. */
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

/** Retries a call for two minutes until AWS accepts it: `at once`, `later`, or the name of the last exception. */
export async function patience(call: () => Promise<unknown>): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  for (let first = true; ; first = false) {
    const answer = await verdict(call());
    if (answer === "accepted") return first ? "at once" : "later";
    if (Date.now() + INTERVAL_MS > end) return answer;
    // A malformed call stays refused. Only a resource that AWS does not see yet is worth a retry.
    if (!/NotFound|Unable|Invalid|Validation/.test(answer)) return answer;
    await sleep(INTERVAL_MS);
  }
}
