import { Environment } from "@marcbachmann/cel-js";
import type { Pod } from "../../../lab/clients/pods";

/** What the API server asks a policy: a new Pod, or new ephemeral containers in one. */
export interface PodRequest {
  operation: "CREATE" | "UPDATE";
  object: Pod;
  oldObject: Pod | null;
}

/** What both kinds of CEL policy have in common. */
export interface CelPolicy {
  failurePolicy: string;
  reinvocationPolicy?: string;
  matchConstraints: { resourceRules: { operations: string[]; resources: string[] }[] };
  matchConditions: { name: string; expression: string }[];
  variables: { name: string; expression: string }[];
  mutations: { patchType: string; applyConfiguration: { expression: string } }[];
}

const LISTS = ["containers", "initContainers", "ephemeralContainers"] as const;
const RESOURCES = { containers: "pods", ephemeralContainers: "pods/ephemeralcontainers" } as const;

/** The Pod that the API server stores when the policy is in force. The CEL evaluator is not ours. */
export function admitWithCel(policy: CelPolicy, request: PodRequest): Pod {
  const resource = RESOURCES[request.operation === "CREATE" ? "containers" : "ephemeralContainers"];
  const matches = policy.matchConstraints.resourceRules.some(
    ({ operations, resources }) => operations.includes(request.operation) && resources.includes(resource),
  );
  if (!matches) return request.object;

  // Kubernetes knows the types of its variables. This evaluator does not, so a list literal may mix them with strings.
  const environment = new Environment({
    enableOptionalTypes: true,
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
  });
  const variables: Record<string, unknown> = {};
  const given = { request: { operation: request.operation }, object: request.object, oldObject: request.oldObject };
  const evaluate = (expression: string) => environment.evaluate(expression, { ...given, variables });
  if (!policy.matchConditions.every(({ expression }) => evaluate(expression) === true)) return request.object;
  for (const { name, expression } of policy.variables) variables[name] = evaluate(expression);
  return policy.mutations.reduce(
    (pod, { applyConfiguration }) => applied(pod, evaluate(withoutTypes(applyConfiguration.expression)) as Pod),
    request.object,
  );
}

/** `Object{spec: x}` as `{"spec": x}`: the evaluator has maps, not Kubernetes' object types. Others stay, and fail. */
function withoutTypes(expression: string): string {
  const types = /\bObject(\.spec(\.((init|ephemeral)C|c)ontainers|\.volumes(\.image)?)?)?\{/g;
  return expression.replaceAll(types, "{").replaceAll(/(?<=[{,]\s*)(\w+):/g, '"$1":');
}

/** Server-side apply of lists whose key is `name`: items stay where they are. */
function applied(pod: Pod, patch: Pod): Pod {
  const changed = structuredClone(pod);
  for (const list of LISTS) {
    for (const { name, image } of patch.spec[list] ?? []) {
      const container = changed.spec[list]?.find((other) => other.name === name);
      if (container === undefined) throw new Error(`the patch would add the container ${name} to ${list}`);
      container.image = image;
    }
  }
  for (const { name, image } of patch.spec.volumes ?? []) {
    const volume = changed.spec.volumes?.find((other) => other.name === name);
    if (volume?.image === undefined || image === undefined) throw new Error(`the patch would add the volume ${name}`);
    volume.image = { ...volume.image, ...image };
  }
  return changed;
}
