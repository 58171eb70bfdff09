import assert from "node:assert/strict";
import { runCommand } from "../support/run-command";
import { RUNNERS, UNIT_TESTS } from "../support/unit-test-runners";

describe("a user's unit test of a program that uses every option", () => {
  // `npm run compat` installs and runs the others.
  for (const runner of ["mocha", "node:test"] as const) {
    it(`passes in ${runner}`, async () => {
      const [command, ...args] = RUNNERS[runner];
      // A test that runs in a test of Node.js reports to its parent.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const { code, stdout, stderr } = await runCommand(command, args, { cwd: UNIT_TESTS, env });
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /pulls through the cache/);
      assert.doesNotMatch(stdout + stderr, /Error|unhandled/);
    });
  }
});
