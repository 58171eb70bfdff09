const { availableParallelism } = require("node:os");

module.exports = {
  "node-option": ["import=tsx"],
  require: ["./test/support/setup.ts"],
  // Ends only tests that hang: how long a test takes says nothing on a machine that has other work.
  timeout: 600_000,
  reporter: "./scripts/mocha-reporter.cjs",
  // Takes effect with --parallel.
  jobs: availableParallelism(),
};
