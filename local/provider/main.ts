import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { serve } from "../plugin-server";
import { awsPlugin } from "./aws/plugin";
import { recorderPlugin } from "./recorder";
import { providerService } from "./service";

// Pulumi starts this as `pulumi-resource-<name> <engine address>`, or attaches to it if PULUMI_DEBUG_PROVIDERS has its port.
// The launcher puts the name first.
const name = process.argv[2] ?? "";
serve(
  ResourceProviderService,
  providerService(() => (name === "aws" ? awsPlugin() : recorderPlugin(name))),
);
