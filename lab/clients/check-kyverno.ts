import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, loadAll } from "js-yaml";
import { kyvernoMutatingPolicy, kyvernoPolicy } from "../../component/clients";
import { rules } from "./cases";
import { assertRewritten, type Pod, podWithAllImages } from "./pods";
import { goModuleProgram, run, scratch } from "./tools";

const VERSION = "v1.18.2";

export async function checkKyverno(): Promise<string> {
  const module = "github.com/kyverno/kyverno";
  const kyverno = await goModuleProgram("kyverno", module, VERSION, "./cmd/cli/kubectl-kyverno");
  for (const policy of [kyvernoPolicy(rules), kyvernoMutatingPolicy(rules)]) {
    const once = await apply(kyverno, policy, podWithAllImages());
    assertRewritten(once);
    assertRewritten(await apply(kyverno, policy, once));
  }
  return `kyverno apply ${VERSION}: ClusterPolicy and MutatingPolicy on Pods, once and twice`;
}

async function apply(kyverno: string, policy: string, pod: Pod): Promise<Pod> {
  const folder = scratch();
  writeFileSync(join(folder, "policy.yaml"), policy);
  writeFileSync(join(folder, "pod.yaml"), dump(pod));
  const result = join(folder, "result.yaml");
  await run(kyverno, ["apply", "policy.yaml", "--resource", "pod.yaml", "--output", result], { cwd: folder });
  return loadAll(readFileSync(result, "utf8"))[0] as Pod;
}
