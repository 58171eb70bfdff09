import type { Cell, Phase, Variant } from "./cells";
import { commandOf, disturb, type Ending } from "./disturb";
import { differences, normalize } from "./normalize";
import { cleanUp, deleteLeft, forgetPending, unlock } from "./recover";
import { awsSnapshot, brokenRules, type Leftovers } from "./snapshot";
import type { Desired, FaultStack } from "./stack";

/**
 * How the final state was reached: by the disturbed run itself, by the same command again, by that after a `refresh`, by
 * the same command with `adopt: true` or after the command that the error names, or by deleting what the stack does not know in AWS.
 */
export type Outcome = "itself" | "again" | "again, refresh" | "delete" | "adopt" | "clean up" | "not";

export interface CellResult {
  readonly cell: Cell;
  readonly outcome: Outcome;
  /** What remained in AWS at the end and had to be deleted. */
  readonly leftovers?: Leftovers;
  /** Rules whose pulls failed after the disturbed run because credentials were missing. */
  readonly broken: readonly string[];
  /** Why the second run of the command did not converge. */
  readonly note?: string;
}

/** Normalized final states of the undisturbed runs. */
export type Goals = ReadonlyMap<Variant | "deployed" | "destroyed", readonly string[]>;

/** Disturbs one phase of a stack that is in the phase's first state, and recovers as users do. */
export async function runCell(stack: FaultStack, cell: Cell, desired: Desired, goals: Goals): Promise<CellResult> {
  if (cell.phase === "preview") return previewCell(stack, cell, desired);
  const goal = goals.get(cell.phase === "destroy" ? "destroyed" : (desired.variant ?? "deployed")) ?? [];
  const differing = async () => differences(goal, await finalState(stack, desired));

  const ending = await disturb(stack, cell, desired);
  const broken = brokenRules(await awsSnapshot(stack.engine.aws));
  if (ending?.code === 0 && (await differing()).length === 0) return { cell, outcome: "itself", broken };

  if (ending === undefined) await unlock(stack);
  const next = await again(stack, cell.phase, desired);
  const left = await differing();
  if (next.code === 0 && left.length === 0) return { cell, outcome: "again", broken };
  await forgetPending(stack);
  if (next.code === 0 && (await differing()).length === 0) return { cell, outcome: "again, refresh", broken };
  const refreshed = await again(stack, cell.phase, desired);
  if (refreshed.code === 0 && (await differing()).length === 0) return { cell, outcome: "again, refresh", broken };

  const note = refreshed.code === 0 ? left.join("\n") : errorOf(refreshed.stdout);
  if ((await deleteLeft(stack, refreshed.stdout)) > 0) {
    const deleted = await again(stack, cell.phase, desired);
    if (deleted.code === 0 && (await differing()).length === 0) return { cell, outcome: "delete", broken, note };
  }
  await again(stack, cell.phase, { ...desired, adopt: true });
  const adopted = await again(stack, cell.phase, desired);
  if (adopted.code === 0 && (await differing()).length === 0) return { cell, outcome: "adopt", broken, note };

  const found = { cell, broken, leftovers: await cleanUp(stack) };
  const last = await again(stack, cell.phase, desired);
  const rest = await differing();
  if (last.code === 0 && rest.length === 0) return { ...found, outcome: "clean up", note };
  return { ...found, outcome: "not", note: [note, errorOf(last.stdout), ...rest].join("\n") };
}

/** A preview of a stack that is up to date: it shows no change, or it fails and the next one shows none. */
async function previewCell(stack: FaultStack, cell: Cell, desired: Desired): Promise<CellResult> {
  const isSame = (ending: Ending) =>
    ending?.code === 0 && !/to (create|update|replace|delete|import)/.test(ending.stdout);
  const ending = await disturb(stack, cell, desired);
  if (isSame(ending)) return { cell, outcome: "itself", broken: [] };
  const next = await stack.preview(desired, { expectFailure: true });
  if (ending?.code !== 0 && isSame(next)) return { cell, outcome: "again", broken: [] };
  return { cell, outcome: "not", broken: [], note: `${ending?.stdout}\n${next.stdout}` };
}

export async function finalState(stack: FaultStack, desired: Desired): Promise<string[]> {
  return normalize(await awsSnapshot(stack.engine.aws), await stack.state(), desired);
}

function again(stack: FaultStack, phase: Phase, desired: Desired) {
  return commandOf(stack, phase)(desired, { expectFailure: true });
}

/** The engine's error lines, and those of the provider's errors, which have several. */
export function errorOf(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.filter((line) => /^(?:error:|\* )/.test(line)).join("\n");
}
