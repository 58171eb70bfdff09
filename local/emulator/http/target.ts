import type { IncomingMessage } from "node:http";
import { parseRegistryHost } from "../aws";
import { isUpstreamHost } from "../upstream/hosts";
import { type HttpReply, json } from "./reply";

/** What is asked, and where. */
export interface Target {
  readonly method: string;
  /** Lower case, without the port. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The header of that name. */
  readonly authorization?: string;
}

/** Where a request goes: from its absolute URI, which clients send to a proxy, or from its Host header. */
export function targetOf({ method = "GET", url = "/", headers }: IncomingMessage): Target | undefined {
  try {
    const to = new URL(url, `http://${headers.host ?? "127.0.0.1"}`);
    const { authorization } = headers;
    return { method, host: to.hostname.toLowerCase(), path: to.pathname, query: to.searchParams, authorization };
  } catch {
    return undefined;
  }
}

const OWN_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/**
 * The refusal of a request that a web page sent, or that came under a name for which nothing here stands. Browsers say
 * where a page is from; a page's own name that leads to this machine is no name of it.
 */
export function foreignRefusal({ headers }: IncomingMessage, { host }: Target): HttpReply | undefined {
  const known = OWN_NAMES.includes(host) || parseRegistryHost(host) !== undefined || isUpstreamHost(host);
  const site = headers["sec-fetch-site"];
  const isPage = headers.origin !== undefined || (site !== undefined && site !== "none");
  return known && !isPage ? undefined : json(403, { message: "Only programs on this machine are answered" });
}
