import { request as httpRequest } from "node:http";
import { readBody } from "../http/body";

export interface Credential {
  readonly username: string;
  readonly password: string;
}

export interface UpstreamReply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** The upstream cannot be reached, or answers with a server error. */
export class UpstreamUnavailable extends Error {}
/** The upstream limits the rate. */
export class UpstreamLimited extends Error {}
/** The upstream refuses the credentials. */
export class UpstreamDenied extends Error {}

const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const TIMEOUT = 10_000;

/** Pulls from other registries over HTTP. Their names map to local ports. */
export class UpstreamClient {
  constructor(private readonly portOf: (host: string) => number) {}

  /** One pull from one registry. The returned function keeps its tokens. */
  session(host: string, credential: Credential | undefined): (path: string) => Promise<UpstreamReply> {
    let authorization = credential && !isTokenRegistry(host) ? basic(credential) : undefined;
    return async (path) => {
      const first = await this.get(host, path, authorization);
      if (first.status !== 401) return checked(first, host);
      const issuer = challengeOf(first);
      if (issuer === undefined) throw new UpstreamDenied(`${host} refuses the credentials`);
      authorization = await this.token(host, issuer, credential);
      const second = await this.get(host, path, authorization);
      if (second.status === 401) throw new UpstreamDenied(`${host} refuses the credentials`);
      return checked(second, host);
    };
  }

  private async token(host: string, issuer: Issuer, credential: Credential | undefined): Promise<string> {
    const query = new URLSearchParams({ service: issuer.service, ...(issuer.scope ? { scope: issuer.scope } : {}) });
    const path = `${issuer.realm.pathname}?${query}`;
    const reply = await this.get(issuer.realm.hostname, path, credential && basic(credential));
    if (reply.status === 401 || reply.status === 403) throw new UpstreamDenied(`${host} refuses the credentials`);
    const { token } = JSON.parse(checked(reply, host).body.toString()) as { token: string };
    return `Bearer ${token}`;
  }

  private get(host: string, path: string, authorization: string | undefined): Promise<UpstreamReply> {
    return new Promise((resolve, reject) => {
      const unavailable = (error: Error) =>
        reject(new UpstreamUnavailable(`${host} cannot be reached: ${error.message}`));
      const headers = { host, accept: ACCEPT, ...(authorization ? { authorization } : {}) };
      const options = { host: "127.0.0.1", port: this.portOf(host), path, headers, timeout: TIMEOUT };
      const request = httpRequest(options, (response) => {
        readBody(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          unavailable,
        );
      });
      request.on("timeout", () => request.destroy(new Error("no answer in time")));
      request.on("error", unavailable);
      request.end();
    });
  }
}

const basic = ({ username, password }: Credential) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/** ECR accepts Basic authorization at once. All other registries need a bearer token. */
const isTokenRegistry = (host: string) => !host.includes(".dkr.ecr.");

interface Issuer {
  readonly realm: URL;
  readonly service: string;
  readonly scope?: string;
}

function challengeOf(reply: UpstreamReply): Issuer | undefined {
  const header = String(reply.headers["www-authenticate"] ?? "");
  if (!header.startsWith("Bearer ")) return undefined;
  const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1];
  return { realm: new URL(value("realm") ?? ""), service: value("service") ?? "", scope: value("scope") };
}

function checked(reply: UpstreamReply, host: string): UpstreamReply {
  if (reply.status === 429) throw new UpstreamLimited(`${host} answers 429: too many requests`);
  if (reply.status >= 500) throw new UpstreamUnavailable(`${host} answers ${reply.status}`);
  return reply;
}
