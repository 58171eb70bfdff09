// Builds every workspace: `npm run build`. TypeScript's compiler checks all of them; what is published is bundled.
import { bundleAll, bundleLocal } from "./bundle.mjs";
import { run, TSC } from "./install.mjs";

if (run("node", [TSC, "--build"])) await Promise.all([bundleAll(), bundleLocal()]);
else process.exitCode = 1;
