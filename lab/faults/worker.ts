import { control } from "../../test/support/aws";
import { type Call, type Cell, isVariant, nameOf, PHASES, type Phase, type Variant } from "./cells";
import { commandOf } from "./disturb";
import { differences } from "./normalize";
import { type CellResult, finalState, type Goals, runCell } from "./run-cell";
import { type Desired, type FaultStack, startFaultStack } from "./stack";

export const INITIAL: Desired = { prefix: "cprefix0", token: "token-0-end" };

/** The state that a phase leads to. */
function target(phase: Phase, from: Desired, count: number): Desired {
  if (isVariant(phase)) return { ...from, variant: phase };
  if (phase === "rotation") return { ...from, token: `token-${count}-end` };
  // A prefix that the stack had before would find its filter in the scanning configuration.
  if (phase === "replace") return { ...from, prefix: `cprefix${count}` };
  return from;
}

/** The calls and final states of the undisturbed phases. */
export interface Baseline {
  readonly goals: Goals;
  readonly calls: Readonly<Record<Phase, readonly Call[]>>;
}

/** Runs all phases undisturbed. After the change of a variant, the stack gets its former state again. */
export async function measureBaseline(): Promise<Baseline> {
  const stack = await startFaultStack();
  try {
    const calls = Object.fromEntries(PHASES.map((phase) => [phase, [] as Call[]])) as Record<Phase, Call[]>;
    const goals = new Map<Variant | "deployed" | "destroyed", string[]>();
    let desired = INITIAL;
    for (const phase of PHASES) {
      if (phase === "destroy") await stack.addOthers("Later");
      const next = target(phase, desired, 1);
      await control(stack.engine.aws, "DELETE", "requests");
      await commandOf(stack, phase)(next);
      calls[phase] = await distinctCalls(stack);
      const name = phase === "destroy" ? "destroyed" : (next.variant ?? "deployed");
      const found = await finalState(stack, next);
      const rest = differences(goals.get(name) ?? found, found);
      if (rest.length > 0) throw new Error(`the phases lead to different states:\n${rest.join("\n")}`);
      goals.set(name, found);
      if (isVariant(phase)) await stack.up(desired);
      else desired = next;
    }
    return { goals, calls };
  } finally {
    await stack.stop();
  }
}

async function distinctCalls({ engine }: FaultStack): Promise<Call[]> {
  const { requests } = await control<{ requests: Call[] }>(engine.aws, "GET", "requests");
  const byName = new Map(requests.map(({ service, operation }) => [`${service}:${operation}`, { service, operation }]));
  return [...byName.values()];
}

/** Takes cells from a shared queue until it is empty or the time is over. Each begins where another one ended. */
export async function work(
  queue: Cell[],
  goals: Goals,
  end: number,
  report: (result: CellResult) => void,
): Promise<void> {
  const stack = await startFaultStack();
  let deployed: Desired | undefined;
  let count = 1;
  try {
    while (queue.length > 0 && Date.now() < end) {
      const cell = take(queue, deployed !== undefined);
      try {
        deployed = await prepare(stack, cell, deployed);
        const desired = target(cell.phase, deployed ?? { ...INITIAL, token: `token-${count}-end` }, ++count);
        const result = await runCell(stack, cell, desired, goals);
        report(result);
        if (result.outcome === "not") throw new Error("no state to go on from");
        deployed = cell.phase === "destroy" ? undefined : desired;
      } catch (error) {
        if (!(error as Error).message.startsWith("no state")) {
          report({ cell, outcome: "not", broken: [], note: `${nameOf(cell.call)}: ${(error as Error).message}` });
        }
        await stack.renew();
        deployed = undefined;
      }
    }
  } finally {
    await stack.stop();
  }
}

/** A cell that can begin in the current state, if there is one. */
function take(queue: Cell[], isDeployed: boolean): Cell {
  const found = queue.findIndex(({ phase }) => (phase !== "up") === isDeployed);
  const [cell] = queue.splice(Math.max(found, 0), 1);
  if (cell === undefined) throw new Error("the queue is empty");
  return cell;
}

async function prepare(
  stack: FaultStack,
  { phase }: Cell,
  deployed: Desired | undefined,
): Promise<Desired | undefined> {
  if (deployed === undefined || phase === "up") await stack.renew();
  if (phase === "up") return undefined;
  const desired = { ...(deployed ?? INITIAL), variant: undefined };
  if (deployed === undefined || deployed.variant !== undefined) await stack.up(desired);
  if (phase === "destroy") await stack.addOthers("Later");
  return desired;
}
