import type { IncomingMessage } from "node:http";

const LIMIT = 64 * 1024 * 1024;

/** The whole body of a request or of a response. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > LIMIT) throw new Error(`A body of more than ${LIMIT} bytes is refused`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
