import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../pulumi-cli/cache";
import { type Log, runWithProgress } from "../pulumi-cli/progress";

const VERSION = "v0.22.1";
const MODULE = `github.com/google/go-containerregistry/cmd/crane@${VERSION}`;

/**
 * Makes `crane`, the registry client of Google's go-containerregistry, ready to use: built once from its Go module.
 * @returns the path of the program
 * @throws Error when Go is missing or the module cannot be fetched
 */
export async function prepareCrane({ log = () => {} }: { readonly log?: Log } = {}): Promise<string> {
  const directory = cacheDirectory("crane", VERSION);
  const program = join(directory, "crane");
  if (existsSync(program)) return program;
  await mkdir(directory, { recursive: true });
  const building = await mkdtemp(join(directory, "build-"));
  try {
    const env = { GOBIN: building, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" };
    const title = `building crane ${VERSION} from its Go module`;
    await runWithProgress("go", ["install", MODULE], { title, cwd: building, env, log });
    // Renamed into place at the end, so that an interrupted build is never used.
    await rename(join(building, "crane"), program);
    return program;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error("crane is built with Go, which is not installed: install Go 1.24 or newer (https://go.dev/dl)");
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}
