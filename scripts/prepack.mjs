// Before `npm pack` of the component: what users read comes from the root, where there is one copy of it.
import { copyFileSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";

for (const file of ["README.md", "CHANGELOG.md"]) copyFileSync(path.join(root, file), path.join(process.cwd(), file));
