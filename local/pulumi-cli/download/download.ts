import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Log, runWithProgress } from "../progress";
import { inspect, type Toolchain } from "../toolchain";
import { PULUMI_VERSION } from "../version";

const NAME = `pulumi-v${PULUMI_VERSION}-${process.platform}-${process.arch}.tar.gz`;
const ARCHIVE = `https://get.pulumi.com/releases/sdk/${NAME}`;
/** Not from the same host: who can change one of them cannot change the other. */
const CHECKSUMS = `https://github.com/pulumi/pulumi/releases/download/v${PULUMI_VERSION}/pulumi-${PULUMI_VERSION}-checksums.txt`;
const CHECKSUMS_MS = 10_000;
const ARCHIVE_MS = 5 * 60_000;

/**
 * Downloads Pulumi's official release into `directory`, unless it is there.
 * @throws Error when it cannot be reached, is not what Pulumi released, or does not run
 */
export async function download(directory: string, log: Log): Promise<Toolchain> {
  const bin = join(directory, "bin");
  if (existsSync(bin)) return inspect(join(bin, "pulumi"));
  const checksums = (await fetched(CHECKSUMS, CHECKSUMS_MS)).toString("utf8");
  log(`downloading Pulumi ${PULUMI_VERSION}`);
  const archive = await fetched(ARCHIVE, ARCHIVE_MS);
  checkSum(archive, NAME, checksums);
  mkdirSync(directory, { recursive: true });
  const temporary = mkdtempSync(join(directory, "download-"));
  try {
    writeFileSync(join(temporary, NAME), archive);
    // The archive has the folder pulumi.
    await runWithProgress("tar", ["-xzf", NAME], { title: "unpacking Pulumi", cwd: temporary, log });
    inspect(join(temporary, "pulumi", "pulumi"));
    if (!existsSync(bin)) renameSync(join(temporary, "pulumi"), bin);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return inspect(join(bin, "pulumi"));
}

/** @throws Error when the list of SHA-256 checksums has another one for a file, or none */
export function checkSum(content: Buffer, name: string, checksums: string): void {
  const line = checksums.split("\n").find((each) => each.trim().endsWith(` ${name}`));
  const wanted = line?.trim().split(/\s+/)[0];
  const actual = createHash("sha256").update(content).digest("hex");
  if (wanted !== actual) throw new Error(`${name} has another checksum than Pulumi's release`);
}

async function fetched(url: string, timeoutMs: number): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    throw new Error(`${url} is not reachable: ${(cause as Error).message}`);
  }
}
