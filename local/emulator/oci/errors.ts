import type { HttpReply } from "../http/reply";
import { UpstreamDenied, UpstreamLimited, UpstreamUnavailable } from "../upstream/client";

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

/** ECR could not get an image from the upstream. The codes are those of ECR's ImageFailure. */
export class UpstreamFailure extends RegistryError {
  constructor(
    readonly failureCode: "UpstreamAccessDenied" | "UpstreamTooManyRequests" | "UpstreamUnavailable",
    code: string,
    message: string,
    status: number,
    override readonly cause: Error,
  ) {
    super(code, message, status);
  }
}

/** The error for the puller if the upstream returned no image. */
export function upstreamFailure(error: unknown): UpstreamFailure | undefined {
  if (error instanceof UpstreamDenied) {
    const message = `Upstream access denied: ${error.message}`;
    return new UpstreamFailure("UpstreamAccessDenied", "DENIED", message, 403, error);
  }
  if (error instanceof UpstreamLimited)
    return new UpstreamFailure("UpstreamTooManyRequests", "TOOMANYREQUESTS", error.message, 429, error);
  if (error instanceof UpstreamUnavailable)
    return new UpstreamFailure("UpstreamUnavailable", "UNAVAILABLE", error.message, 503, error);
  return undefined;
}

export const noRepository = (name: string, registry: string) =>
  new RegistryError(
    "NAME_UNKNOWN",
    `The repository with name '${name}' does not exist in the registry with id '${registry}'`,
    404,
  );

export const noImage = () => new RegistryError("MANIFEST_UNKNOWN", "Requested image not found", 404);

export const denied = (principal: string, action: string, resource: string) =>
  new RegistryError(
    "DENIED",
    `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`,
    403,
  );

export function registryReply(error: RegistryError): HttpReply {
  return {
    status: error.status,
    headers: {
      "content-type": "application/json",
      "docker-distribution-api-version": "registry/2.0",
      ...(error.status === 401
        ? { "www-authenticate": 'Basic realm="https://ecr.amazonaws.com/",service="ecr.amazonaws.com"' }
        : {}),
    },
    body: JSON.stringify({ errors: [{ code: error.code, message: error.message }] }),
  };
}
