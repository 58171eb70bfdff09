import { readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from "node:https";
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
    if (proxy !== "") return new TunnelAgent(proxy, options);
    return isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  }
}

/** The library gives the certificates only to the connection with the proxy, and takes the proxy's refusal for AWS's. */
class TunnelAgent extends HttpsProxyAgent<string> {
  private readonly certificates: { readonly ca?: Buffer };

  constructor(proxy: string, options: HttpsAgentOptions & { readonly ca?: Buffer }) {
    super(proxy, options);
    this.certificates = options.ca === undefined ? {} : { ca: options.ca };
  }

  override connect(...[request, options]: Parameters<HttpsProxyAgent<string>["connect"]>) {
    request.once("proxyConnect", ({ statusCode, statusText }: ConnectResponse) => {
      if (statusCode === 200) return;
      throw new CannotRunError(`The proxy refuses to connect to ${options.host}: ${statusCode} ${statusText}.`);
    });
    return super.connect(request, { ...options, ...this.certificates } as typeof options);
  }
}

/** Of the library's event, which has no type. */
interface ConnectResponse {
  readonly statusCode: number;
  readonly statusText: string;
}
