import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The secrets provider of stacks whose keys this service keeps. */
export const KEY_SERVICE = "hashivault://tests";

export interface KeyService {
  /** What commands need to find the service. */
  readonly environment: NodeJS.ProcessEnv;
  /** Makes a stack's key, and returns it as a stack's settings have it: encrypted, in base64. */
  newKey(): string;
  stop(): void;
}

/**
 * Stands in for the key service of a HashiCorp Vault, which decrypts the stacks' keys. With a passphrase in its place, every
 * command would take a sixth of a second of processor time to derive the key.
 */
export async function startKeyService(): Promise<KeyService> {
  const keys = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const { ciphertext } = (await new Response(request as unknown as ReadableStream).json()) as { ciphertext: string };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: { plaintext: keys.get(ciphertext) } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "local" },
    newKey: () => {
      const encrypted = `vault:v1:${randomUUID()}`;
      keys.set(encrypted, randomBytes(32).toString("base64"));
      return Buffer.from(encrypted).toString("base64");
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
