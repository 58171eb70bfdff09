import { Dropped } from "../faults/middleware";
import type { HttpReply } from "../http/reply";
import type { Target } from "../http/target";
import { UpstreamFailure, upstreamDenied, upstreamUnavailable } from "../oci/errors";

export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** Answers as a registry does. Undefined if it cannot be reached. */
export type Registries = (target: Target) => Promise<HttpReply | undefined>;

/** One pull from one registry. The returned function keeps its tokens. */
export function upstreamSession(registries: Registries, host: string, credential: Credential | undefined) {
  const get = async (to: string, path: string, authorization: string | undefined): Promise<HttpReply> => {
    const { pathname, searchParams } = new URL(path, `http://${to}`);
    const target = { method: "GET", host: to, path: pathname, query: searchParams, authorization };
    const reply = await registries(target).catch((error: unknown) => {
      if (error instanceof Dropped) return undefined;
      throw error;
    });
    if (reply === undefined) throw upstreamUnavailable(`${to} cannot be reached`);
    if (reply.status === 429)
      throw new UpstreamFailure("UpstreamTooManyRequests", `${host} answers 429: too many requests`);
    if (reply.status >= 500) throw upstreamUnavailable(`${host} answers ${reply.status}`);
    return reply;
  };
  const denied = () => upstreamDenied(`${host} refuses the credentials`);
  // ECR accepts Basic authorization at once. All other registries need a bearer token.
  let authorization = credential && host.includes(".dkr.ecr.") ? basic(credential) : undefined;
  return async (path: string): Promise<HttpReply> => {
    const first = await get(host, path, authorization);
    if (first.status !== 401) return first;
    const issuer = issuerOf(first);
    if (issuer === undefined) throw denied();
    const issued = await get(issuer.host, issuer.path, credential && basic(credential));
    if (issued.status === 401 || issued.status === 403) throw denied();
    authorization = `Bearer ${(JSON.parse(String(issued.body)) as { token: string }).token}`;
    const second = await get(host, path, authorization);
    if (second.status === 401) throw denied();
    return second;
  };
}

const basic = ({ username, password }: Credential) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/** Where a registry says that its tokens are issued. */
function issuerOf({ headers }: HttpReply): { host: string; path: string } | undefined {
  const header = headers?.["www-authenticate"] ?? "";
  if (!header.startsWith("Bearer ")) return undefined;
  const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? "";
  const { hostname, pathname } = new URL(value("realm"));
  const query = new URLSearchParams({ service: value("service"), scope: value("scope") });
  return { host: hostname, path: `${pathname}?${query}` };
}
