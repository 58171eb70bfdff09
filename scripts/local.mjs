// `npm run local`: an AWS on this machine for your own stack. Installs and builds what is missing first.
import { ensureInstalled, run } from "./install.mjs";

ensureInstalled();
if (!run("node", ["scripts/build.mjs"])) process.exit(1);
await import("../local/dist/shell/main.js");
