import type { HttpReply } from "../http/reply";

/** A refusal in the words of the OCI distribution API, with the messages that Amazon ECR gives. */
export class RegistryError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
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
