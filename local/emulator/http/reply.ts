import type { IncomingMessage, ServerResponse } from "node:http";

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

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export function send(response: ServerResponse, reply: HttpReply, withBody = true): void {
  const body = Buffer.from(reply.body ?? "");
  response.writeHead(reply.status, { "content-length": String(body.length), ...reply.headers });
  response.end(withBody ? body : undefined);
}

export function json(status: number, value: unknown): HttpReply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
