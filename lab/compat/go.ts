import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export function go(directory: string, ...args: string[]): void {
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off", CGO_ENABLED: "0" };
  execFileSync("go", args, { cwd: directory, env, stdio: ["ignore", "inherit", "inherit"] });
}

/** A Go module that requires modules at given versions. `more` is added to its go.mod. */
export function goModule(directory: string, name: string, requires: { [module: string]: string }, more = ""): string {
  mkdirSync(directory, { recursive: true });
  const lines = Object.entries(requires).map(([module, version]) => `require ${module} v${version}\n`);
  writeFileSync(path.join(directory, "go.mod"), `module ${name}\n\ngo 1.25.11\n\n${lines.join("")}${more}`);
  return directory;
}
