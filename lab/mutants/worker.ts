/**
 * Runs tests repeatedly in one process that has already loaded their packages, because starting a process takes longer
 * than most tests. The project's own files are loaded anew each time.
 */
import Mocha from "mocha";
import { mochaGlobalSetup } from "../../test/support/setup";

/** The results of tests. */
export interface Outcome {
  /** The title of the first test that fails, and its file. */
  readonly failure?: string;
  readonly file?: string;
}

class Silent {}

class Tests extends Mocha {
  /** Mocha's way of loading ES modules would return what an earlier run has loaded. */
  load(): void {
    this.loadFiles();
  }
}

const isSetUp = mochaGlobalSetup();

process.on("message", async (files: string[]) => {
  await isSetUp;
  process.send?.(await run(files));
});

/** Registers functions with a package, which takes each once. */
const LOADED_ONCE = /\/test\/component\/clients\/jmespath\.ts$/;

function isStale(file: string): boolean {
  return !file.includes("/node_modules/") && !LOADED_ONCE.test(file);
}

function run(files: readonly string[]): Promise<Outcome> {
  for (const file of Object.keys(require.cache)) if (isStale(file)) delete require.cache[file];
  const mocha = new Tests({ bail: true, timeout: 120_000, reporter: Silent as never });
  for (const file of files) {
    try {
      mocha.files = [file];
      mocha.load();
    } catch (error) {
      return Promise.resolve({ failure: `loading: ${String(error).split("\n")[0]}`, file });
    }
  }
  let failed: Mocha.Test | undefined;
  return new Promise((resolve) => {
    mocha
      .run(() => resolve({ failure: failed?.fullTitle(), file: failed?.file }))
      .on("fail", (test) => {
        failed ??= test;
      });
  });
}
