import type { CacheRule } from "../images";
import { celMutation } from "./cel";
import { toYaml } from "./yaml";

/**
 * A Kyverno `MutatingPolicy` as YAML. It does the same as `kyvernoPolicy`, with the kind that replaces `ClusterPolicy`.
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
