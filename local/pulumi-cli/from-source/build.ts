import { existsSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiledFile } from "../dist";
import { writeLauncher } from "../launcher";
import { type Log, runWithProgress } from "../progress";
import { inspect, type Toolchain } from "../toolchain";
import { PULUMI_VERSION } from "../version";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

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

export function isBuilt(directory: string): boolean {
  return existsSync(join(directory, "pulumi"));
}

/**
 * Builds the Pulumi CLI from its Go module into `directory`, unless it is there.
 * @throws Error when Go is missing or the build fails
 */
export async function build(directory: string, log: Log): Promise<void> {
  if (isBuilt(directory)) return;
  mkdirSync(directory, { recursive: true });
  const temporary = mkdtempSync(join(directory, "build-"));
  try {
    writeFileSync(join(temporary, "go.mod"), GO_MOD);
    writeFileSync(join(temporary, "tools.go"), IMPORT);
    const env = { GOFLAGS: "-mod=mod", GOWORK: "off", CGO_ENABLED: "0" };
    const go = (title: string, args: string[]) => runWithProgress("go", args, { title, cwd: temporary, env, log });
    log(`building the Pulumi CLI ${PULUMI_VERSION} from its Go module: once, for some minutes`);
    await go("downloading Go modules", ["mod", "download", "github.com/pulumi/pulumi/pkg/v3"]);
    const flags = `-s -w -X ${VERSION_VARIABLE}=v${PULUMI_VERSION}`;
    const output = join(temporary, "pulumi");
    await go("compiling", ["build", "-v", "-trimpath", "-ldflags", flags, "-o", output, PACKAGE]);
    renameSync(output, join(directory, "pulumi"));
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
  writeLauncher(join(bin, "pulumi-language-nodejs"), process.execPath, languageHost);
  const pulumi = join(bin, "pulumi");
  try {
    // Not a symbolic link: Pulumi would look in the folder that it points to.
    linkSync(join(built, "pulumi"), pulumi);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return { ...inspect(pulumi), languageHost };
}
