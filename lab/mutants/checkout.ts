import { execFile } from "node:child_process";
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
import { traced } from "./reach";
import { Tests } from "./tests";
import type { Order, Outcome } from "./worker";

export const HOWS = ["a unit test", "the type check"] as const;

/** What noticed a mutant, and the title of the test. Undefined for a mutant that survives. */
export interface Found {
  readonly by: (typeof HOWS)[number];
  readonly test: string;
}

/** A test file that runs the code of a mutant, and how long the whole file takes without the mutant. */
export interface Reaching {
  readonly test: string;
  /** Full titles of the tests that run the code. Undefined if the code runs outside them, so that each may notice. */
  readonly titles?: readonly string[];
  readonly milliseconds: number;
}

const WORKSPACES = ["component", "policy-pack", "cli", "local"];
const UNIT_TESTS = [...WORKSPACES, "model"];
const NO_LIMIT = 10 * 60_000;

/** A copy of the checkout for mutants, so that an interrupted run leaves the checkout alone. */
export class Checkout {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "mutants-"));
  readonly #tests = new Tests(this.#folder);

  constructor(root: string) {
    const isCopied = (file: string) => !/[\\/](?:node_modules|dist|\.git|\.cache)(?:[\\/]|$)/.test(file);
    cpSync(root, this.#folder, { recursive: true, filter: (file) => file === root || isCopied(file) });
    for (const workspace of ["", ...WORKSPACES]) {
      const modules = path.join(root, workspace, "node_modules");
      if (existsSync(modules)) symlinkSync(modules, path.join(this.#folder, workspace, "node_modules"));
    }
  }

  remove(): void {
    this.#tests.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Runs all unit tests without mutants, and returns for each mutant those that run its code, the quickest first. */
  async reaching(mutants: readonly Mutant[]): Promise<Reaching[][]> {
    const numbered = new Map(mutants.map((mutant, number) => [number, mutant]));
    const files = new Set(mutants.map(({ file }) => file));
    const restores = [...files].map((file) => {
      const inFile = new Map([...numbered].filter(([, mutant]) => mutant.file === file));
      return this.#change(file, (text) => traced(text, inFile));
    });
    const found: Reaching[][] = mutants.map(() => []);
    for (const test of this.#testsOf(files)) {
      const { failure, milliseconds, reached } = await this.#run({ test }, NO_LIMIT);
      if (failure) throw new Error(`${test} fails without any change: ${failure}`);
      const { "": outside = [], ...inTests } = reached;
      for (const [number, tests] of found.entries()) {
        const titles = Object.keys(inTests).filter((title) => inTests[title]?.includes(number));
        if (outside.includes(number)) tests.push({ test, milliseconds });
        else if (titles.length > 0) tests.push({ test, titles, milliseconds });
      }
    }
    for (const restore of restores) restore();
    return found.map((tests) => tests.sort((a, b) => a.milliseconds - b.milliseconds));
  }

  async judge(mutant: Mutant, tests: readonly Reaching[]): Promise<Found | undefined> {
    for (let attempt = 1; ; attempt++) {
      const { found, by } = await this.#try(mutant, tests);
      // A change can leave traces in the packages of a worker. Without the change, the test must pass in it.
      const again = by && (await this.#run(by, limitOf(by)));
      if (!again?.failure) return found;
      this.#tests.stop();
      if (attempt === 3) throw new Error(`fails without any change: ${found?.test}`);
    }
  }

  async #try(mutant: Mutant, tests: readonly Reaching[]): Promise<{ found?: Found; by?: Reaching }> {
    await this.#tests.getReady();
    const { file, start, end, after } = mutant;
    const restore = this.#change(file, (text) => text.slice(0, start) + after + text.slice(end));
    try {
      for (const [index, by] of tests.entries()) {
        const { failure } = await this.#tests.run({ ...by, isChanged: index === 0 }, limitOf(by));
        if (failure) return { found: { by: "a unit test", test: failure }, by };
      }
      return (await this.#compiles(file.split("/")[0] ?? "")) ? {} : { found: { by: "the type check", test: "tsc" } };
    } finally {
      restore();
    }
  }

  #change(file: string, change: (text: string) => string): () => void {
    const changed = path.join(this.#folder, file);
    const text = readFileSync(changed, "utf8");
    writeFileSync(changed, change(text));
    return () => writeFileSync(changed, text);
  }

  async #run(tests: Omit<Order, "isChanged">, limit: number): Promise<Outcome> {
    await this.#tests.getReady();
    return this.#tests.run({ ...tests, isChanged: true }, limit);
  }

  /** The unit tests that import one of these files. Those of the command line tool start processes, so they are slow. */
  #testsOf(files: ReadonlySet<string>): string[] {
    const imports = new Imports();
    const isCli = [...files].some((file) => file.startsWith("cli/"));
    return UNIT_TESTS.filter((folder) => isCli || folder !== "cli")
      .flatMap((folder) => filesUnder(this.#folder, `test/${folder}`))
      .filter((file) => file.endsWith(".test.ts"))
      .filter((test) => {
        const imported = [...imports.all(path.join(this.#folder, test))];
        return imported.some((file) => files.has(path.relative(this.#folder, file)));
      });
  }

  #compiles(workspace: string): Promise<boolean> {
    const compiler = path.join(this.#folder, "node_modules/typescript-native/bin/tsc");
    return new Promise((resolve) => {
      execFile(process.execPath, [compiler, "--noEmit", "-p", workspace], { cwd: this.#folder }, (error) =>
        resolve(error === null),
      );
    });
  }
}

/** A test that takes longer with a mutant than this does not end. */
function limitOf({ milliseconds }: Reaching): number {
  return 5 * milliseconds + 15_000;
}

export function filesUnder(root: string, folder: string): string[] {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  return files.map((file) => `${folder}/${file}`).sort();
}
