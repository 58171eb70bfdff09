import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Order, Outcome } from "./worker";

/** How often a process is used before another one replaces it, because it keeps in memory what it has loaded. */
const USES = 40;

/** Runs the tests of a checkout in a process that is ready for them. */
export class Tests {
  #worker: ChildProcess | undefined;
  #uses = 0;

  constructor(private readonly folder: string) {}

  async getReady(): Promise<void> {
    if (this.#uses++ % USES === 0 || !this.#worker?.connected) this.stop();
    if (this.#worker) return;
    this.#worker = fork(path.join(this.folder, "lab/mutants/worker.ts"), {
      execArgv: ["--import", "tsx"],
      cwd: this.folder,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await once(this.#worker, "message");
  }

  /** Runs a test file. It fails if it takes longer than the limit, as a change may cause an endless loop. */
  async run(order: Order, limit: number): Promise<Outcome> {
    const worker = this.#worker;
    const endless = { failure: "the tests do not end, or end their process", milliseconds: limit, reached: {} };
    if (!worker?.connected) return endless;
    const ended = new AbortController();
    const { signal } = ended;
    const timer = setTimeout(() => worker.kill("SIGKILL"), limit);
    worker.send({ ...order, test: path.join(this.folder, order.test) });
    const [answer] = await Promise.race([once(worker, "message", { signal }), once(worker, "exit", { signal })]);
    clearTimeout(timer);
    ended.abort();
    if (answer !== null && typeof answer === "object") return answer as Outcome;
    this.stop();
    return endless;
  }

  stop(): void {
    this.#worker?.kill("SIGKILL");
    this.#worker = undefined;
  }
}
