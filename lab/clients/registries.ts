import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { run, scratch } from "./tools";

/** Stand-ins for registries, under their real names. Clients reach them through a proxy, and trust its certificate. */
export interface Registries {
  /** Environment variables that send a Go program to the stand-ins. */
  env: Record<string, string>;
  /** File of the certificate that the stand-ins show. */
  certificate: string;
  /** Hosts and paths of the manifests requested since the last call, without repetition. */
  takeManifestRequests(): string[];
  close(): void;
}

/** Hosts whose manifests exist, for any repository; every other host answers 404. */
export async function startRegistries(hosts: string[], serving: (host: string) => boolean): Promise<Registries> {
  const { certificate, key } = await selfSigned(hosts);
  const requests = new Set<string>();
  const registry = createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    const host = request.headers.host ?? "";
    const path = new URL(request.url ?? "/", "https://unused").pathname;
    if (path.includes("/manifests/")) requests.add(host + path);
    answer(serving(host), path, request, response);
  });
  const proxy = createHttpServer((_, response) => response.writeHead(405).end());
  proxy.on("connect", (_request: IncomingMessage, socket: Socket) => {
    socket.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    registry.emit("connection", socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    env: { HTTPS_PROXY: address, https_proxy: address, NO_PROXY: "", no_proxy: "", SSL_CERT_FILE: certificate },
    certificate,
    takeManifestRequests() {
      const taken = [...requests];
      requests.clear();
      return taken;
    },
    close() {
      proxy.close();
      proxy.closeAllConnections();
      registry.closeAllConnections();
    },
  };
}

async function selfSigned(hosts: string[]): Promise<{ certificate: string; key: string }> {
  const folder = scratch();
  const [certificate, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const subject = ["-subj", "/CN=stand-in", "-addext", `subjectAltName=${names}`];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  await run("openssl", [
    "req",
    "-x509",
    ...curve,
    "-nodes",
    "-days",
    "2",
    "-keyout",
    key,
    "-out",
    certificate,
    ...subject,
  ]);
  return { certificate, key };
}

const config = blob("application/vnd.oci.image.config.v1+json", {
  architecture: "amd64",
  os: "linux",
  config: {},
  rootfs: { type: "layers", diff_ids: [] },
});
const manifest = blob("application/vnd.oci.image.manifest.v1+json", {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: config.mediaType, digest: config.digest, size: config.body.length },
  layers: [],
});

function blob(mediaType: string, content: object): { mediaType: string; body: Buffer; digest: string } {
  const body = Buffer.from(JSON.stringify(content));
  return { mediaType, body, digest: `sha256:${createHash("sha256").update(body).digest("hex")}` };
}

function answer(exists: boolean, path: string, request: IncomingMessage, response: ServerResponse): void {
  if (path === "/v2/") return void response.writeHead(200).end();
  const wanted = path.includes("/manifests/")
    ? manifest
    : path.endsWith(`/blobs/${config.digest}`)
      ? config
      : undefined;
  if (!exists || wanted === undefined) return void response.writeHead(404).end();
  response.writeHead(200, {
    "Content-Type": wanted.mediaType,
    "Content-Length": wanted.body.length,
    "Docker-Content-Digest": wanted.digest,
  });
  response.end(request.method === "HEAD" ? undefined : wanted.body);
}
