import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, loadAll } from "js-yaml";
import { kyvernoPolicy } from "../../component/clients";
import { rules } from "./cases";
import { assertRewritten, type Pod, podOfOperator, podWithAllImages } from "./pods";
import { goModuleProgram, run, scratch } from "./tools";

const VERSION = "v1.19.1";

export async function checkKyverno(): Promise<string> {
  const module = "github.com/kyverno/kyverno";
  const kyverno = await goModuleProgram("kyverno", module, VERSION, "./cmd/cli/kubectl-kyverno");
  const policy = kyvernoPolicy(rules);
  const once = await apply(kyverno, policy, podWithAllImages());
  assertRewritten(once);
  assertRewritten(await apply(kyverno, policy, once));
  const owned = podOfOperator();
  assert.deepEqual(await apply(kyverno, policy, owned), owned);
  return `kyverno apply ${VERSION}: Pods, once and twice, and a Pod of an operator, which stays as it is`;
}

async function apply(kyverno: string, policy: string, pod: Pod): Promise<Pod> {
  const folder = scratch();
  writeFileSync(join(folder, "policy.yaml"), policy);
  writeFileSync(join(folder, "pod.yaml"), dump(pod));
  const result = join(folder, "result.yaml");
  await run(kyverno, ["apply", "policy.yaml", "--resource", "pod.yaml", "--output", result], { cwd: folder });
  return loadAll(readFileSync(result, "utf8"))[0] as Pod;
}
