import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Monitor } from "./monitor";

/** Refusals of a program during its deployment: errors in Outputs end a program as unhandled rejections. */
export class Refusals {
  readonly #errors: string[] = [];
  readonly #note = ({ message }: Error) => void this.#errors.push(message);

  start(): void {
    process.on("unhandledRejection", this.#note);
  }

  async end(): Promise<void> {
    // A new program forgets the promises of the refused ones. Otherwise Pulumi would warn about them.
    await (await Monitor.start()).end();
    await turns(100);
    process.off("unhandledRejection", this.#note);
  }

  /** Runs a program that is refused because of the problem. */
  async expect(program: () => unknown, problem: RegExp): Promise<void> {
    this.#errors.length = 0;
    program();
    const isRefused = () => this.#errors.some((message) => problem.test(message));
    await turns(10_000, isRefused);
    const others = [...new Set(this.#errors)].join("\n") || "nothing";
    if (!isRefused()) assert.fail(`Expected a refusal like ${problem}. Refused was ${others}`);
  }
}

async function turns(most: number, isOver = () => false): Promise<void> {
  for (let turn = 0; turn < most && !isOver(); turn++) await setImmediate();
}
