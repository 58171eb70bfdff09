import { createRequire } from "node:module";
import type { Policies } from "@pulumi/policy";
import type {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { configurationProblems, disabledSettings, idleSettings } from "./configuration";
import { noteLater } from "./undecided";

/** A type and its properties by other names. */
export interface Translation {
  readonly type: string;
  property(name: string): string;
  properties(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** Which types the policies need. */
export interface Interest {
  isJudged(type: string): boolean;
  translationOf(type: string): Translation | undefined;
}

interface Method {
  requestDeserialize: (bytes: Uint8Array) => unknown;
}

/**
 * Reads the engine's requests before the server of @pulumi/policy does, because that server is too limited: it never
 * shows a pack its whole configuration, it unpacks all resources of a stack once for each policy, and a policy has only
 * one type. If the SDK changes, the policies still work, except for resources of aws-native.
 */
export function readRequests(policies: Policies, interest: Interest): void {
  // The service must be the instance that @pulumi/policy itself loads.
  const load = createRequire(require.resolve("@pulumi/policy"));
  const { AnalyzerService } = load("@pulumi/pulumi/proto/analyzer_grpc_pb") as {
    AnalyzerService?: Partial<Record<string, Method>>;
  };
  const { Struct: Empty } = load("google-protobuf/google/protobuf/struct_pb") as { Struct: typeof Struct };
  const after = <M>(method: Method | undefined, then: (message: M) => void) => {
    if (method === undefined) return;
    const { requestDeserialize } = method;
    method.requestDeserialize = (bytes) => {
      const message = requestDeserialize(bytes);
      then(message as M);
      return message;
    };
  };
  after<ConfigureAnalyzerRequest>(AnalyzerService?.configure, (message) => checkConfiguration(message, policies));
  after<AnalyzeRequest>(AnalyzerService?.analyze, (message) => narrow(message, interest, Empty));
  after<AnalyzeStackRequest>(AnalyzerService?.analyzeStack, (message) => narrowStack(message, interest, Empty));
}

const levels = ["advisory", "mandatory", "disabled", "remediate"];

function checkConfiguration(message: ConfigureAnalyzerRequest, policies: Policies): void {
  const configured = [...message.getPolicyconfigMap().entries()].map(([policy, config]) => ({
    policy,
    level: levels[config.getEnforcementlevel()] ?? "",
    settings: config.getProperties()?.toJavaScript() ?? {},
  }));
  const problems = [...configurationProblems(configured, policies), ...disabledSettings(configured, policies)];
  // gRPC swallows errors thrown here. The engine shows errors thrown when the server reads the message.
  if (problems.length > 0) message.getPolicyconfigMap = refusal(problems);
  for (const note of idleSettings(configured, policies)) noteLater(note);
}

function refusal(problems: readonly string[]): () => never {
  const error = new Error(`the configuration is wrong: ${problems.join("; ")}`);
  // The server would print the stack trace, which does not help users.
  error.stack = error.message;
  return () => {
    throw error;
  };
}

type Message = Pick<
  AnalyzeRequest | AnalyzerResource,
  "getType" | "setType" | "getProperties" | "setProperties" | "clearProvider"
>;

/** Removes everything except the name from a resource that no policy checks. */
function narrow(message: Message, interest: Interest, Empty: typeof Struct): void {
  const translation = interest.translationOf(message.getType());
  if (translation !== undefined) {
    const properties = translation.properties(message.getProperties()?.toJavaScript() ?? {});
    message.setType(translation.type);
    message.setProperties(Empty.fromJavaScript(properties as Record<string, JavaScriptValue>));
  } else if (!interest.isJudged(message.getType())) {
    message.setProperties(new Empty());
    message.clearProvider();
  }
}

/** Removes resources that no policy checks, unless a checked resource depends on them. */
function narrowStack(message: AnalyzeStackRequest, interest: Interest, Empty: typeof Struct): void {
  const judges = (type: string) => interest.isJudged(type) || interest.translationOf(type) !== undefined;
  const resources = message.getResourcesList();
  const judged = resources.filter((resource) => judges(resource.getType()));
  const feeds = new Set(judged.flatMap((resource) => [...resource.getDependenciesList(), ...feedsOf(resource)]));
  message.setResourcesList(resources.filter((resource) => judges(resource.getType()) || feeds.has(resource.getUrn())));
  for (const resource of message.getResourcesList()) {
    translateFeeds(resource, interest.translationOf(resource.getType()));
    narrow(resource, interest, Empty);
  }
}

function feedsOf(resource: AnalyzerResource): string[] {
  return [...resource.getPropertydependenciesMap().entries()].flatMap(([, urns]) => urns.getUrnsList());
}

function translateFeeds(resource: AnalyzerResource, translation: Translation | undefined): void {
  if (translation === undefined) return;
  const feeds = resource.getPropertydependenciesMap();
  for (const [property, urns] of [...feeds.entries()]) feeds.set(translation.property(property), urns);
}
