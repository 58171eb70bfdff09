import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

// The sources and the compiled files are at different depths.
const root = basename(__dirname) === "dist" ? resolve(__dirname, "..") : __dirname;
/** The version of this package. */
export const { version } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as { version: string };
