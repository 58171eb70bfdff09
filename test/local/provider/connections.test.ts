import assert from "node:assert/strict";
import { promisify } from "node:util";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest, InvokeRequest, type InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { perConnection } from "../../../local/provider/connections";
import type { Plugin } from "../../../local/provider/plugin";
import { providerService } from "../../../local/provider/service";
import { fromStruct, type Properties, toStruct } from "../../../local/provider/wire";

/** A plugin whose functions return its configuration. */
function echo(): Plugin {
  let configured: Properties = {};
  return {
    identitySettings: [],
    configure: (settings) => {
      configured = settings;
    },
    resourceType: (token) => {
      throw new Error(`no type ${token}`);
    },
    invoke: async () => configured,
  };
}

describe("a provider plugin that engines attach to", () => {
  const server = new Server();
  const clients: ResourceProviderClient[] = [];
  after(() => {
    for (const client of clients) client.close();
    server.forceShutdown();
  });

  it("has a configuration for each engine", async () => {
    server.addService(
      ResourceProviderService,
      perConnection(() => providerService(echo(), "1.0.0")),
    );
    const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
    const regions = ["eu-west-1", "us-east-1"];
    for (const region of regions) {
      // By default, clients of one process share connections.
      const options = { "grpc.use_local_subchannel_pool": 1 };
      const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
      clients.push(client);
      const request = new ConfigureRequest();
      request.setArgs(toStruct({ region }));
      await promisify(client.configure.bind(client) as (request: ConfigureRequest, done: () => void) => void)(request);
    }
    const seen = clients.map(async (client) => {
      const invoke = client.invoke.bind(client) as (
        request: InvokeRequest,
        done: (error: Error | null, response: InvokeResponse) => void,
      ) => void;
      return fromStruct((await promisify(invoke)(new InvokeRequest())).getReturn()).region;
    });
    assert.deepEqual(await Promise.all(seen), regions);
  });
});
