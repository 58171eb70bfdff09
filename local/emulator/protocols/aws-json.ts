import { AwsError } from "../errors";
import type { Protocol } from "./protocol";

/** AWS JSON 1.1, or 1.0 by its content type: the operation in `X-Amz-Target`, times as seconds since the epoch. */
export function awsJson(targetPrefix: string, contentType = "application/x-amz-json-1.1"): Protocol {
  return {
    wire: "json",
    parse(headers, body) {
      const target = String(headers["x-amz-target"] ?? "");
      if (!target.startsWith(`${targetPrefix}.`)) {
        throw new AwsError("UnknownOperationException", `Unknown operation ${target || "(no X-Amz-Target header)"}`);
      }
      return { operation: target.slice(targetPrefix.length + 1), input: parseJson(body) };
    },
    result: (_operation, output, requestId) => ({
      status: 200,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId },
      body: JSON.stringify(withEpochSeconds(output ?? {})),
    }),
    error: (error, requestId) => ({
      status: error.status,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId, "x-amzn-errortype": error.code },
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

export function withEpochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withEpochSeconds(item)]));
}
