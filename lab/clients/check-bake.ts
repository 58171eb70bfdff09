import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bakeFile, cacheEnvironment } from "../../component/clients";
import { rules } from "./cases";
import { goModuleProgram, run, scratch } from "./tools";

const VERSION = "v0.34.1";

export async function checkBake(): Promise<string> {
  const buildx = await goModuleProgram("buildx", "github.com/docker/buildx", VERSION, "./cmd/buildx");
  const cwd = scratch();
  writeFileSync(join(cwd, "docker-bake.hcl"), 'target "default" { inherits = ["pull-through-cache"] }\n');
  writeFileSync(join(cwd, "cache.json"), bakeFile(rules));
  const args = async (env: Record<string, string>) => {
    const { stdout } = await run(buildx, ["bake", "-f", "docker-bake.hcl", "-f", "cache.json", "--print"], {
      cwd,
      env,
    });
    return JSON.parse(stdout).target.default.args;
  };
  assert.deepEqual(await args({}), cacheEnvironment(rules));
  const override = { CACHE_DOCKER_IO: "mirror.example" };
  assert.deepEqual(await args(override), { ...cacheEnvironment(rules), ...override });
  return `docker buildx bake --print ${VERSION}: a target inherits the arguments, the environment overrides them`;
}
