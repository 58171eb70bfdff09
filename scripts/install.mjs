// Prepares a fresh clone, so it uses only Node's own modules.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** TypeScript's native compiler, for builds and checks. Code that reads TypeScript uses the library of version 5. */
export const TSC = "node_modules/typescript-native/bin/tsc";

/** Runs a command in the checkout and shows its output. Returns whether it succeeded. */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (error) console.error(`${command} cannot be started: ${error.message}`);
  return status === 0;
}

/** Installs the npm packages unless the lockfile's versions are already installed. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node.js 20.19 or newer is needed; this is ${process.version}.`);
    process.exit(1);
  }
  if (isInstalled()) return;
  console.log("== Install the npm packages (npm ci)");
  if (!run("npm", ["ci", "--no-audit", "--no-fund"])) {
    console.error("npm ci failed: its message above says why. Is the npm registry reachable?");
    process.exit(1);
  }
}

/** npm writes a lockfile of what it installed, with the same package names as ours. */
export function isInstalled() {
  const installed = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const versions = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const wanted = versions(path.join(root, "package-lock.json"));
  const present = versions(installed);
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === "" || entry.optional || entry.peer || sameVersion(present[name]?.version, entry.version),
  );
}

/** Some packages write their version with a "v". */
function sameVersion(a, b) {
  return a?.replace(/^v/, "") === b?.replace(/^v/, "");
}
