import { setTimeout as sleep } from "node:timers/promises";

/** An exception of AWS, with the service and the operation that was called. */
export interface AwsError extends Error {
  call?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2000;
/** How long to wait until a change is visible. The real provider waits two minutes, which is too long for tests. */
const PROPAGATION_MS = 15_000;

/** Whether an error is one of AWS's exceptions. */
export function isAwsError(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** The same, with a part of its message. */
export function says(error: unknown, name: string, part: RegExp): boolean {
  return isAwsError(error, name) && part.test((error as Error).message);
}

/** Returns the value, or `undefined` if AWS says that it does not exist. */
export async function unlessMissing<T>(names: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
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

/** Asks until something deleted is no longer there. */
export async function untilGone(missing: readonly string[], isThere: () => Promise<boolean>): Promise<void> {
  class StillThere extends Error {}
  await eventually(
    (error) => error instanceof StillThere,
    async () => {
      if (await unlessMissing(missing, isThere)) throw new StillThere("it was deleted but is still there");
    },
  );
}

/**
 * An error in the bridge's format: what it was doing, the operation, and AWS's exception, over several lines. Source:
 * hashicorp/go-multierror `ListFormatFunc`, and the AWS SDK for Go.
 */
export function describeError(doing: string, error: unknown): Error {
  return new Error(`1 error occurred:\n\t* ${doing}: ${messageOf(error as AwsError)}\n\n`, { cause: error });
}

/** Does something, and says so if it fails. */
export async function doing<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw describeError(what, error);
  }
}

function messageOf(error: AwsError): string {
  const { name, message, $metadata, call } = error;
  if (!$metadata) return message;
  const { httpStatusCode = 0, requestId = "" } = $metadata;
  // The exceptions that AWS's model does not have.
  const kind = error.constructor.name.endsWith("ServiceException") ? "api error " : "";
  return `operation error ${call}, https response error StatusCode: ${httpStatusCode}, RequestID: ${requestId}, ${kind}${name}: ${message}`;
}
