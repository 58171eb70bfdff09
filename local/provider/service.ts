import { Metadata, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  DiffResponse,
  ErrorResourceInitFailed,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  PropertyDiff,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { unary } from "../plugin-server";
import { type DiffArguments, PartialError, type Plugin, type ResourceType } from "./plugin";
import { PLUGIN_VERSION } from "./version";
import { fromStruct, type Properties, secret, toStruct, withoutSecrets } from "./wire";

type Calls = Pick<
  IResourceProviderServer,
  | "configure"
  | "check"
  | "diff"
  | "create"
  | "read"
  | "update"
  | "delete"
  | "invoke"
  | "getSchema"
  | "getPluginInfo"
  | "attach"
>;
type Answer<Request, Response, Of> = (request: Request, of: Of) => Response | Promise<Response>;

/**
 * Pulumi's ResourceProvider service. The engine strips secrets from inputs and marks them in outputs. Without the calls for the
 * provider's own settings, it takes any, and replaces the provider for none: resources have a Region of their own. Source:
 * pulumi-aws#5652, #5656.
 */
export function providerService(makePlugin: () => Plugin): UntypedServiceImplementation {
  // Several engines can attach to one running plugin. Each instance of the provider in each engine has its own connection, and
  // so its own configuration.
  const plugins = new Map<string, Plugin>();
  const ofPlugin = <Request, Response>(answer: Answer<Request, Response, Plugin>) =>
    unary<Request, Response>((request, call) => {
      const plugin = plugins.get(call.getPeer()) ?? makePlugin();
      plugins.set(call.getPeer(), plugin);
      return answer(request, plugin);
    }, metadataOf);
  const ofType = <Request extends { getUrn(): string }, Response>(answer: Answer<Request, Response, ResourceType>) =>
    ofPlugin<Request, Response>((request, plugin) => {
      const token = request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
      return answer(request, plugin.resourceType(token));
    });

  const calls: Calls = {
    configure: ofPlugin((request: ConfigureRequest, plugin) => {
      // Unlike inputs of resources, settings such as access keys arrive marked as secret.
      plugin.configure(withoutSecrets(fromStruct(request.getArgs())) as Properties);
      const response = new ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    check: ofType((request: CheckRequest, type) => {
      const { inputs, refusals } = type.check({
        name: request.getUrn().split("::").slice(3).join("::"),
        old: fromStruct(request.getOlds()),
        inputs: fromStruct(request.getNews()),
        seed: request.getRandomseed_asU8(),
      });
      const response = new CheckResponse();
      response.setInputs(toStruct(inputs));
      // The bridge names no property, so the engine does not print its value.
      response.setFailuresList(refusals.map((reason) => new CheckFailure().setReason(reason)));
      return response;
    }),
    diff: ofType((request: DiffRequest, type) => {
      const args = diffArguments(request);
      const { changed, replaces, deleteBeforeReplace } = type.diff(args);
      const response = new DiffResponse();
      response.setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
      response.setDiffsList([...changed]);
      response.setReplacesList([...replaces]);
      response.setDeletebeforereplace(deleteBeforeReplace);
      response.setHasdetaileddiff(true);
      for (const property of changed) {
        const kind = !(property in args.state) ? "ADD" : !(property in args.inputs) ? "DELETE" : "UPDATE";
        const detail = new PropertyDiff();
        // Like the bridge's, this compares the state with the inputs.
        detail.setKind(PropertyDiff.Kind[replaces.includes(property) ? (`${kind}_REPLACE` as const) : kind]);
        response.getDetaileddiffMap().set(property, detail);
      }
      return response;
    }),
    create: ofType(async (request: CreateRequest, type) => {
      const inputs = fromStruct(request.getProperties());
      const response = new CreateResponse();
      if (request.getPreview()) {
        response.setProperties(toStruct(type.previewCreate(inputs)));
        return response;
      }
      const { id, state } = await type.create(inputs);
      response.setId(id);
      response.setProperties(outputs(state, type));
      return response;
    }),
    read: ofType(async (request: ReadRequest, type) => {
      const inputs = request.getInputs();
      const state = fromStruct(request.getProperties());
      const resource = await type.read(request.getId(), state, inputs && fromStruct(inputs));
      const response = new ReadResponse();
      if (!resource) return response;
      response.setId(resource.id);
      response.setProperties(outputs(resource.state, type));
      response.setInputs(outputs(resource.inputs, type));
      return response;
    }),
    update: ofType(async (request: UpdateRequest, type) => {
      const args = diffArguments(request);
      const state = request.getPreview() ? type.previewUpdate(args) : await type.update(request.getId(), args);
      const response = new UpdateResponse();
      response.setProperties(outputs(state, type));
      return response;
    }),
    delete: ofType(async (request: DeleteRequest, type) => {
      await type.delete(request.getId(), fromStruct(request.getProperties()));
      return new Empty();
    }),
    invoke: ofPlugin(async (request: InvokeRequest, plugin) => {
      const response = new InvokeResponse();
      response.setReturn(toStruct(await plugin.invoke(request.getTok(), fromStruct(request.getArgs()))));
      return response;
    }),
    getSchema: unary(() => {
      const response = new GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(PLUGIN_VERSION);
      return info;
    }),
    attach: unary(() => new Empty()),
  };
  return { ...calls };
}

function diffArguments(request: DiffRequest | UpdateRequest): DiffArguments {
  return {
    oldInputs: fromStruct(request.getOldInputs()),
    state: fromStruct(request.getOlds()),
    inputs: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

function outputs(state: Properties, { secretOutputs }: ResourceType) {
  const marked = secretOutputs.filter((key) => state[key] !== undefined).map((key) => [key, secret(state[key])]);
  return toStruct({ ...state, ...Object.fromEntries(marked) });
}

/** Tells the engine that a resource exists, in the header by which gRPC carries structured errors. */
function metadataOf(error: Error): Metadata | undefined {
  if (!(error instanceof PartialError)) return undefined;
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.resource.id);
  detail.setProperties(toStruct(error.resource.state));
  detail.setReasonsList([error.message]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new Status();
  details.setCode(status.UNKNOWN);
  details.setMessage(error.message);
  details.addDetails(any);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return metadata;
}
