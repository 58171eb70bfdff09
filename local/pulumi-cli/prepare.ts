import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheDirectory } from "./cache";
import { download } from "./download/download";
import { assemble, build, isBuilt } from "./from-source/build";
import type { Log } from "./progress";
import { findInstalled, type Toolchain } from "./toolchain";
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
  const built = join(root, "built");
  const checkout = createHash("sha256").update(__dirname).digest("hex").slice(0, 12);
  const fromSource = async () => {
    await build(built, log);
    return assemble(built, join(root, `bin-${checkout}`));
  };
  if (isBuilt(built)) return attempt({ "installed CLI": findInstalled, "built CLI": fromSource });
  return attempt({
    "installed CLI": findInstalled,
    "official download": () => download(join(root, "official"), log),
    "build from the Go module": fromSource,
  });
}

async function attempt(ways: Readonly<Record<string, () => Toolchain | Promise<Toolchain>>>): Promise<Toolchain> {
  const failures: string[] = [];
  for (const [way, action] of Object.entries(ways)) {
    try {
      return await action();
    } catch (error) {
      failures.push(`- ${way}: ${(error as Error).message}`);
    }
  }
  throw new Error(
    `No Pulumi CLI could be had:\n${failures.join("\n")}\n` +
      `Install Pulumi ${OLDEST_PULUMI_VERSION} or later (https://www.pulumi.com/docs/install/) or Go 1.25 or later, and try again.`,
  );
}
