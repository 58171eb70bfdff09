/**
 * What the policy pack adds to a preview or an update beside an empty pack: processor time of its process, from the bytes
 * that the engine sends, through the functions of Pulumi's SDK that serve it. The packs take turns. `npm run bench policy`
 * writes lab/bench/policy.results.md.
 */
import { createRequire } from "node:module";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { interest } from "../../policy-pack/aws/native";
import { readRequests } from "../../policy-pack/kit/requests";
import { policies } from "../../policy-pack/policies";
import { resource, rule, scanning, template } from "../../test/policy-pack/support";
import { median, saveResults } from "./results";

const RUNS = 3;

type Resource = ReturnType<typeof resource>;
type Read = (bytes: Uint8Array) => object;
type Serve = (call: { request: object }, done: (error: unknown) => void) => void;
type Policies = typeof policies;
type MakeServe = (name: string, version: string, level: string, pack: Policies) => Serve;

// The packages have no types for these.
const load = createRequire(require.resolve("@pulumi/policy"));
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = load("./server") as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  MakeServe
>;
const { AnalyzerService } = load("@pulumi/pulumi/proto/analyzer_grpc_pb") as {
  AnalyzerService: Record<"analyze" | "analyzeStack", { requestDeserialize: Read }>;
};

const reading = () => ({
  analyze: AnalyzerService.analyze.requestDeserialize,
  analyzeStack: AnalyzerService.analyzeStack.requestDeserialize,
});

/** About the size of a bucket or a security group. */
function unrelated(count: number): Resource[] {
  const rules = [80, 443, 5432].map((port) => ({ protocol: "tcp", port, cidrBlocks: ["10.0.0.0/8"] }));
  return Array.from({ length: count }, (_, i) =>
    resource("aws:ec2/securityGroup:SecurityGroup", `group-${i}`, {
      name: `group-${i}`,
      tags: { team: "shop" },
      rules,
    }),
  );
}

function caches(count: number): Resource[] {
  const prefixes = Array.from({ length: count }, (_, i) => `quay${i}`);
  return [
    scanning("scanning"),
    ...prefixes.map((prefix) => rule(`${prefix}-rule`, { ecrRepositoryPrefix: prefix })),
    ...prefixes.map((prefix) => template(prefix, { prefix })),
  ];
}

function fill<M extends proto.AnalyzeRequest | proto.AnalyzerResource>(message: M, one: Resource): M {
  message.setType(one.type);
  message.setName(one.name);
  message.setUrn(one.urn);
  message.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(one.props))));
  message.setOptions(new proto.AnalyzerResourceOptions());
  return message;
}

/** Milliseconds of processor time to check the stack once: each resource, then all of them together. */
async function judge(
  pack: Policies,
  read: ReturnType<typeof reading>,
  resources: readonly Resource[],
): Promise<number> {
  const stack = new proto.AnalyzeStackRequest();
  stack.setResourcesList(resources.map((one) => fill(new proto.AnalyzerResource(), one)));
  const [whole, each] = [
    stack.serializeBinary(),
    resources.map((one) => fill(new proto.AnalyzeRequest(), one).serializeBinary()),
  ];
  const call = (serve: Serve, request: object) =>
    new Promise<void>((done, failed) => serve({ request }, (error) => (error ? failed(error as Error) : done())));
  const serveEach = makeAnalyzeRpcFun("pack", "1.0.0", "advisory", pack);
  const serveWhole = makeAnalyzeStackRpcFun("pack", "1.0.0", "advisory", pack);
  const start = process.cpuUsage();
  for (const bytes of each) await call(serveEach, read.analyze(bytes));
  await call(serveWhole, read.analyzeStack(whole));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function main(): Promise<void> {
  const asSent = reading();
  readRequests(policies, interest);
  const narrowed = reading();
  const rows = [["", "this pack", "an empty pack"]];
  for (const [name, resources] of [
    ["10,000 unrelated resources", unrelated(10_000)],
    ["10,000 unrelated resources beside a cache", [...caches(1), ...unrelated(10_000)]],
    ["50 caches", caches(50)],
    ["400 caches", caches(400)],
  ] as const) {
    const times: [ours: number[], empty: number[]] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      times[0].push(await judge(policies, narrowed, resources));
      times[1].push(await judge([], asSent, resources));
    }
    rows.push([name, ...times.map((one) => `${Math.round(median(one))} ms`)]);
  }
  saveResults("policy", "Processor time that the policy pack adds to a preview or an update", rows);
}

void main();
