import type { CacheRule } from "../images";
import { celMutation } from "./cel";
import { toYaml } from "./yaml";

const NAME = "pull-through-cache";

/**
 * A `MutatingAdmissionPolicy` and its binding as YAML: the API server gives Pods the cache's image names when they are
 * created, in containers, init containers and ephemeral containers. Tags and digests are kept. It rewrites names like
 * `cacheImage`, and nothing has to be installed in the cluster.
 *
 * - Needs Kubernetes 1.36 or later, where `admissionregistration.k8s.io/v1` has this kind. (1.34 and 1.35 have it as
 *   `v1beta1`, which is off by default.)
 * - Only Pods are changed, not the Deployments behind them, so that GitOps tools see no difference.
 * - Existing Pods and their ephemeral containers are not changed: Kubernetes would restart or refuse them.
 * - An error in the evaluation never stops a Pod: it starts with its original images (`failurePolicy: Ignore`).
 *
 * Source: Kubernetes Documentation, "Mutating Admission Policy" and "Common Expression Language in Kubernetes".
 */
export function mutatingAdmissionPolicy(rules: readonly CacheRule[]): string {
  return toYaml([
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name: NAME },
      spec: {
        failurePolicy: "Ignore",
        // Other policies and webhooks may add containers after this one ran.
        reinvocationPolicy: "IfNeeded",
        ...celMutation(rules),
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
