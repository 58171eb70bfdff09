import assert from "node:assert/strict";
import { refused, type TestCloud } from "./support";

const DAY = 24 * 60 * 60;

/**
 * A call, and its whole answer or the exception that refuses it. Without either, any answer. A pattern stands for a text
 * that AWS makes up.
 */
export type Step = readonly [operation: string, input: object, expected?: object | string, message?: RegExp];
type Client = { readonly [operation: string]: ((input: object) => Promise<unknown>) | undefined };

/** Calls a service, one call after the other. */
export async function calls(client: object, steps: readonly Step[]): Promise<void> {
  for (const [operation, input, expected, message] of steps) {
    const call = (client as Client)[operation]?.call(client, input) ?? Promise.reject(new Error("no such operation"));
    try {
      if (typeof expected === "string") await refused(call, expected, message);
      else if (expected === undefined) await call;
      else assert.deepEqual(fitted(whole(await call), expected), expected);
    } catch (error) {
      assert.fail(`${operation} ${JSON.stringify(input).slice(0, 300)}: ${(error as Error).message}`);
    }
  }
}

export const nextDay = (cloud: TestCloud, days = 1) => cloud.control("POST", "clock", { advanceSeconds: days * DAY });

/**
 * An answer to compare as a whole, without what the SDK adds. A time is a number of days from now on the machine's
 * clock, such as "day 0".
 */
export function whole(answer: unknown): unknown {
  if (answer instanceof Date) return `day ${Math.round((answer.getTime() - Date.now()) / (1000 * DAY))}`;
  if (Array.isArray(answer)) return answer.map(whole);
  if (ArrayBuffer.isView(answer)) return Buffer.from(answer as Uint8Array).toString();
  if (typeof answer !== "object" || answer === null) return answer;
  const members = Object.entries(answer).filter(([name, value]) => name !== "$metadata" && value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, whole(value)]));
}

/** The answer, with the expected pattern in place of a text that it fits. */
function fitted(answer: unknown, expected: unknown): unknown {
  if (expected instanceof RegExp) return typeof answer === "string" && expected.test(answer) ? expected : answer;
  if (typeof answer !== "object" || answer === null || typeof expected !== "object" || expected === null) return answer;
  const wanted = expected as Record<string, unknown>;
  if (Array.isArray(answer)) return answer.map((item, index) => fitted(item, wanted[index]));
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, fitted(value, wanted[name])]));
}
