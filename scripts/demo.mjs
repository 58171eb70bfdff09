// The main job on an AWS on this machine: `npm run demo`. Installs and builds what is missing, then hands over.
import { ensureInstalled, run } from "./install.mjs";

ensureInstalled();
console.log("== Build");
if (!run("node", ["scripts/build.mjs"])) process.exit(1);
await import("../local/dist/demo/main.js");
