// `npm run release:version`: creates the next version from the changesets. Changesets updates the changelogs and the
// versions of the published packages; this also updates the root program, the examples and the lockfile.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, run } from "./install.mjs";

const COMPONENT = "pulumi-pull-through-cache";

if (!run("npx", ["changeset", "version"])) process.exit(1);
const { version } = readManifest("component/package.json");
const examples = readdirSync(path.join(root, "examples"), { recursive: true }).filter(
  (file) => path.basename(file) === "package.json" && !file.includes("node_modules"),
);
update("package.json", { version });
for (const file of examples) update(path.join("examples", file), {});
if (!run("npm", ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"])) process.exit(1);

function update(file, changes) {
  const manifest = { ...readManifest(file), ...changes };
  if (manifest.dependencies?.[COMPONENT]) manifest.dependencies[COMPONENT] = `^${version}`;
  writeFileSync(path.join(root, file), `${JSON.stringify(manifest, null, 2)}\n`);
}

function readManifest(file) {
  return JSON.parse(readFileSync(path.join(root, file), "utf8"));
}
