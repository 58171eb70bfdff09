import type { IncomingMessage } from "node:http";

export interface Target {
  /** Lower case, without the port. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Where a request goes: from its absolute URI, which clients send to a proxy, or from its Host header. */
export function targetOf(request: IncomingMessage): Target | undefined {
  try {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
    return { host: url.hostname.toLowerCase(), path: url.pathname, query: url.searchParams };
  } catch {
    return undefined;
  }
}
