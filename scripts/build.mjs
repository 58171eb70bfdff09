// Builds every workspace: `npm run build`. TypeScript's compiler checks all of them; the component's code is bundled.
import { bundleComponent } from "./bundle.mjs";
import { run } from "./install.mjs";

if (run("npx", ["tsc", "--build"])) await bundleComponent();
else process.exitCode = 1;
