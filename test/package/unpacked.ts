import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const checkout = resolve(__dirname, "../..");

/** A package as npm packs it, unpacked into the `node_modules` of a folder. */
export interface Unpacked {
  readonly folder: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly files: readonly string[];
}

export function unpack(workspace: string, into: string): Unpacked {
  const args = ["pack", "--json", "--silent", "--workspace", workspace, "--pack-destination", into];
  const [{ name, filename, size, files }] = JSON.parse(execFileSync("npm", args, { cwd: checkout, encoding: "utf8" }));
  const folder = join(into, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", join(into, filename), "-C", folder, "--strip-components=1"]);
  return { folder, size, files: files.map(({ path }: { path: string }) => path) };
}

/** Puts packages of the checkout beside an unpacked one, as an installation would. */
export function linkInstalled(into: string, names: readonly string[]): void {
  for (const name of names) {
    const target = join(into, "node_modules", name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(checkout, "node_modules", name), target);
  }
}
