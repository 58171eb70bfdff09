import {
  Metadata,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
  type CheckRequest,
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  type DiffRequest,
  DiffResponse,
  ErrorResourceInitFailed,
  GetSchemaResponse,
  InvokeResponse,
  PropertyDiff,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { type DiffArguments, type Difference, PartialError, type Plugin, type Refusal } from "./plugin";
import { fromStruct, type Properties, secret, toStruct, withoutSecrets } from "./wire";

type Calls = Pick<
  IResourceProviderServer,
  | "checkConfig"
  | "diffConfig"
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
  | "cancel"
>;

/** Pulumi's ResourceProvider service for a plugin. The engine strips secrets from inputs and marks them in outputs. */
export function providerService(plugin: Plugin, version: string): UntypedServiceImplementation {
  const calls: Calls = {
    checkConfig: unary((request) => checkResponse(fromStruct(request.getNews()), [])),
    // Nothing replaces the provider: resources have a Region of their own. Source: pulumi-aws#5652, #5656.
    diffConfig: unary((request) => {
      const { oldInputs, state, inputs } = diffArguments(request);
      const old = Object.keys(oldInputs).length > 0 ? oldInputs : state;
      const changed = [...new Set([...Object.keys(old), ...Object.keys(inputs)])].filter(
        (key) => JSON.stringify(old[key]) !== JSON.stringify(inputs[key]),
      );
      return diffResponse({ changed, replaces: [], deleteBeforeReplace: false }, { oldInputs: old, state, inputs });
    }),
    configure: unary((request) => {
      // Unlike inputs of resources, settings such as access keys arrive marked as secret.
      plugin.configure(withoutSecrets(fromStruct(request.getArgs())) as Properties);
      const response = new ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    check: unary((request: CheckRequest) => {
      const { inputs, refusals } = plugin.resourceType(tokenOf(request.getUrn())).check({
        name: request.getUrn().split("::").slice(3).join("::"),
        old: fromStruct(request.getOlds()),
        inputs: fromStruct(request.getNews()),
        seed: request.getRandomseed_asU8(),
      });
      return checkResponse(inputs, refusals);
    }),
    diff: unary((request: DiffRequest) => {
      const args = diffArguments(request);
      return diffResponse(plugin.resourceType(tokenOf(request.getUrn())).diff(args), args);
    }),
    create: unary(async (request) => {
      const type = plugin.resourceType(tokenOf(request.getUrn()));
      const inputs = fromStruct(request.getProperties());
      const response = new CreateResponse();
      if (request.getPreview()) {
        response.setProperties(toStruct(type.previewCreate(inputs)));
        return response;
      }
      const { id, state } = await type.create(inputs);
      response.setId(id);
      response.setProperties(outputs(state, type.secretOutputs));
      return response;
    }),
    read: unary(async (request) => {
      const type = plugin.resourceType(tokenOf(request.getUrn()));
      const inputs = request.getInputs();
      const state = fromStruct(request.getProperties());
      const resource = await type.read(request.getId(), state, inputs && fromStruct(inputs));
      const response = new ReadResponse();
      if (!resource) return response;
      response.setId(resource.id);
      response.setProperties(outputs(resource.state, type.secretOutputs));
      response.setInputs(outputs(resource.inputs, type.secretOutputs));
      return response;
    }),
    update: unary(async (request: UpdateRequest) => {
      const type = plugin.resourceType(tokenOf(request.getUrn()));
      const args = diffArguments(request);
      const state = request.getPreview() ? type.previewUpdate(args) : await type.update(request.getId(), args);
      const response = new UpdateResponse();
      response.setProperties(outputs(state, type.secretOutputs));
      return response;
    }),
    delete: unary(async (request) => {
      await plugin.resourceType(tokenOf(request.getUrn())).delete(request.getId(), fromStruct(request.getProperties()));
      return new Empty();
    }),
    invoke: unary(async (request) => {
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
      info.setVersion(version);
      return info;
    }),
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
  };
  return { ...calls };
}

function tokenOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function diffArguments(request: DiffRequest | UpdateRequest): DiffArguments {
  return {
    oldInputs: fromStruct(request.getOldInputs()),
    state: fromStruct(request.getOlds()),
    inputs: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

function outputs(state: Properties, secretOutputs: readonly string[]) {
  const marked = secretOutputs.filter((key) => state[key] !== undefined).map((key) => [key, secret(state[key])]);
  return toStruct({ ...state, ...Object.fromEntries(marked) });
}

function checkResponse(inputs: Properties, refusals: Refusal[]): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    // The bridge names no property, so the engine does not print its value.
    refusals.map(({ reason }) => {
      const failure = new CheckFailure();
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function diffResponse({ changed, replaces, deleteBeforeReplace }: Difference, args: DiffArguments): DiffResponse {
  const response = new DiffResponse();
  response.setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const property of changed) {
    const detail = new PropertyDiff();
    const kind = !(property in args.state) ? "ADD" : !(property in args.inputs) ? "DELETE" : "UPDATE";
    detail.setKind(PropertyDiff.Kind[replaces.includes(property) ? (`${kind}_REPLACE` as const) : kind]);
    // Like the bridge, this compares the state with the inputs.
    detail.setInputdiff(false);
    response.getDetaileddiffMap().set(property, detail);
  }
  return response;
}

function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: Error) => callback(grpcError(error)),
      );
  };
}

function grpcError(error: Error) {
  const metadata = new Metadata();
  if (error instanceof PartialError) {
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
    // The header by which gRPC carries structured errors.
    metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  }
  return { code: status.UNKNOWN, details: error.message, metadata };
}
