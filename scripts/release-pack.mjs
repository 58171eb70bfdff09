// `npm run release:pack [folder]`: packs what a release publishes into packages/, each with its SBOM (CycloneDX), and
// SHA256SUMS.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";

const directory = path.resolve(process.argv[2] ?? path.join(root, "packages"));
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });

const npm = (...args) =>
  execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const { workspaces } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
for (const workspace of workspaces) {
  const { name, private: isPrivate } = JSON.parse(readFileSync(path.join(root, workspace, "package.json"), "utf8"));
  if (isPrivate) continue;
  npm("pack", "--silent", "--workspace", workspace, "--pack-destination", directory);
  const sbom = npm("sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--workspace", workspace);
  writeFileSync(path.join(directory, `${name}.cdx.json`), sbom);
}

const sums = readdirSync(directory)
  .sort()
  .map(
    (file) =>
      `${createHash("sha256")
        .update(readFileSync(path.join(directory, file)))
        .digest("hex")}  ${file}\n`,
  );
writeFileSync(path.join(directory, "SHA256SUMS"), sums.join(""));
console.log(sums.join(""));
