"use strict";
// Loaded into a program by NODE_OPTIONS. Records what the process has used when it ends.
const fs = require("node:fs");

if (process.argv[1]?.includes("cmd/run")) {
  process.once("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const used = { memoryMiB: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
    fs.appendFileSync(process.env.BENCH_PROBE, `${JSON.stringify(used)}\n`);
  });
}
