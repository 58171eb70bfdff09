import type { IncomingMessage } from "node:http";
import { parseRegistryHost } from "../aws";
import { isUpstreamHost } from "../upstream/hosts";
import { type HttpReply, json } from "./reply";
import type { Target } from "./target";

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
