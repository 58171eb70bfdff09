import { readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { CannotRunError } from "../exit";

/** What takes longer to connect does not connect. */
const CONNECT_MILLISECONDS = 10_000;

/**
 * How clients connect: with time limits, through the proxy of HTTPS_PROXY and NO_PROXY, and with the certificates of
 * AWS_CA_BUNDLE. The SDK for JavaScript reads none of these variables.
 *
 * @param timeout How long to wait for an answer, in seconds.
 */
export function connection(timeout: number) {
  const milliseconds = timeout * 1000;
  const agent = new EnvironmentAgent(certificates());
  return {
    connectionTimeout: Math.min(CONNECT_MILLISECONDS, milliseconds),
    requestTimeout: milliseconds,
    socketTimeout: milliseconds,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  };
}

function certificates(): Buffer | undefined {
  const file = process.env.AWS_CA_BUNDLE;
  if (!file) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotRunError(`AWS_CA_BUNDLE names ${file}, which cannot be read (${code}).`);
  }
}

/** Connects directly or through a proxy, as the environment says for each host. */
class EnvironmentAgent extends Agent {
  private readonly agents = new Map<string, HttpAgent>();

  constructor(private readonly ca: Buffer | undefined) {
    super();
  }

  override connect(_request: unknown, { host, port, secureEndpoint }: AgentConnectOpts): HttpAgent {
    const proxy = getProxyForUrl(`${secureEndpoint ? "https" : "http"}://${host}:${port}`);
    const key = `${proxy} ${secureEndpoint}`;
    const agent = this.agents.get(key) ?? this.create(proxy, secureEndpoint);
    this.agents.set(key, agent);
    return agent;
  }

  private create(proxy: string, isSecure: boolean): HttpAgent {
    const options = { keepAlive: true, maxSockets: 50, ...(isSecure && { ca: this.ca }) };
    if (proxy !== "") return new HttpsProxyAgent(proxy, options);
    return isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  }
}
