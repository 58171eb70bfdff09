/** Which Pods a policy changes, and how. */
export interface PodPolicyOptions {
  /**
   * What to do with images with a digest: `leave` (default) keeps their names, `rewrite` rewrites them too. A cache serves a
   * digest only if it already has that image.
   */
  digests?: "leave" | "rewrite";
  /**
   * API groups of operators whose Pods are rewritten too: `tekton.dev`. Default: none. Pods of `apps` and `batch` are always
   * rewritten.
   */
  operators?: readonly string[];
  /** A Kubernetes label selector for the namespaces. Default: all. */
  namespaceSelector?: object;
  /** A Kubernetes label selector for the Pods. Default: all. */
  objectSelector?: object;
  /** What happens if the policy cannot be evaluated: `Ignore` (default) starts the Pod as it is, `Fail` refuses it. */
  failurePolicy?: "Ignore" | "Fail";
}
