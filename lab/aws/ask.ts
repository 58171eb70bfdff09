import type { Probe } from "./probe";
import { type Cloud, Sandbox } from "./sandbox";

export interface Answer {
  readonly answer: string;
  /** What could not be removed. */
  readonly left: readonly string[];
}

/** Runs one probe in its own sandbox, and removes what the probe created, even when `interrupted`. */
export async function ask(probe: Probe, cloud: Cloud, interrupted: AbortSignal): Promise<Answer> {
  const sandbox = new Sandbox(cloud);
  // Running calls end before anything is removed. Nothing new is created after an interruption.
  const close = () => sandbox.close();
  if (interrupted.aborted) close();
  interrupted.addEventListener("abort", close, { once: true });
  const answer = await probe.ask(sandbox).catch((error: Error) => `failed: ${error.name}: ${error.message}`);
  interrupted.removeEventListener("abort", close);
  return { answer, left: await sandbox.clear() };
}
