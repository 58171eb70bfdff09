import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Log, runWithProgress } from "../progress";
import { inspect, type Toolchain } from "../toolchain";
import { PULUMI_VERSION } from "../version";

const INSTALLER = "https://get.pulumi.com/install.sh";
const REACHABLE_MS = 10_000;
const DOWNLOAD_MS = 5 * 60_000;

// PulumiCommand.install cannot be interrupted, so it has a process of its own, which can.
const INSTALL = `
const { PulumiCommand } = require(${JSON.stringify(require.resolve("@pulumi/pulumi/automation"))});
const { SemVer } = require(${JSON.stringify(require.resolve("semver"))});
const [root, version] = process.argv.slice(1);
PulumiCommand.install({ root, version: new SemVer(version) }).catch((error) => {
  console.error(String(error.message ?? error));
  process.exitCode = 1;
});`;

/**
 * Downloads Pulumi's official release into `directory`.
 * @throws Error when it cannot be reached or does not run
 */
export async function download(directory: string, log: Log): Promise<Toolchain> {
  await checkReachable();
  const temporary = `${directory}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    await runWithProgress(process.execPath, ["-e", INSTALL, temporary, PULUMI_VERSION], {
      title: `downloading Pulumi ${PULUMI_VERSION}`,
      cwd: dirname(directory),
      env: { ...process.env, HOME: temporary },
      timeoutMs: DOWNLOAD_MS,
      log,
    });
    inspect(join(temporary, "bin", "pulumi"));
    rmSync(directory, { recursive: true, force: true });
    renameSync(temporary, directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return inspect(join(directory, "bin", "pulumi"));
}

async function checkReachable(): Promise<void> {
  try {
    const response = await fetch(INSTALLER, { method: "HEAD", signal: AbortSignal.timeout(REACHABLE_MS) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    throw new Error(`${INSTALLER} is not reachable: ${(cause as Error).message}`);
  }
}
