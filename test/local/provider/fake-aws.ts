import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Properties } from "../../../local/provider/wire";

/** An answer, or an exception's name and message. */
type Answer = Properties | [exception: string, message: string];

/** Answers calls of AWS's JSON protocol from a list for each operation; the last answer is repeated. */
export class FakeAws {
  readonly calls: { operation: string; body: Properties }[] = [];
  answers: Record<string, Answer[]> = {};

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeAws> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const fake = new FakeAws(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", async (request, response) => {
      const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      fake.calls.push({ operation, body: JSON.parse(Buffer.concat(chunks).toString()) as Properties });
      const queue = fake.answers[operation] ?? [["UnknownOperationException", operation]];
      const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? {};
      const failed = Array.isArray(answer);
      response.writeHead(failed ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(failed ? { __type: answer[0], message: answer[1] } : answer));
    });
    return fake;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The inputs of the calls of an operation. */
  bodies(operation: string): Properties[] {
    return this.calls.filter((call) => call.operation === operation).map((call) => call.body);
  }
}
