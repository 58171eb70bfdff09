const { availableParallelism } = require("node:os");

module.exports = {
  "node-option": ["import=tsx"],
  require: ["./test/support/setup.ts"],
  timeout: 30000,
  reporter: "./scripts/mocha-reporter.cjs",
  // Takes effect with --parallel.
  jobs: availableParallelism(),
};
