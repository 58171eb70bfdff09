// `npm run record-demo`: runs the demo and saves its output for the picture in the documentation.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { root, run } from "./install.mjs";

const { stdout, status } = spawnSync(process.execPath, ["scripts/demo.mjs"], {
  cwd: root,
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (status !== 0) {
  console.error("The demo failed: nothing was recorded.");
  process.exit(1);
}
writeFileSync(path.join(root, "docs/images/demo.txt"), stdout.replace(/[ \t]+$/gm, ""));
if (!run("npm", ["run", "--silent", "docs"])) process.exitCode = 1;
