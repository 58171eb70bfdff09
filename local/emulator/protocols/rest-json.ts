import { AwsError } from "../errors";
import type { Target } from "../http/target";
import { type ServiceModel, shapeOf } from "../model/model";
import { JSON_SCALARS, parseJson, toJson } from "./aws-json";
import type { Protocol } from "./protocol";

/** AWS REST JSON: the operation is in the method and path, times are seconds since the epoch. */
export function restJson(model: ServiceModel): Protocol {
  const headers = (requestId: string) => ({ "content-type": "application/json", "x-amzn-requestid": requestId });
  return {
    scalars: JSON_SCALARS,
    parse(_headers, body, line) {
      for (const [operation, { method, path = "", input = "" }] of Object.entries(model.operations)) {
        const inPath = method === line.method ? matchPath(path, line.path) : undefined;
        if (inPath === undefined) continue;
        const given = { ...(parseJson(body) as object), ...queryMembers(model, input, line), ...inPath };
        return { operation, input: given };
      }
      throw new AwsError("UnknownOperationException", `Unknown operation ${line.method} ${line.path}`, 404);
    },
    result: (_operation, output, requestId) => ({ status: 200, headers: headers(requestId), body: toJson(output) }),
    error: (error, requestId) => ({
      status: error.status,
      headers: { ...headers(requestId), "x-amzn-errortype": error.code },
      body: JSON.stringify({ Message: error.message }),
    }),
  };
}

function queryMembers(model: ServiceModel, input: string, { query }: Target): Record<string, string> {
  const members = Object.entries(shapeOf(model, input).elsewhere ?? {}).flatMap(([member, { location, name }]) => {
    const value = location === "querystring" ? query.get(name) : null;
    return value === null ? [] : [[member, value] as const];
  });
  return Object.fromEntries(members);
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    const member = step.startsWith("{") ? step.slice(1, -1) : undefined;
    if (member !== undefined) found[member] = decodeURIComponent(given[index] ?? "");
    else if (step !== given[index]) return undefined;
  }
  return found;
}
