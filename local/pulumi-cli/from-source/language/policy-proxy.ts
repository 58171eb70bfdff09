import {
  credentials,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerHandshakeResponse,
  type AnalyzerStackConfigureRequest,
  AnalyzerStackConfigureResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";

const NO_LIMIT = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * Sits between the engine and a policy pack. The engine sends the stack's name over gRPC after a pack has started, but
 * packs read it from their environment when they start. So the pack starts after the engine has sent the name.
 */
export interface PolicyProxy {
  readonly port: number;
  /** The pack's environment. It is known after the engine's first call. */
  readonly environment: Promise<NodeJS.ProcessEnv>;
  /** Reads the pack's output, connects to the port in its first line, and returns the rest. */
  attach(output: Buffer): Buffer;
  /** Answers all calls that wait for the pack with an error. */
  fail(error: Error): void;
  stop(): void;
}

type Forward = (request: unknown, callback: sendUnaryData<unknown>) => void;

export async function startPolicyProxy(): Promise<PolicyProxy> {
  const stack = deferred<AnalyzerStackConfigureRequest | undefined>();
  const pack = deferred<AnalyzerClient>();
  pack.promise.catch(() => {}); // A pack that ends before any call is no error.

  const server = new Server(NO_LIMIT);
  server.addService(AnalyzerService, {
    ...forwardAll(pack.promise, () => stack.resolve(undefined)),
    handshake: (_: unknown, callback: sendUnaryData<unknown>) => callback(null, new AnalyzerHandshakeResponse()),
    configureStack: (
      call: ServerUnaryCall<AnalyzerStackConfigureRequest, unknown>,
      callback: sendUnaryData<unknown>,
    ) => {
      stack.resolve(call.request);
      callback(null, new AnalyzerStackConfigureResponse());
    },
  });
  const port = await listen(server);

  let firstLine = "";
  let client: AnalyzerClient | undefined;
  const attach = (output: Buffer): Buffer => {
    if (client) return output;
    firstLine += output.toString();
    const end = firstLine.indexOf("\n");
    if (end < 0) return Buffer.alloc(0);
    const connected = new AnalyzerClient(
      `127.0.0.1:${Number(firstLine.slice(0, end))}`,
      credentials.createInsecure(),
      NO_LIMIT,
    );
    client = connected;
    stack.promise.then((request) => configure(connected, request)).then(() => pack.resolve(connected), pack.reject);
    return Buffer.from(firstLine.slice(end + 1));
  };
  return {
    port,
    environment: stack.promise.then(stackEnvironment),
    attach,
    fail: pack.reject,
    stop: () => {
      client?.close();
      server.forceShutdown();
    },
  };
}

function forwardAll(pack: Promise<AnalyzerClient>, onCall: () => void): Record<string, unknown> {
  const forward = (method: string) => (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
    onCall();
    pack.then(
      (client) => (client[method as keyof AnalyzerClient] as Forward).call(client, call.request, callback),
      (error: Error) => callback({ code: status.UNAVAILABLE, details: error.message }),
    );
  };
  return Object.fromEntries(Object.keys(AnalyzerService).map((method) => [method, forward(method)]));
}

function configure(client: AnalyzerClient, request: AnalyzerStackConfigureRequest | undefined): Promise<void> {
  if (!request) return Promise.resolve();
  return new Promise((resolve, reject) => {
    client.configureStack(request, (error) => {
      // Packs on an older @pulumi/policy do not have this call and need nothing from it.
      if (error && error.code !== status.UNIMPLEMENTED) reject(error);
      else resolve();
    });
  });
}

function stackEnvironment(request: AnalyzerStackConfigureRequest | undefined): NodeJS.ProcessEnv {
  if (!request) return {};
  return {
    PULUMI_NODEJS_ORGANIZATION: request.getOrganization(),
    PULUMI_NODEJS_PROJECT: request.getProject(),
    PULUMI_NODEJS_STACK: request.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(request.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>["resolve"] = () => {};
  let reject: Deferred<T>["reject"] = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
