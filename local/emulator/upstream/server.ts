import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basicAuthorization } from "../http/authorization";
import { foreignRefusal } from "../http/foreign";
import { parseRegistryPath } from "../http/registry-path";
import { type HttpReply, json, send } from "../http/reply";
import { type Target, targetOf } from "../http/target";
import type { UpstreamCredential } from "../settings";
import { tokenIssuer, type UpstreamHost, upstreamHost } from "./hosts";
import { StandInRegistry } from "./registry";

const DOCKER_HUB = "registry-1.docker.io";
/** Source: kubernetes-sigs/promo-tools#1945 for both. */
const WITHOUT_REFERRERS = ["ghcr.io", "registry.k8s.io"];
const DEFAULT_CREDENTIAL: UpstreamCredential = { username: "demo-user", accessToken: "demo-token" };

/** Stand-ins for the public registries, by Host header. */
export interface Upstreams {
  readonly port: number;
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Turns a host off (connections are dropped) or on again. */
  setOnline(host: string, online: boolean): void;
  /** How many manifests a host serves before it answers 429 Too Many Requests. Undefined for no limit. */
  setLimit(host: string, manifests: number | undefined): void;
  setCredential(host: string, credential: UpstreamCredential): void;
  publish(host: string, repository: string, tag: string): string;
  publishReferrer(host: string, repository: string, subject: string, artifactType: string): string;
  requestCounts(): Readonly<Record<string, number>>;
  reset(): void;
  stop(): Promise<void>;
}

