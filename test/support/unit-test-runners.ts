import { resolve } from "node:path";

/** A project whose program uses every option of the component, and its unit test. */
export const UNIT_TESTS = resolve(__dirname, "../fixtures/unit-tests");

/** How the users' test runners run it, from the folder of the project. Loading the AWS SDK takes seconds. */
export const RUNNERS = {
  mocha: ["npx", "--no-install", "mocha", "--no-config", "--no-package", "--timeout", "600000", "globals.test.js"],
  "node:test": ["node", "--test", "node.test.js"],
  jest: ["npx", "--no-install", "jest", "--rootDir", ".", "--testTimeout", "600000", "globals.test.js"],
  vitest: ["npx", "--no-install", "vitest", "run", "--root", ".", "--testTimeout", "600000", "vitest.test.mjs"],
} as const;
