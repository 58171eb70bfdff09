import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Properties } from "../../../local/provider/wire";

/** An answer, or an exception's name and message. */
type Answer = Properties | [exception: string, message: string];

/**
 * Answers calls of AWS from a list for each operation; the last answer is repeated. The operation of a REST call is its
 * method and path, without the random clientToken.
 */
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
      const target = request.headers["x-amz-target"];
      const operation = target
        ? (String(target).split(".").at(-1) ?? "")
        : `${request.method} ${request.url?.replace(/clientToken=[^&]*&/, "")}`;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      if (String(request.headers["content-type"]).includes("form")) {
        fake.answerQuery(Object.fromEntries(new URLSearchParams(text)), response);
        return;
      }
      fake.calls.push({ operation, body: JSON.parse(text || "{}") as Properties });
      const answer = fake.next(operation);
      const failed = Array.isArray(answer);
      response.writeHead(failed ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(failed ? { __type: answer[0], message: answer[1] } : answer));
    });
    return fake;
  }

  private next(operation: string): Answer {
    const queue = this.answers[operation] ?? [["UnknownOperationException", operation]];
    return (queue.length > 1 ? queue.shift() : queue[0]) ?? {};
  }

  /** A call of the query protocol, whose answer has its result as `xml`. */
  private answerQuery(
    { Action = "", Version, ...body }: Properties & { Action?: string },
    response: ServerResponse,
  ): void {
    this.calls.push({ operation: Action, body });
    const answer = this.next(Action);
    const failed = Array.isArray(answer);
    response.writeHead(failed ? 400 : 200, { "content-type": "text/xml" });
    response.end(
      failed
        ? `<ErrorResponse><Error><Code>${answer[0]}</Code><Message>${answer[1]}</Message></Error></ErrorResponse>`
        : `<${Action}Response><${Action}Result>${answer.xml ?? ""}</${Action}Result></${Action}Response>`,
    );
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
