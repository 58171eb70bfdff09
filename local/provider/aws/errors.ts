import { setTimeout as sleep } from "node:timers/promises";

interface AwsError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2000;
/** How long to wait until a change is visible. The real provider waits two minutes, which is too long for tests. */
const PROPAGATION_MS = 15_000;

/** Whether an error is one of AWS's exceptions. */
export function isAwsError(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** Returns the value, or `undefined` if AWS says that it does not exist. */
export async function unlessMissing<T>(names: string[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, ...names)) return undefined;
    throw error;
  }
}

/** Retries while the error says that something new is not visible yet. */
export async function eventually<T>(isTransient: (error: Error) => boolean, call: () => Promise<T>): Promise<T> {
  const end = Date.now() + PROPAGATION_MS;
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error as Error) || Date.now() + delay > end) throw error;
    }
    await sleep(delay);
  }
}

/** Reads until something deleted is no longer visible. */
export async function untilGone(read: () => Promise<unknown>): Promise<void> {
  class StillThere extends Error {}
  await eventually(
    (error) => error instanceof StillThere,
    async () => {
      if ((await read()) !== undefined) throw new StillThere("it was deleted but is still there");
    },
  );
}

/** An error in the real provider's format: what it was doing, the operation, and AWS's exception. */
export function describeError(doing: string, error: unknown): Error {
  const { name, message, $metadata } = error as AwsError;
  if (!$metadata) return new Error(`${doing}: ${message}`, { cause: error });
  const { httpStatusCode, requestId } = $metadata;
  return new Error(
    `${doing}: https response error StatusCode: ${httpStatusCode ?? 0}, RequestID: ${requestId ?? ""}, ${name}: ${message}`,
    { cause: error },
  );
}
