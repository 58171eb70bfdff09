/**
 * Runs test files in one process that has already loaded their packages, because starting a process takes longer than
 * most tests. When an order says that the project's files changed, they are loaded again.
 */
import Mocha from "mocha";
import { mochaGlobalSetup } from "../../test/support/setup";

export interface Order {
  readonly test: string;
  /** Full titles of the tests of the file to run. All, if there are none. */
  readonly titles?: readonly string[];
  /** Whether the project's files changed since the last order. */
  readonly isChanged: boolean;
}

export interface Outcome {
  /** The title of the first test that fails. */
  readonly failure?: string;
  readonly milliseconds: number;
  /** Numbers of the mutants whose code ran, by the full title of the test. Under "" those that ran outside tests. */
  readonly reached: Readonly<Record<string, readonly number[]>>;
}

class Silent {}

class Tests extends Mocha {
  /** Mocha's way of loading ES modules would return what an earlier run has loaded. */
  load(): void {
    this.loadFiles();
  }
}

const reached = new Map<string, Set<number>>();
let current = "";
const reach = (number: number) => {
  reached.set(current, (reached.get(current) ?? new Set()).add(number));
};
Object.assign(globalThis, { reached: reach });

process.on("message", async ({ test, titles, isChanged }: Order) => {
  if (isChanged) for (const file of Object.keys(require.cache)) if (isOwn(file)) delete require.cache[file];
  reached.clear();
  const start = performance.now();
  const failure = await run(test, titles);
  const byTitle = Object.fromEntries([...reached].map(([title, numbers]) => [title, [...numbers]]));
  const outcome: Outcome = { failure, milliseconds: performance.now() - start, reached: byTitle };
  process.send?.(outcome);
});

function isOwn(file: string): boolean {
  return !file.includes("/node_modules/");
}

function run(test: string, titles?: readonly string[]): Promise<string | undefined> {
  const mocha = new Tests({ bail: true, timeout: 0, reporter: Silent as never });
  if (titles) mocha.grep(new RegExp(`^(?:${titles.map(escaped).join("|")})$`));
  try {
    mocha.files = [test];
    mocha.load();
  } catch (error) {
    return Promise.resolve(`loading: ${String(error).split("\n")[0]}`);
  }
  let failure: string | undefined;
  return new Promise((resolve) => {
    mocha
      .run(() => {
        // Otherwise the runs' listeners to rejections would call each other.
        mocha.dispose();
        resolve(failure);
      })
      .on("test", (test) => {
        current = test.fullTitle();
      })
      .on("test end", () => {
        current = "";
      })
      .on("fail", (test) => {
        failure ??= test.fullTitle();
      });
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

// One after the end of its test belongs to no test.
process.on("unhandledRejection", () => undefined);

void mochaGlobalSetup().then(() => process.send?.("ready"));
