import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { compiledFile } from "../dist";
import { bareEnvironment } from "../environment";
import { writeLauncher } from "../launcher";
import { type Log, runWithProgress } from "../progress";
import { inspect, type Toolchain } from "../toolchain";
import { PULUMI_VERSION } from "../version";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const DOWNLOAD_MS = 10 * 60_000;
const COMPILE_MS = 30 * 60_000;

// `go install …/cmd/pulumi@version` is refused, since Pulumi's go.mod has replace directives: this one repeats them.
const GO_MOD = `module pulumi-cli

go 1.25.11

replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e

require (
	github.com/pulumi/pulumi/pkg/v3 v${PULUMI_VERSION}
	github.com/pulumi/pulumi/sdk/v3 v${PULUMI_VERSION}
)
`;
// Without a file that imports the command, Go does not treat it as part of this module.
const IMPORT = `//go:build tools\n\npackage tools\n\nimport _ "${PACKAGE}"\n`;

/**
 * Builds the Pulumi CLI from its Go module into `directory`, unless it is there.
 * @throws Error when Go is missing or the build fails
 */
export async function build(directory: string, log: Log): Promise<void> {
  const executable = join(directory, "pulumi");
  if (existsSync(executable)) return;
  mkdirSync(directory, { recursive: true });
  const temporary = mkdtempSync(join(directory, "build-"));
  try {
    writeFileSync(join(temporary, "go.mod"), GO_MOD);
    writeFileSync(join(temporary, "tools.go"), IMPORT);
    const env = { ...bareEnvironment(), GOFLAGS: "-mod=mod", GOWORK: "off", CGO_ENABLED: "0" };
    const go = (title: string, timeoutMs: number, args: string[]) =>
      runWithProgress("go", args, { title, cwd: temporary, env, timeoutMs, log });
    log(`building the Pulumi CLI ${PULUMI_VERSION} from its Go module: once, for some minutes`);
    await go("downloading Go modules", DOWNLOAD_MS, ["mod", "download", "github.com/pulumi/pulumi/pkg/v3"]);
    const flags = `-s -w -X ${VERSION_VARIABLE}=v${PULUMI_VERSION}`;
    const output = join(temporary, "pulumi");
    await go("compiling", COMPILE_MS, ["build", "-v", "-trimpath", "-ldflags", flags, "-o", output, PACKAGE]);
    renameSync(output, executable);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error("there is no `go` on PATH to build it with");
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Puts this checkout's language host next to a built CLI. Pulumi looks for its hosts in the folder of its executable,
 * and several checkouts share one build.
 */
export function assemble(built: string, bin: string): Toolchain {
  mkdirSync(bin, { recursive: true });
  const languageHost = compiledFile("bundle/language-host.js");
  writeLauncher(join(bin, "pulumi-language-nodejs"), languageHost);
  const pulumi = join(bin, "pulumi");
  if (!existsSync(pulumi)) {
    const temporary = `${pulumi}.${process.pid}`;
    linkOrCopy(join(built, "pulumi"), temporary);
    renameSync(temporary, pulumi);
  }
  return { ...inspect(pulumi), languageHost };
}

// Not a symbolic link: Pulumi would look in the folder that it points to.
function linkOrCopy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
    chmodSync(to, 0o755);
  }
}
