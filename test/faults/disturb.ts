import { setTimeout as sleep } from "node:timers/promises";
import { control } from "../support/aws";
import type { CommandResult } from "../support/run-command";
import { type Cell, nameOf } from "./cells";
import type { Desired, FaultStack } from "./stack";

const POLL_MS = 20;
/** A plugin looks twice a second whether its CLI is still there. */
const PLUGINS_GONE_MS = 15_000;

/** How a disturbed run ended; `undefined` when it was killed. */
export type Ending = CommandResult | undefined;

/** Runs a phase with its fault in force, and takes the fault away again. */
export async function disturb(stack: FaultStack, cell: Cell, desired: Desired): Promise<Ending> {
  const { aws } = stack.engine;
  const rules = [{ ...cell.call, ...cell.fault.rule }];
  await control(aws, "PUT", "faults", { rules });
  const run = (signal?: AbortSignal) =>
    cell.phase === "destroy"
      ? stack.destroy(desired, { expectFailure: true, signal })
      : stack.up(desired, { expectFailure: true, signal });
  try {
    if (cell.fault.kill) return await killWhenHeld(stack, cell, run);
    const result = await run();
    const { rules: armed } = await control<{ rules: { fired: number }[] }>(aws, "GET", "faults");
    if (armed[0]?.fired === 0) throw new Error(`${cell.phase} made no call of ${nameOf(cell.call)}`);
    return result;
  } finally {
    await control(aws, "DELETE", "faults");
  }
}

async function killWhenHeld(
  stack: FaultStack,
  { phase, call }: Cell,
  run: (signal: AbortSignal) => Promise<CommandResult>,
): Promise<undefined> {
  const killer = new AbortController();
  let over = false;
  const running = run(killer.signal).then(
    ({ stdout }) => {
      throw new Error(`${phase} ended before it could be killed at ${nameOf(call)}\n${stdout}`);
    },
    (error: Error) => {
      if (error.name !== "AbortError") throw error;
    },
  );
  const done = running.finally(() => {
    over = true;
  });
  done.catch(() => {});
  while (!over && (await held(stack)) === 0) await sleep(POLL_MS);
  killer.abort();
  await done;
  // A held call goes away with its plugin; till then, the plugin could still go on.
  const end = Date.now() + PLUGINS_GONE_MS;
  while ((await held(stack)) > 0) {
    if (Date.now() > end) throw new Error(`the plugin outlived its CLI, which was killed at ${nameOf(call)}`);
    await sleep(POLL_MS);
  }
  return undefined;
}

async function held({ engine }: FaultStack): Promise<number> {
  const { calls } = await control<{ calls: unknown[] }>(engine.aws, "GET", "held");
  return calls.length;
}
