import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "./sandbox";

/** The flags that give a probe what it does not create itself. */
export const NEEDS = { kmsKey: "--kms-key", partner: "--partner-profile" } as const;
export type Need = keyof typeof NEEDS;

/** One question that only AWS can answer. */
export interface Probe {
  readonly name: string;
  readonly question: string;
  /** What it creates while it runs. */
  readonly makes: string;
  /** Changes settings of the whole registry. Runs only with `--registry-wide`. */
  readonly registryWide?: boolean;
  /** Something that only the user can provide. The probe runs only with its flag. */
  readonly needs?: Need;
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
/** A malformed call stays refused. Only a resource that AWS does not see yet is worth a retry. */
const NOT_SEEN = /NotFound|Unable|Invalid|Validation/;

/** Retries a call for two minutes until AWS accepts it: `at once`, `later`, or the name of the last exception. */
export async function patience(call: () => Promise<unknown>, worthRetrying = NOT_SEEN): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  for (let first = true; ; first = false) {
    const answer = await verdict(call());
    if (answer === "accepted") return first ? "at once" : "later";
    if (Date.now() + INTERVAL_MS > end) return answer;
    if (!worthRetrying.test(answer)) return answer;
    await sleep(INTERVAL_MS);
  }
}
