import pMap from "p-map";
import { someOf } from "./count";
import { startProgress } from "./progress";
import type { Terminal } from "./terminal";

export interface WorkOptions {
  /** What an item is, for people. */
  readonly unit: string;
  /** How many items to work on at once. */
  readonly concurrency: number;
}

export interface Worked<R> {
  /** Results of the items that were started, in the order of the items. */
  readonly results: readonly R[];
  /** How many items were not started, because of Ctrl-C. */
  readonly left: number;
}

/**
 * Works on many items, with progress. After Ctrl-C it starts no further item and ends what is under way, so that the
 * command can say what it did.
 *
 * @param work Its signal says that waiting is not worth it any more.
 */
export async function workThrough<T, R>(
  terminal: Terminal,
  items: readonly T[],
  { unit, concurrency }: WorkOptions,
  work: (item: T, stopped: AbortSignal) => Promise<R>,
): Promise<Worked<R>> {
  if (items.length === 0) return { results: [], left: 0 };
  const stop = new AbortController();
  const progress = startProgress(terminal, items.length, unit);
  const stopListening = terminal.onInterrupt(() => {
    stop.abort();
    terminal.say("Stopping after what is under way. Press Ctrl-C again to stop at once.");
  });
  try {
    const done = await pMap(
      items,
      async (item) => {
        if (stop.signal.aborted) return [];
        const result = await work(item, stop.signal);
        progress.step();
        return [result];
      },
      { concurrency },
    );
    const results = done.flat(1) as R[];
    const left = items.length - results.length;
    if (left > 0) terminal.say(`Interrupted: ${someOf(left, items.length, unit, ["was", "were"])} not started.`);
    return { results, left };
  } finally {
    stopListening();
    progress.stop();
  }
}
