import type { CacheRule } from "../images";
import { podMutation } from "./cel";
import type { PodPolicyOptions } from "./pod-policy";
import { toYaml } from "./yaml";

/**
 * A Kyverno `MutatingPolicy` as YAML: Pods get the cache's image names when they are created, in containers, init
 * containers, ephemeral containers and image volumes. It rewrites names like `cacheImage`. Needs Kyverno 1.17 or later.
 *
 * - Only Pods are changed, not the Deployments behind them, so that GitOps tools see no difference.
 * - Existing Pods and their ephemeral containers are not changed: Kubernetes would restart or refuse them.
 * - Images with a digest, `auto` of Istio, and Pods that an operator created keep their images, unless the options say
 *   otherwise. An operator may compare its Pod with its own image, and create it again for ever.
 * - When Kyverno is down, Pods start with their original images, unless `failurePolicy` is `Fail`.
 *
 * Sources: Kyverno, "MutatingPolicy"; cloudnative-pg/cloudnative-pg#10418.
 *
 * @throws Error if a rule has characters that no host or repository has.
 */
export function kyvernoPolicy(rules: readonly CacheRule[], options: PodPolicyOptions = {}): string {
  const { failurePolicy = "Ignore" } = options;
  return toYaml([
    {
      apiVersion: "policies.kyverno.io/v1",
      kind: "MutatingPolicy",
      metadata: { name: "pull-through-cache" },
      spec: { failurePolicy, ...podMutation(rules, options) },
    },
  ]);
}
