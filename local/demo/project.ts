import { copyFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

/** The root of the checkout, relative to the compiled file. */
const ROOT = resolve(__dirname, "../../..");

/** Copies the root program, so that the demo's stack leaves no file in the checkout. */
export function copyRootProgram(directory: string): void {
  for (const part of ["Pulumi.yaml", "registries.yaml", "index.js", "package.json"]) {
    copyFileSync(join(ROOT, part), join(directory, part));
  }
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"), "dir");
}
