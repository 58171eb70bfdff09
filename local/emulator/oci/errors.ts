import type { HttpReply } from "../http/reply";

/** An error of the OCI distribution API, with Amazon ECR's messages. */
export class RegistryError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** By ECR's codes of an ImageFailure. */
const UPSTREAM_FAILURES = {
  UpstreamAccessDenied: { code: "DENIED", status: 403 },
  UpstreamTooManyRequests: { code: "TOOMANYREQUESTS", status: 429 },
  UpstreamUnavailable: { code: "UNAVAILABLE", status: 503 },
} as const;

/** ECR could not get an image from the upstream. */
export class UpstreamFailure extends RegistryError {
  constructor(
    readonly failureCode: keyof typeof UPSTREAM_FAILURES,
    message: string,
  ) {
    const { code, status } = UPSTREAM_FAILURES[failureCode];
    super(code, message, status);
  }
}

export const upstreamDenied = (reason: string) =>
  new UpstreamFailure("UpstreamAccessDenied", `Upstream access denied: ${reason}`);
export const upstreamUnavailable = (message: string) => new UpstreamFailure("UpstreamUnavailable", message);

/** The rule's secret cannot be used, so the upstream is not called. */
export class UnusableSecret extends UpstreamFailure {
  constructor(reason: string) {
    super("UpstreamAccessDenied", `Upstream access denied: ${reason}`);
  }
}

export const noRepository = (name: string, registry: string) =>
  new RegistryError(
    "NAME_UNKNOWN",
    `The repository with name '${name}' does not exist in the registry with id '${registry}'`,
    404,
  );

export const noImage = () => new RegistryError("MANIFEST_UNKNOWN", "Requested image not found", 404);

export function registryReply({ code, message, status }: RegistryError): HttpReply {
  const login = { "www-authenticate": 'Basic realm="https://ecr.amazonaws.com/",service="ecr.amazonaws.com"' };
  const headers = { "content-type": "application/json", ...(status === 401 ? login : {}) };
  return { status, headers, body: JSON.stringify({ errors: [{ code, message }] }) };
}
