import assert from "node:assert/strict";
import { loadAll } from "js-yaml";
import { mutatingAdmissionPolicy } from "../../component/clients";
import { ECR, rules } from "./cases";
import { assertRewritten, type Pod, pod, podWithAllImages } from "./pods";
import { goProgram, run } from "./tools";

const KUBERNETES = ["1.36", "1.37"];

export async function checkAdmission(): Promise<string> {
  const program = await goProgram("admission");
  const [policy] = loadAll(mutatingAdmissionPolicy(rules));
  const containers = [{ name: "main", image: "nginx" }];
  const old = pod({ containers, ephemeralContainers: [{ name: "old", image: "busybox" }] });
  const debugged = pod({ containers, ephemeralContainers: ["old", "new"].map((name) => ({ name, image: "busybox" })) });
  const all = podWithAllImages();
  // The schema that client-go ships is older than image volumes.
  delete all.spec.volumes;
  for (const version of KUBERNETES) {
    const evaluate = async (requests: object[]): Promise<Pod[]> =>
      JSON.parse((await run(program, [version], { input: JSON.stringify({ policy, requests }) })).stdout);
    const [created, attached] = await evaluate([
      { operation: "CREATE", object: all },
      { operation: "UPDATE", subresource: "ephemeralcontainers", object: debugged, oldObject: old },
    ]);
    assertRewritten(created, false);
    assertRewritten((await evaluate([{ operation: "CREATE", object: created }]))[0], false);
    assert.deepEqual(
      [...(attached?.spec.containers ?? []), ...(attached?.spec.ephemeralContainers ?? [])].map(({ image }) => image),
      ["nginx", "busybox", `${ECR}/dockerhub/library/busybox`],
    );
  }
  return `k8s.io/apiserver 0.37.2 with the CEL environments of ${KUBERNETES.join(" and ")}: Pods, once and twice, and new ephemeral containers`;
}
