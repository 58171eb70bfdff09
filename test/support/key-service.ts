import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The secrets provider of stacks whose key this service keeps: `pulumi stack init --secrets-provider`. */
export const KEY_SERVICE = "hashivault://tests";

/**
 * Stands in for the key service of a HashiCorp Vault, which encrypts and decrypts the stacks' keys. With a passphrase in its
 * place, every command would take a sixth of a second of processor time to derive the key.
 */
export async function startKeyService() {
  const keys = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const { plaintext, ciphertext } = (await new Response(request as unknown as ReadableStream).json()) as {
      plaintext?: string;
      ciphertext?: string;
    };
    response.setHeader("content-type", "application/json");
    if (plaintext === undefined) {
      response.end(JSON.stringify({ data: { plaintext: keys.get(ciphertext ?? "") } }));
    } else {
      const handle = `vault:v1:${randomUUID()}`;
      keys.set(handle, plaintext);
      response.end(JSON.stringify({ data: { ciphertext: handle } }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "local" },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
