import { AwsError } from "../errors";
import type { Target } from "../http/target";
import type { Scalars } from "../model/check";
import { type ServiceModel, shapeOf } from "../model/model";
import type { Protocol } from "./protocol";

export const JSON_SCALARS: Scalars = {
  number: (value) => value,
  boolean: (value) => value,
  timestamp: (value) => (typeof value === "number" ? value * 1000 : undefined),
  empty: () => false,
};

/** AWS JSON: the operation in `X-Amz-Target`, times as seconds since the epoch. */
export function awsJson({ targetPrefix, jsonVersion }: ServiceModel): Protocol {
  const headers = (requestId: string) => ({
    "content-type": `application/x-amz-json-${jsonVersion}`,
    "x-amzn-requestid": requestId,
  });
  return {
    scalars: JSON_SCALARS,
    parse(given, body) {
      const target = String(given["x-amz-target"] ?? "");
      if (!target.startsWith(`${targetPrefix}.`)) {
        throw new AwsError("UnknownOperationException", `Unknown operation ${target || "(no X-Amz-Target header)"}`);
      }
      return { operation: target.slice(`${targetPrefix}.`.length), input: parseJson(body) };
    },
    result: (_operation, output, requestId) => ({ status: 200, headers: headers(requestId), body: toJson(output) }),
    error: (error, requestId) => ({
      status: error.status,
      headers: { ...headers(requestId), "x-amzn-errortype": error.code },
      body: JSON.stringify({ __type: error.code, message: error.message }),
    }),
  };
}

export function parseJson(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON");
  }
}

export const toJson = (output: unknown) => JSON.stringify(withEpochSeconds(output ?? {}));

function withEpochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withEpochSeconds(item)]));
}

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
