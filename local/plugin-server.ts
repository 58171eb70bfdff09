import {
  type handleUnaryCall,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";

/** Serves a plugin to Pulumi, which reads the port from the first line, until the process that started this one is gone. */
export function serve(service: ServiceDefinition, implementation: UntypedServiceImplementation): void {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(service, implementation);
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    exitWithParent();
    console.log(String(port));
  });
}

/** A call with one answer. `metadataOf` tells more about an error than its message. */
export function unary<Request, Response>(
  answer: (request: Request, call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
  metadataOf: (error: Error) => Metadata | undefined = () => undefined,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answered = async () => answer(call.request, call);
    answered().then(
      (response) => callback(null, response),
      (error: Error) => callback({ code: status.UNKNOWN, details: error.message, metadata: metadataOf(error) }),
    );
  };
}

// A CLI that was killed does not stop its plugins.
function exitWithParent(): void {
  const parent = process.ppid;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 500).unref();
}
