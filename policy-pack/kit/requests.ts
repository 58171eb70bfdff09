import { createRequire } from "node:module";
import type { Policies } from "@pulumi/policy";
import type {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { configurationProblems, idleSettings } from "./configuration";
import { noteLater } from "./undecided";

/** A type under another name, and its properties there. */
export interface Translation {
  readonly type: string;
  property(name: string): string;
  properties(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** What the policies want to see of a stack. */
export interface Interest {
  isJudged(type: string): boolean;
  translationOf(type: string): Translation | undefined;
}

interface Method {
  requestDeserialize: (bytes: Uint8Array) => unknown;
}

/**
 * Looks at what the engine sends before the server of @pulumi/policy does, for what that server has no place for. It never
 * shows a pack its whole configuration; it unpacks all resources of a stack once for each policy, of whatever type; and a
 * policy has one type. Where the SDK changes, the policies work as before, but for resources of aws-native.
 */
export function readRequests(policies: Policies, interest: Interest): void {
  // The service that the server registers is the one that @pulumi/policy itself loads.
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
  const problems = configurationProblems(configured, policies);
  // gRPC keeps to itself what is thrown here; what is thrown when the server reads the message, the engine shows.
  if (problems.length > 0) message.getPolicyconfigMap = refusal(problems);
  for (const note of idleSettings(configured, policies)) noteLater(note);
}

function refusal(problems: readonly string[]): () => never {
  const error = new Error(`the configuration is wrong: ${problems.join("; ")}`);
  // The server shows the stack, and a user has no use for it.
  error.stack = error.message;
  return () => {
    throw error;
  };
}

type Message = Pick<
  AnalyzeRequest | AnalyzerResource,
  "getType" | "setType" | "getProperties" | "setProperties" | "clearProvider"
>;

/** Leaves of a resource that no policy looks at only its name. */
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

/** Leaves out of a stack what no policy looks at and nothing that one looks at depends on. */
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
