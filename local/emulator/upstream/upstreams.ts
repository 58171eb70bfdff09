import { randomBytes } from "node:crypto";
import { sha256 } from "../digest";
import { basicAuthorization } from "../http/authorization";
import { parseRegistryPath } from "../http/registry-path";
import { type HttpReply, json } from "../http/reply";
import type { Target } from "../http/target";
import catalogue from "./catalogue.json";
import { tokenIssuer, type UpstreamHost, upstreamHost } from "./hosts";
import { buildImage, buildReferrer, type Content } from "./images";

const DOCKER_HUB = "registry-1.docker.io";
/** Source: kubernetes-sigs/promo-tools#1945 for both. */
const WITHOUT_REFERRERS = ["ghcr.io", "registry.k8s.io"];
const CATALOGUE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = catalogue;
const DEFAULT_LOGIN = { username: "demo-user", accessToken: "demo-token" };

interface Repository {
  readonly tags: Map<string, string>;
  readonly content: Map<string, Content>;
  /** By the digest of their subject. */
  readonly referrers: Map<string, string[]>;
}

const refused = (status: number, code: string, message: string) => json(status, { errors: [{ code, message }] });

/** Stand-ins for the public registries, by host name. */
export class Upstreams {
  /** How many requests each host got. */
  readonly counts = new Map<string, number>();
  /** The login that a host accepts. */
  readonly logins = new Map<string, typeof DEFAULT_LOGIN>();
  /** How many manifests a host still serves before it answers 429 Too Many Requests. */
  readonly limits = new Map<string, number>();
  /** Hosts whose connections are dropped. */
  readonly offline = new Set<string>();
  /** By host and name. */
  private readonly repositories = new Map<string, Repository>();
  /** Issued bearer tokens, each valid for one registry. */
  private readonly tokens = new Map<string, string>();
  private published = 0;

  reset(): void {
    for (const held of [this.counts, this.logins, this.limits, this.offline, this.repositories, this.tokens])
      held.clear();
  }

  /** Publishes a new image with a tag, like a push. Returns its digest. */
  publish(host: string, repository: string, tag: string): string {
    const digest = add(
      this.repository(host, repository),
      buildImage(`${host}/${repository}:${tag}+${++this.published}`),
    );
    this.repository(host, repository).tags.set(tag, digest);
    return digest;
  }

  publishReferrer(host: string, repository: string, subject: string, artifactType: string): string {
    const to = this.repository(host, repository);
    const digest = add(to, buildReferrer(subject, artifactType));
    to.referrers.set(subject, [...(to.referrers.get(subject) ?? []), digest]);
    return digest;
  }

  /** Undefined if the connection is dropped. */
  answer(target: Target): HttpReply | undefined {
    const issuer = tokenIssuer(target.host, target.path);
    const name = issuer ?? target.host;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (this.offline.has(name)) return undefined;
    const host = upstreamHost(name);
    if (host === undefined) return json(404, {});
    return issuer === undefined ? this.pull(name, host, target) : this.issue(issuer, host, target);
  }

  private issue(name: string, host: UpstreamHost, { authorization }: Target): HttpReply {
    const given = basicAuthorization(authorization);
    const wanted = this.logins.get(name) ?? DEFAULT_LOGIN;
    const right = given?.username === wanted.username && given.password === wanted.accessToken;
    if (given === undefined ? host.credentials : !right)
      return refused(401, "UNAUTHORIZED", "incorrect username or password");
    const token = randomBytes(24).toString("base64url");
    this.tokens.set(token, name);
    return json(200, { token, access_token: token, expires_in: 300 });
  }

  private pull(name: string, host: UpstreamHost, target: Target): HttpReply {
    const token = /^Bearer (\S+)$/i.exec(target.authorization ?? "")?.[1];
    const path = parseRegistryPath(target.path);
    const scope = path !== undefined && path.kind !== "base" ? path.repository : undefined;
    if (host.tokens !== undefined && this.tokens.get(token ?? "") !== name) return challenge(host.tokens, scope);
    if (path === undefined) return refused(404, "NAME_INVALID", "no such path");
    if (path.kind === "base") return json(200, {});
    const { tags, content, referrers } = this.repository(name, path.repository);
    // Docker Hub does not reveal whether a repository exists: an unknown one is "not authorized".
    if (name === DOCKER_HUB && tags.size === 0) return refused(401, "UNAUTHORIZED", "authentication required");
    if (path.kind === "tags") return json(200, { name: path.repository, tags: [...tags.keys()] });
    if (path.kind === "referrers") {
      if (WITHOUT_REFERRERS.includes(name)) return json(404, {});
      return json(200, { manifests: (referrers.get(path.reference) ?? []).map((digest) => ({ digest })) });
    }
    if (path.kind === "manifest" && !this.mayServe(name))
      return refused(429, "TOOMANYREQUESTS", "You have reached your pull rate limit");
    const digest = path.reference.includes(":") ? path.reference : tags.get(path.reference);
    const found = digest === undefined ? undefined : content.get(digest);
    if (digest === undefined || found === undefined) return refused(404, "MANIFEST_UNKNOWN", "manifest unknown");
    const headers = { "content-type": found.mediaType, "docker-content-digest": digest };
    return { status: 200, headers, body: found.body };
  }

  private mayServe(name: string): boolean {
    const left = this.limits.get(name);
    if (left !== undefined) this.limits.set(name, left - 1);
    return left === undefined || left > 0;
  }

  /** A repository, which at first has the images of the catalogue. */
  private repository(host: string, name: string): Repository {
    const key = `${host}/${name}`;
    const known = this.repositories.get(key);
    if (known !== undefined) return known;
    const made: Repository = { tags: new Map(), content: new Map(), referrers: new Map() };
    const repositories = (Object.hasOwn(CATALOGUE, host) ? CATALOGUE[host] : CATALOGUE["*.azurecr.io"]) ?? {};
    for (const tag of (Object.hasOwn(repositories, name) && repositories[name]) || [])
      made.tags.set(tag, add(made, buildImage(`${key}:${tag}`)));
    this.repositories.set(key, made);
    return made;
  }
}

/** Returns the digest of the last part. */
function add({ content }: Repository, parts: readonly Content[]): string {
  const digests = parts.map(({ body }) => sha256(body));
  for (const [index, digest] of digests.entries()) content.set(digest, parts[index] as Content);
  return digests.at(-1) ?? "";
}

function challenge(tokens: NonNullable<UpstreamHost["tokens"]>, repository: string | undefined): HttpReply {
  const scope = repository === undefined ? "" : `,scope="repository:${repository}:pull"`;
  // The real realms use https. A proxy without TLS can only be reached by http.
  const header = `Bearer realm="http://${tokens.host}${tokens.path}",service="${tokens.service}"${scope}`;
  return {
    ...refused(401, "UNAUTHORIZED", "authentication required"),
    headers: { "content-type": "application/json", "www-authenticate": header },
  };
}
