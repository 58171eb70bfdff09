import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parseRegistryHost } from "./aws";
import { AwsApi } from "./aws-api";
import type { Cloud } from "./context";
import { openCloud } from "./context";
import { type Controlled, controlReply } from "./control/api";
import { RequestLog } from "./control/request-log";
import { Dropped, Faults } from "./faults/middleware";
import { type HttpReply, json, send } from "./http/reply";
import { foreignRefusal, type Target, targetOf } from "./http/target";
import { RegistryApi } from "./oci/api";
import { Importer } from "./oci/importer";
import { Puller } from "./oci/pull";
import { isUpstreamHost } from "./upstream/hosts";
import { Upstreams } from "./upstream/upstreams";

const CONTROL = "/_local/";

export interface EmulatorOptions {
  /** Port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** Folder that keeps the state between runs. Default: none, the state is lost at the end. */
  readonly stateDirectory?: string;
  /** Accounts of each organization, by its id (`o-…`). */
  readonly organizations?: Readonly<Record<string, readonly string[]>>;
}

/** A running emulator. */
export interface Emulator {
  /** Endpoint of all AWS APIs, and HTTP proxy for the registries' real names: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the emulator on 127.0.0.1. README.md in this folder describes it. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const cloud = openCloud(options);
  const parts = partsOf(cloud);
  const server = createServer((request, response) => void handle(cloud, parts, request, response));
  // Clients that can fall back to plain HTTP first ask for a TLS tunnel. There is none.
  server.on("connect", (_request, socket: Socket) => {
    socket.end("HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  });
  const port = await listen(server, options.port ?? 0);
  return { url: `http://127.0.0.1:${port}`, port, stop: () => stop(server) };
}

interface Parts {
  readonly aws: AwsApi;
  readonly registries: (target: Target, gone: AbortSignal) => Promise<HttpReply | undefined>;
  readonly controlled: Controlled;
}

function partsOf(cloud: Cloud): Parts {
  const faults = new Faults();
  const log = new RequestLog();
  const upstreams = new Upstreams();
  const importer = new Importer(cloud, (target) => registries(target, new AbortController().signal));
  const puller = new Puller(cloud, importer);
  const registry = new RegistryApi(cloud, puller, faults, log);
  const registries: Parts["registries"] = async (target, gone) => {
    const place = parseRegistryHost(target.host);
    return place === undefined ? upstreams.answer(target) : registry.answer(target, place, gone);
  };
  return {
    aws: new AwsApi(cloud, faults, log, puller),
    registries,
    controlled: { cloud, faults, log, upstreams },
  };
}

async function handle(cloud: Cloud, parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const target = targetOf(request);
    if (target === undefined) return send(response, json(400, { message: "The request's URL is not valid" }));
    const refusal = foreignRefusal(request, target);
    if (refusal !== undefined) return send(response, refusal);
    const reply = await route(parts, request, target, gone.signal).finally(() => cloud.store.save());
    if (!response.destroyed) send(response, reply, target.method !== "HEAD");
  } catch (error) {
    fail(error, request, response);
  }
}

async function route(parts: Parts, request: IncomingMessage, target: Target, gone: AbortSignal): Promise<HttpReply> {
  if (parseRegistryHost(target.host) !== undefined || isUpstreamHost(target.host)) {
    const reply = await parts.registries(target, gone);
    if (reply === undefined) throw new Dropped("close");
    return reply;
  }
  if (target.path.startsWith(CONTROL)) return controlReply(parts.controlled, request, target);
  return parts.aws.answer(request, target, gone);
}

function fail(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  if (error instanceof Dropped) {
    if (error.how === "reset") request.socket.resetAndDestroy();
    else request.socket.destroy();
    return;
  }
  // A bug in the emulator. It is printed, because a silent 500 would look like an injected fault.
  process.stderr.write(`emulator: ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}\n`);
  if (!response.headersSent) send(response, json(500, { message: "The emulator failed; its error output says why" }));
  else response.destroy();
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