export async function startUpstreams(
  credentials: Readonly<Record<string, UpstreamCredential>> = {},
): Promise<Upstreams> {
  const standIns = new StandIns(credentials);
  const serve = (request: IncomingMessage, response: ServerResponse) => standIns.serve(request, response);
  const server = createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve,
    setOnline: (host, online) => standIns.setOnline(host, online),
    setLimit: (host, manifests) => standIns.setLimit(host, manifests),
    setCredential: (host, credential) => standIns.credentials.set(host, credential),
    publish: (host, repository, tag) => standIns.registry(host).publish(repository, tag),
    publishReferrer: (host, repository, subject, artifactType) =>
      standIns.registry(host).publishReferrer(repository, subject, artifactType),
    requestCounts: () => Object.fromEntries(standIns.counts),
    reset: () => standIns.reset(credentials),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

class StandIns {
  readonly counts = new Map<string, number>();
  readonly credentials: Map<string, UpstreamCredential>;
  private readonly registries = new Map<string, StandInRegistry>();
  private readonly offline = new Set<string>();
  /** Manifests that a limited host still serves. */
  private readonly left = new Map<string, number>();
  /** Issued bearer tokens, each valid for one registry. */
  private readonly tokens = new Map<string, string>();

  constructor(credentials: Readonly<Record<string, UpstreamCredential>>) {
    this.credentials = new Map(Object.entries(credentials));
  }

  registry(host: string): StandInRegistry {
    const known = this.registries.get(host) ?? new StandInRegistry(host);
    this.registries.set(host, known);
    return known;
  }

  setOnline(host: string, online: boolean): void {
    if (online) this.offline.delete(host);
    else this.offline.add(host);
  }

  setLimit(host: string, manifests: number | undefined): void {
    if (manifests === undefined) this.left.delete(host);
    else this.left.set(host, manifests);
  }

  reset(credentials: Readonly<Record<string, UpstreamCredential>>): void {
    for (const held of [this.counts, this.registries, this.tokens, this.credentials, this.left]) held.clear();
    this.offline.clear();
    for (const [host, credential] of Object.entries(credentials)) this.credentials.set(host, credential);
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const target = targetOf(request);
    if (target === undefined) {
      send(response, json(400, {}));
      return;
    }
    const refusal = foreignRefusal(request, target);
    if (refusal !== undefined) {
      send(response, refusal);
      return;
    }
    const issuer = tokenIssuer(target.host, target.path);
    const name = issuer ?? target.host;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (this.offline.has(name)) {
      request.socket.destroy();
      return;
    }
    const host = upstreamHost(name);
    const reply =
      host === undefined
        ? json(404, {})
        : issuer === undefined
          ? this.pull(name, host, target, request)
          : this.issue(issuer, host, request);
    send(response, reply, request.method !== "HEAD");
  }

  private issue(name: string, host: UpstreamHost, request: IncomingMessage): HttpReply {
    const given = basicAuthorization(request.headers.authorization);
    const wanted = this.credentials.get(name) ?? DEFAULT_CREDENTIAL;
    const right = given?.username === wanted.username && given.password === wanted.accessToken;
    if (given === undefined ? host.credentials : !right) {
      return json(401, { errors: [{ code: "UNAUTHORIZED", message: "incorrect username or password" }] });
    }
    const token = randomBytes(24).toString("base64url");
    this.tokens.set(token, name);
    return json(200, { token, access_token: token, expires_in: 300 });
  }

  private pull(name: string, host: UpstreamHost, target: Target, request: IncomingMessage): HttpReply {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (host.tokens !== undefined && this.tokens.get(token ?? "") !== name) return challenge(host.tokens, target);
    const path = parseRegistryPath(target.path);
    if (path === undefined) return json(404, { errors: [{ code: "NAME_INVALID", message: "no such path" }] });
    if (path.kind === "base") return json(200, {});
    const registry = this.registry(name);
    // Docker Hub does not reveal whether a repository exists: an unknown one is "not authorized".
    if (name === DOCKER_HUB && registry.tags(path.repository).length === 0) return unauthorized();
    if (path.kind === "tags") return json(200, { name: path.repository, tags: registry.tags(path.repository) });
    if (path.kind === "referrers") {
      if (WITHOUT_REFERRERS.includes(name)) return json(404, {});
      const made = registry.referrersOf(path.repository, path.reference);
      return json(200, { manifests: made.map(({ digest }) => ({ digest })) });
    }
    if (path.kind === "manifest" && !this.mayServe(name)) {
      return json(429, { errors: [{ code: "TOOMANYREQUESTS", message: "You have reached your pull rate limit" }] });
    }
    const tag = path.reference.includes(":") ? undefined : path.reference;
    const images =
      tag === undefined ? registry.imagesOf(path.repository) : [registry.image(path.repository, tag)].filter(isDefined);
    for (const image of images) {
      const digest = tag === undefined ? path.reference : image.digest;
      const manifest = path.kind === "manifest" ? image.manifests.get(digest) : undefined;
      if (manifest !== undefined) return content(manifest.body, manifest.mediaType, digest);
      const blob = path.kind === "blob" ? image.blobs.get(digest) : undefined;
      if (blob !== undefined) return content(blob, "application/octet-stream", digest);
    }
    return json(404, { errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] });
  }

  private mayServe(name: string): boolean {
    const left = this.left.get(name);
    if (left === undefined) return true;
    this.left.set(name, left - 1);
    return left > 0;
  }
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function unauthorized(): HttpReply {
  return json(401, { errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] });
}

function challenge(tokens: NonNullable<UpstreamHost["tokens"]>, target: Target): HttpReply {
  const path = parseRegistryPath(target.path);
  const scope = path !== undefined && path.kind !== "base" ? `,scope="repository:${path.repository}:pull"` : "";
  // The real realms use https. A proxy without TLS can only be reached by http.
  const header = `Bearer realm="http://${tokens.host}${tokens.path}",service="${tokens.service}"${scope}`;
  return {
    ...unauthorized(),
    headers: { "content-type": "application/json", "www-authenticate": header },
  };
}

function content(body: Buffer, mediaType: string, digest: string): HttpReply {
  return { status: 200, headers: { "content-type": mediaType, "docker-content-digest": digest }, body };
}
