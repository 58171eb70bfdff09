import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Imports } from "./imports";
import type { Mutant } from "./mutate";
import type { Outcome } from "./worker";

export const HOWS = ["its own tests", "other unit tests", "the type check"] as const;

/** What noticed a mutant, and the title of the test. Undefined for a mutant that survives. */
export interface Found {
  readonly by: (typeof HOWS)[number];
  readonly test: string;
}

const WORKSPACES = ["component", "policy-pack", "cli", "local"];
const UNIT_TESTS = [...WORKSPACES, "model"];
const GENERATED = /\/(?:hostile|model)\//;
/** A change may cause an endless loop. */
const TIMEOUT = 10 * 60_000;
/** How often a worker is used before another one replaces it. */
const USES = 40;

/** A copy of the checkout for mutants, so that an interrupted run leaves the checkout alone. */
export class Checkout {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "mutants-"));
  readonly #imports = new Imports();
  readonly #tests: readonly string[];
  #worker: ChildProcess | undefined;
  #uses = 0;

  /** @param isQuick Whether tests with generated values are left out. */
  constructor(root: string, isQuick: boolean) {
    const isCopied = (file: string) => !/[\\/](?:node_modules|dist|\.git|\.cache)(?:[\\/]|$)/.test(file);
    cpSync(root, this.#folder, { recursive: true, filter: (file) => file === root || isCopied(file) });
    for (const workspace of ["", ...WORKSPACES]) {
      const modules = path.join(root, workspace, "node_modules");
      if (existsSync(modules)) symlinkSync(modules, path.join(this.#folder, workspace, "node_modules"));
    }
    this.#tests = UNIT_TESTS.flatMap((folder) => filesUnder(this.#folder, `test/${folder}`))
      .filter((file) => file.endsWith(".test.ts") && !(isQuick && GENERATED.test(file)))
      .map((file) => path.join(this.#folder, file));
  }

  remove(): void {
    this.#stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async judge(mutant: Mutant): Promise<Found | undefined> {
    for (let attempt = 1; ; attempt++) {
      const { found, file } = await this.#try(mutant);
      // A change can leave traces in the packages of a worker. Without the change, the test must pass in it.
      const isSpoilt = file !== undefined && (await this.#test([file])).failure !== undefined;
      if (!isSpoilt) return found;
      this.#stop();
      if (attempt === 3) throw new Error(`fails without any change: ${found?.test}`);
    }
  }

  async #try({ file, start, end, after }: Mutant): Promise<{ found?: Found; file?: string }> {
    const changed = path.join(this.#folder, file);
    const text = readFileSync(changed, "utf8");
    writeFileSync(changed, text.slice(0, start) + after + text.slice(end));
    const [own, others] = this.#testsFor(file);
    try {
      for (const [by, tests] of [["its own tests", own] as const, ["other unit tests", others] as const]) {
        const outcome = await this.#test(tests);
        if (outcome.failure) return { found: { by, test: outcome.failure }, file: outcome.file };
      }
      return (await this.#compiles(file.split("/")[0] ?? "")) ? {} : { found: { by: "the type check", test: "tsc" } };
    } finally {
      writeFileSync(changed, text);
    }
  }

  /**
   * The tests that import a file, those that import least first, because they are the quickest: those in the matching
   * folder, as test/component/iam for component/iam/puller.ts, and the others. Tests of the command line tool start
   * processes, which takes long, so they are only for its own files.
   */
  #testsFor(file: string): [own: string[], others: string[]] {
    const [workspace, folder] = path.dirname(file).split("/");
    const under = (area: string) => path.join(this.#folder, "test", area, path.sep);
    const importers = this.#tests
      .filter((test) => workspace === "cli" || !test.startsWith(under("cli")))
      .filter((test) => this.#imports.all(test).has(path.join(this.#folder, file)))
      .sort((a, b) => this.#imports.all(a).size - this.#imports.all(b).size);
    const isOwn = (test: string) => test.startsWith(under(path.join(workspace ?? "", folder ?? "")));
    return [importers.filter(isOwn), importers.filter((test) => !isOwn(test))];
  }

  /** Runs tests in a worker. */
  async #test(tests: readonly string[]): Promise<Outcome> {
    if (tests.length === 0) return {};
    if (this.#uses++ % USES === 0) this.#stop();
    this.#worker ??= fork(path.join(this.#folder, "lab/mutants/worker.ts"), {
      execArgv: ["--import", "tsx"],
      cwd: this.#folder,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const worker = this.#worker;
    const ended = new AbortController();
    const { signal } = ended;
    worker.send(tests);
    const timer = setTimeout(() => worker.kill("SIGKILL"), TIMEOUT);
    const [answer] = await Promise.race([once(worker, "message", { signal }), once(worker, "exit", { signal })]);
    clearTimeout(timer);
    ended.abort();
    if (answer !== null && typeof answer === "object") return answer as Outcome;
    this.#stop();
    return { failure: "the tests do not end, or end their process" };
  }

  #stop(): void {
    this.#worker?.kill("SIGKILL");
    this.#worker = undefined;
  }

  #compiles(workspace: string): Promise<boolean> {
    const options = ["--noEmit", "--incremental", "--tsBuildInfoFile", `${workspace}.tsbuildinfo`, "-p", workspace];
    return new Promise((resolve) => {
      execFile("npx", ["tsc", ...options], { cwd: this.#folder }, (error) => resolve(error === null));
    });
  }
}

export function filesUnder(root: string, folder: string): string[] {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  return files.map((file) => `${folder}/${file}`).sort();
}
