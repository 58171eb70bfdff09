import type { CacheRule } from "../images";
import { podMutation } from "./cel";
import type { PodPolicyOptions } from "./pod-policy";
import { toYaml } from "./yaml";

const NAME = "pull-through-cache";

/**
 * A `MutatingAdmissionPolicy` and its binding as YAML: the API server gives Pods the cache's image names when they are
 * created, in containers, init containers, ephemeral containers and image volumes. It rewrites names like `cacheImage`, and
 * nothing has to be installed in the cluster.
 *
 * - Needs Kubernetes 1.36 or later, where `admissionregistration.k8s.io/v1` has this kind. (1.34 and 1.35 have it as
 *   `v1beta1`, which is off by default.)
 * - Only Pods are changed, not the Deployments behind them, so that GitOps tools see no difference.
 * - Existing Pods and their ephemeral containers are not changed: Kubernetes would restart or refuse them.
 * - Images with a digest, `auto` of Istio, and Pods that an operator created keep their images, unless the options say
 *   otherwise. An operator may compare its Pod with its own image, and create it again for ever.
 * - An error in the evaluation never stops a Pod, unless `failurePolicy` is `Fail`.
 *
 * Source: Kubernetes Documentation, "Mutating Admission Policy" and "Common Expression Language in Kubernetes"; cloudnative-pg/cloudnative-pg#10418.
 *
 * @throws Error if a rule has characters that no host or repository has.
 */
export function mutatingAdmissionPolicy(rules: readonly CacheRule[], options: PodPolicyOptions = {}): string {
  const { failurePolicy = "Ignore" } = options;
  return toYaml([
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name: NAME },
      spec: {
        failurePolicy,
        // Other policies and webhooks may add containers after this one ran.
        reinvocationPolicy: "IfNeeded",
        ...podMutation(rules, options),
      },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name: NAME },
      spec: { policyName: NAME },
    },
  ]);
}
