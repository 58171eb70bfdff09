import { setTimeout as sleep } from "node:timers/promises";
import { control } from "../../test/support/aws";
import type { CommandResult } from "../../test/support/run-command";
import { type Call, type Cell, nameOf, type Phase } from "./cells";
import type { Desired, FaultStack } from "./stack";

const POLL_MS = 20;
/** A plugin checks twice a second whether its CLI still runs. */
const PLUGINS_GONE_MS = 15_000;

/** How a disturbed run ended, or `undefined` if it was killed. */
export type Ending = CommandResult | undefined;

/** Runs a phase with its fault in force, and removes the fault again. */
export async function disturb(stack: FaultStack, { phase, call, fault }: Cell, desired: Desired): Promise<Ending> {
  const run = (signal?: AbortSignal) => commandOf(stack, phase)(desired, { expectFailure: true, signal });
  if (fault.kill) {
    await killAt(stack, [call], fault.rule.when ?? "before", run);
    return undefined;
  }
  const { aws } = stack.engine;
  await control(aws, "PUT", "faults", { rules: [{ ...call, ...fault.rule }] });
  try {
    const result = await run();
    const { rules } = await control<{ rules: { fired: number }[] }>(aws, "GET", "faults");
    if (rules[0]?.fired === 0) throw new Error(`${phase} made no call of ${nameOf(call)}`);
    return result;
  } finally {
    await control(aws, "DELETE", "faults");
  }
}

/** The command of a phase. */
export function commandOf(stack: FaultStack, phase: Phase): FaultStack["up"] {
  return phase === "destroy" ? stack.destroy : phase === "preview" ? stack.preview : stack.up;
}

/** Kills a run at the first of these calls, and returns that call. */
export async function killAt(
  stack: FaultStack,
  calls: readonly Call[],
  when: "before" | "after",
  run: (signal: AbortSignal) => Promise<CommandResult>,
): Promise<Call> {
  const { aws } = stack.engine;
  const names = calls.map(nameOf).join(", ");
  const rules = calls.map((call) => ({ ...call, kind: "stop", when, times: 1 }));
  await control(aws, "PUT", "faults", { rules });
  const killer = new AbortController();
  let over = false;
  const running = run(killer.signal)
    .then(
      ({ stdout }) => {
        throw new Error(`the run ended before it could be killed at ${names}\n${stdout}`);
      },
      (error: Error) => {
        if (error.name !== "AbortError") throw error;
      },
    )
    .finally(() => {
      over = true;
    });
  running.catch(() => {});
  try {
    let [found] = await held(stack);
    while (!over && found === undefined) {
      await sleep(POLL_MS);
      [found] = await held(stack);
    }
    killer.abort();
    await running;
    // A held call ends with its plugin. Until then the plugin could continue.
    const end = Date.now() + PLUGINS_GONE_MS;
    while ((await held(stack)).length > 0) {
      if (Date.now() > end) throw new Error(`the plugin outlived its CLI, which was killed at ${names}`);
      await sleep(POLL_MS);
    }
    const hit = calls.find((call) => found !== undefined && nameOf(call) === nameOf(found));
    if (hit === undefined) throw new Error(`no call of ${names} was held`);
    return hit;
  } finally {
    await control(aws, "DELETE", "faults");
  }
}

async function held({ engine }: FaultStack): Promise<Call[]> {
  return (await control<{ calls: Call[] }>(engine.aws, "GET", "held")).calls;
}
