import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { PULUMI_VERSION } from "../version";
import { languageHost } from "./language/host";
import { exitWithParent } from "./language/process";

// Pulumi starts this as `pulumi-language-nodejs [flags] <engine address>` and reads the port from the first line. If it is
// started without an address, it serves the engines that find this port in PULUMI_DEBUG_LANGUAGES.
const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, languageHost(engineAddress, PULUMI_VERSION));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  exitWithParent();
  console.log(String(port));
});
