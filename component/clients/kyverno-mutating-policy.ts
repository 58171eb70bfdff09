import type { CacheRule } from "../images";
import { celMutation } from "./cel";
import { toYaml } from "./yaml";

/**
 * A Kyverno `MutatingPolicy` as YAML: the same as `kyvernoPolicy` in the kind that takes the place of `ClusterPolicy`.
 * Needs Kyverno 1.17 or later, which has it as `policies.kyverno.io/v1`.
 *
 * Source: Kyverno, "MutatingPolicy".
 */
export function kyvernoMutatingPolicy(rules: readonly CacheRule[]): string {
  return toYaml([
    {
      apiVersion: "policies.kyverno.io/v1",
      kind: "MutatingPolicy",
      metadata: { name: "pull-through-cache" },
      spec: { failurePolicy: "Ignore", ...celMutation(rules) },
    },
  ]);
}
