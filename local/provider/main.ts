import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { exitWithParent } from "../pulumi-cli/from-source/language/process";
import { awsPlugin } from "./aws/plugin";
import { perConnection } from "./connections";
import type { Plugin } from "./plugin";
import { recorderPlugin } from "./recorder";
import { providerService } from "./service";
import { PLUGIN_VERSION } from "./version";

// Pulumi starts this as `pulumi-resource-<name> <engine address>`, or attaches to it if PULUMI_DEBUG_PROVIDERS has its port.
// The launcher puts the name first.
const name = process.argv[2] ?? "";
const plugin = (): Plugin => (name === "aws" ? awsPlugin() : recorderPlugin(name));
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(
  ResourceProviderService,
  perConnection(() => providerService(plugin(), PLUGIN_VERSION)),
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  exitWithParent();
  console.log(String(port));
});
