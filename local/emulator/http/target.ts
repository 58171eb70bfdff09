import type { IncomingMessage } from "node:http";

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
