import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";

/**
 * A service of unary calls that keeps a state for each connection. Several engines can attach to one running plugin. Each
 * instance of the provider in each engine has its own connection, and so its own configuration.
 */
export function perConnection(make: () => UntypedServiceImplementation): UntypedServiceImplementation {
  const made = new Map<string, UntypedServiceImplementation>();
  const serviceOf = (peer: string): UntypedServiceImplementation => {
    const service = made.get(peer) ?? make();
    made.set(peer, service);
    return service;
  };
  const forward =
    (method: string): handleUnaryCall<unknown, unknown> =>
    (call, callback) =>
      (serviceOf(call.getPeer())[method] as handleUnaryCall<unknown, unknown>)(call, callback);
  return Object.fromEntries(Object.keys(make()).map((method) => [method, forward(method)]));
}
