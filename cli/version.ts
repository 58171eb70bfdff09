import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The version of this package. The sources and the compiled files are at different depths. */
export const version: string =
  [".", ".."]
    .map((up) => resolve(__dirname, up, "package.json"))
    .map((file) => {
      try {
        return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
      } catch {
        return undefined;
      }
    })
    .find((found) => found !== undefined) ?? "unknown";
