// `npm run demo`: deploys, pulls and destroys on an AWS on this machine. Installs and builds what is missing first.
import { ensureInstalled, run } from "./install.mjs";

ensureInstalled();
console.log("== Build");
if (!run("node", ["scripts/build.mjs"])) process.exit(1);
await import("../local/dist/demo/main.js");
