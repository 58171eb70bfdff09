import { AwsError } from "../errors";
import { parseJson, withEpochSeconds } from "./aws-json";
import type { Protocol } from "./protocol";

/** The method of an operation, and its path with members of the input in braces. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** Members of the input in query parameters, by the parameter's name. */
  readonly query?: Readonly<Record<string, string>>;
}

/** AWS REST JSON: the operation is in the method and path, times are seconds since the epoch. */
export function restJson(routes: readonly Route[]): Protocol {
  return {
    wire: "json",
    parse(_headers, body, { method, path, query }) {
      for (const route of routes) {
        const inPath = route.method === method ? matchPath(route.path, path) : undefined;
        if (inPath === undefined) continue;
        const inQuery = Object.entries(route.query ?? {}).flatMap(([parameter, member]) => {
          const value = query.get(parameter);
          return value === null ? [] : [[member, value] as const];
        });
        const input = { ...(parseJson(body) as object), ...Object.fromEntries(inQuery), ...inPath };
        return { operation: route.operation, input };
      }
      throw new AwsError("UnknownOperationException", `Unknown operation ${method} ${path}`, 404);
    },
    result: (_operation, output, requestId) => ({
      status: 200,
      headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
      body: JSON.stringify(withEpochSeconds(output ?? {})),
    }),
    error: (error, requestId) => ({
      status: error.status,
      headers: { "content-type": "application/json", "x-amzn-requestid": requestId, "x-amzn-errortype": error.code },
      body: JSON.stringify({ Message: error.message }),
    }),
  };
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
