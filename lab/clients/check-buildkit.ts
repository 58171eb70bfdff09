import assert from "node:assert/strict";
import { buildkitConfig } from "../../component/clients";
import { ECR, OTHER_ECR, rules } from "./cases";
import { goProgram, run } from "./tools";

export async function checkBuildkit(): Promise<string> {
  const program = await goProgram("buildkit");
  const { stdout } = await run(program, ["docker.io", "ghcr.io", "quay.io", OTHER_ECR], {
    input: buildkitConfig(rules),
  });
  assert.deepEqual(JSON.parse(stdout), {
    "docker.io": [`https://${ECR}/v2/dockerhub`, "https://registry-1.docker.io/v2"],
    "ghcr.io": [`https://${ECR}/v2/gh/packages`, "https://ghcr.io/v2"],
    "quay.io": ["https://quay.io/v2"],
    [OTHER_ECR]: [`https://${ECR}/v2/eu`, `https://${OTHER_ECR}/v2`],
  });
  return "BuildKit 0.30.0, the daemon's own parser and resolver: where it would ask for each registry";
}
