// `npm run release:pack [folder]`: packs what a release publishes into packages/, each with its SBOM (CycloneDX), and
// SHA256SUMS.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";

const [folder = path.join(root, "packages"), ...more] = process.argv.slice(2);
if (folder.startsWith("-") || more.length > 0) {
  console.error(
    "Usage: npm run release:pack [folder], by default packages/. It replaces what an earlier run wrote there.",
  );
  process.exit(2);
}
const directory = path.resolve(folder);
const others = existsSync(directory)
  ? readdirSync(directory).filter((file) => !/(\.tgz|\.cdx\.json|^SHA256SUMS)$/.test(file))
  : [];
if (others.length > 0) {
  console.error(`${directory} has other files (${others[0]}): give a new folder, or one of an earlier run.`);
  process.exit(2);
}
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
console.log(`${directory}\n${sums.join("")}`);
