import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";

const workspace = resolve(__dirname, __dirname.includes(`${sep}dist${sep}`) ? "../.." : "..");

/**
 * A compiled file of this workspace. Plugins always run compiled files. @throws Error when the workspace is not built
 */
export function compiledFile(path: string): string {
  const file = join(workspace, "dist", path);
  if (!existsSync(file)) throw new Error(`${file} does not exist: run \`npm run build\` first`);
  return file;
}
