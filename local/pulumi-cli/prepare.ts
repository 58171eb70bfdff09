import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory, withLock } from "./cache";
import { download } from "./download/download";
import { assemble, build } from "./from-source/build";
import type { Log } from "./progress";
import { findInstalled, inspect, type Toolchain } from "./toolchain";
import { OLDEST_PULUMI_VERSION, PULUMI_VERSION } from "./version";

export interface ToolchainOptions {
  /** Gets a line of progress at least every few seconds. Default: no progress is shown. */
  readonly log?: Log;
}

/**
 * A Pulumi CLI: the one on PATH if it is recent enough, else the official download, else one built from its Go module.
 * The result is kept in the user's cache folder, so only the first call takes long.
 * @throws Error that says why none of the three works and what to install
 */
export async function prepareToolchain({ log = () => {} }: ToolchainOptions = {}): Promise<Toolchain> {
  const root = cacheDirectory(`${PULUMI_VERSION}-${process.arch}`);
  const downloaded = join(root, "official");
  const built = join(root, "built");
  const checkout = createHash("sha256").update(__dirname).digest("hex").slice(0, 12);
  const bin = join(root, `bin-${checkout}`);
  const failures: string[] = [];
  const attempt = async (way: string, action: () => Toolchain | Promise<Toolchain>): Promise<Toolchain | undefined> => {
    try {
      return await action();
    } catch (error) {
      failures.push(`- ${way}: ${(error as Error).message}`);
      return undefined;
    }
  };

  const installed = await attempt("installed CLI", findInstalled);
  if (installed) return installed;
  if (existsSync(join(downloaded, "bin", "pulumi"))) return inspect(join(downloaded, "bin", "pulumi"));
  if (existsSync(join(built, "pulumi"))) return assemble(built, bin);

  const prepared = await withLock(join(root, "lock"), log, async () => {
    // Another process may have prepared it while this one waited.
    if (existsSync(join(built, "pulumi"))) return assemble(built, bin);
    if (existsSync(join(downloaded, "bin", "pulumi"))) return inspect(join(downloaded, "bin", "pulumi"));
    return (
      (await attempt("official download", () => download(downloaded, log))) ??
      (await attempt("build from the Go module", async () => {
        await build(built, log);
        return assemble(built, bin);
      }))
    );
  });
  if (prepared) return prepared;
  throw new Error(
    `No Pulumi CLI could be had:\n${failures.join("\n")}\n` +
      `Install Pulumi ${OLDEST_PULUMI_VERSION} or later (https://www.pulumi.com/docs/install/) or Go 1.25 or later, and try again.`,
  );
}
