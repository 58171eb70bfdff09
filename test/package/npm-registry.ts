import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a client published. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
}

/** An npm registry on this machine that accepts everything. */
export async function startNpmRegistry() {
  const documents = new Map<string, string>();
  const published: PublishedPackage[] = [];
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "").slice(1);
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.method === "PUT") {
        const { versions } = JSON.parse(body) as { versions: { [version: string]: PublishedPackage } };
        published.push(...Object.values(versions));
        documents.set(name, body);
      }
      const found = documents.get(name);
      response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(found ?? "{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, published, stop: () => new Promise((resolve) => server.close(resolve)) };
}
