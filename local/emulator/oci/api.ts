import { randomUUID } from "node:crypto";
import type { Cloud } from "../context";
import type { LoggedRequest, RequestLog } from "../control/request-log";
import { AwsError } from "../errors";
import type { Faults } from "../faults/middleware";
import { basicAuthorization } from "../http/authorization";
import { parseRegistryPath, type RegistryPath } from "../http/registry-path";
import { type HttpReply, json } from "../http/reply";
import type { Target } from "../http/target";
import type { Principal } from "../policy/principal";
import { RegistryError, registryReply } from "./errors";
import type { Puller } from "./pull";
import { readToken } from "./token";

const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const API_VERSION = { "docker-distribution-api-version": "registry/2.0" };

interface Registry {
  readonly account: string;
  readonly region: string;
}

/** The `/v2/` API of ECR's private registries, for pulling. */
export class RegistryApi {
  constructor(
    private readonly cloud: Cloud,
    private readonly puller: Puller,
    private readonly faults: Faults,
    private readonly log: RequestLog,
  ) {}

  async answer(target: Target, registry: Registry, gone: AbortSignal): Promise<HttpReply> {
    const path = parseRegistryPath(target.path);
    const operation = path?.kind ?? "unknown";
    const principal = this.authenticate(target.authorization, registry.region);
    const entry = this.log.add({
      id: randomUUID(),
      time: new Date(this.cloud.clock.now()).toISOString(),
      service: "registry",
      operation,
      ...registry,
      principal: principal?.arn,
      target: `${target.method} ${target.host}${target.path}`,
    });
    const reply = await this.faults
      .around(entry, gone, () => this.reply(target.method, path, registry, principal))
      .catch((error: unknown) => refusal(error, entry));
    entry.status = reply.status;
    return { ...reply, headers: { ...API_VERSION, ...reply.headers } };
  }

  private authenticate(header: string | undefined, region: string): Principal | undefined {
    const given = basicAuthorization(header);
    if (given?.username !== "AWS") return undefined;
    const claims = readToken(given.password, this.cloud.tokenKey);
    if (claims === undefined || claims.region !== region || claims.expiresAt <= this.cloud.clock.now())
      return undefined;
    return claims.principal;
  }

  private async reply(
    method: string,
    path: RegistryPath | undefined,
    registry: Registry,
    principal: Principal | undefined,
  ): Promise<HttpReply> {
    if (principal === undefined) throw new RegistryError("UNAUTHORIZED", "Not Authorized", 401);
    if (method !== "GET" && method !== "HEAD") {
      throw new RegistryError("UNSUPPORTED", "The emulator serves pulls only", 405);
    }
    if (path === undefined) throw new RegistryError("NAME_INVALID", "Invalid repository name", 404);
    if (path.kind === "base") return json(200, {});
    if (path.repository.length > 256 || !REPOSITORY.test(path.repository)) {
      throw new RegistryError("NAME_INVALID", "Invalid repository name", 400);
    }
    const pull = { ...registry, name: path.repository, principal };
    if (path.kind === "tags") return json(200, { name: path.repository, tags: this.puller.tags(pull) });
    if (path.kind === "blob") {
      return content(this.puller.blob(pull, path.reference), "application/octet-stream", path.reference);
    }
    if (path.kind === "referrers") {
      const manifests = (await this.puller.referrers(pull, path.reference)).map((image) => ({
        ...{ mediaType: image.mediaType, digest: image.digest, size: Buffer.byteLength(image.manifest) },
        artifactType: image.artifactMediaType,
      }));
      const mediaType = "application/vnd.oci.image.index.v1+json";
      return { ...json(200, { schemaVersion: 2, mediaType, manifests }), headers: { "content-type": mediaType } };
    }
    const image = await this.puller.pull(pull, path.reference);
    return content(Buffer.from(image.manifest), image.mediaType, image.digest);
  }
}

function content(body: Buffer, mediaType: string, digest: string): HttpReply {
  return { status: 200, headers: { "content-type": mediaType, "docker-content-digest": digest }, body };
}

function refusal(error: unknown, entry: LoggedRequest): HttpReply {
  if (error instanceof RegistryError) {
    entry.error = error.code;
    return registryReply(error);
  }
  if (!(error instanceof AwsError)) throw error;
  // Injected faults in the words of this API.
  const inWords = { ThrottlingException: ["TOOMANYREQUESTS", 429], InternalFailure: ["UNKNOWN", 500] } as const;
  const [code, status] = inWords[error.code as keyof typeof inWords] ?? ["DENIED", 403];
  entry.error = code;
  return registryReply(new RegistryError(code, error.message, status));
}
