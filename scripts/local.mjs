// An AWS on this machine for your own stack: `npm run local`. Installs and builds what is missing, then hands over.
import { ensureInstalled, run } from "./install.mjs";

ensureInstalled();
if (!run("node", ["scripts/build.mjs"])) process.exit(1);
await import("../local/dist/shell/main.js");
