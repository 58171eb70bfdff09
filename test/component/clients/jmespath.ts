import { type JSONValue, registerFunction, search, TYPE_STRING } from "@metrichor/jmespath";
import { load } from "js-yaml";
import type { Pod } from "../../../lab/clients/pods";
import type { PodRequest } from "./request";

interface Foreach {
  list: string;
  context: { name: string; variable: { jmesPath: string } }[];
  preconditions: { all: { key: string; operator: string; value: string }[] };
  patchesJson6902: string;
}

export interface KyvernoPolicy {
  metadata: { annotations: Record<string, string> };
  spec: {
    background: boolean;
    failurePolicy: string;
    rules: {
      name: string;
      match: { any: { resources: { kinds: string[]; operations: string[] } }[] };
      mutate: { foreach: Foreach[] };
    }[];
  };
}

// Kyverno's own functions, as its documentation describes them under "JMESPath".
registerFunction("split", ([text, separator]: [string, string]) => text.split(separator), two());
registerFunction("regex_match", ([pattern, text]: [string, string]) => new RegExp(pattern).test(text), two());
registerFunction(
  "trim_prefix",
  ([text, prefix]: [string, string]) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  two(),
);

function two() {
  return [{ types: [TYPE_STRING] }, { types: [TYPE_STRING] }];
}

/** The Pod that the API server stores when the policy is in force. The evaluator of JMESPath is not ours. */
export function admitWithKyverno(policy: KyvernoPolicy, request: PodRequest): Pod {
  const kind = request.operation === "CREATE" ? "Pod" : "Pod/ephemeralcontainers";
  const pod = structuredClone(request.object);
  const rules = policy.spec.rules.filter(({ match }) =>
    match.any.some(
      ({ resources }) => resources.kinds.includes(kind) && resources.operations.includes(request.operation),
    ),
  );
  for (const { list, context, preconditions, patchesJson6902 } of rules.flatMap(({ mutate }) => mutate.foreach)) {
    const elements = search({ request } as unknown as JSONValue, list) as JSONValue[];
    for (const [elementIndex, element] of elements.entries()) {
      const data: Record<string, JSONValue> = { request: request as unknown as JSONValue, element, elementIndex };
      for (const { name, variable } of context) data[name] = search(data, variable.jmesPath);
      if (!preconditions.all.every((condition) => holds(condition, data))) continue;
      const patched = patchesJson6902.replaceAll(/\{\{(.*?)\}\}/g, (_, expression) => String(search(data, expression)));
      for (const { op, path, value } of load(patched) as { op: string; path: string; value: string }[]) {
        if (op !== "replace") throw new Error(`the patch would ${op} ${path}`);
        replace(pod, path.split("/").slice(1), value);
      }
    }
  }
  return pod;
}

function holds({ key, operator, value }: Foreach["preconditions"]["all"][number], data: JSONValue): boolean {
  const [left, right] = [key, value].map((text) => {
    const expression = /^\{\{(.*)\}\}$/.exec(text)?.[1];
    return expression === undefined ? text : search(data, expression);
  });
  if (operator === "NotEquals") return left !== right;
  if (operator === "AnyNotIn") return !(right as unknown[]).includes(left);
  throw new Error(`the operator ${operator} is not known here`);
}

/** JSON Patch's `replace`, which needs a value to replace. */
function replace(target: unknown, [key = "", ...rest]: string[], value: string): void {
  const parent = target as Record<string, unknown>;
  if (!(key in parent)) throw new Error(`the patch would replace ${key}, which is not there`);
  if (rest.length === 0) parent[key] = value;
  else replace(parent[key], rest, value);
}
