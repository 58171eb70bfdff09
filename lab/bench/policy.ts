/**
 * What a policy pack adds to a preview or an update: processor time of its process, for this pack, for an empty one,
 * and for AWSGuard, Pulumi's own pack for AWS. Measured from the bytes that the engine sends, through the functions
 * that serve it. The packs take turns, so that other work on the machine affects all of them.
 *
 *   npx tsc --build policy-pack && npm ci --prefix lab/bench/policy --ignore-scripts && npx tsx lab/bench/policy.ts
 *
 * Writes lab/bench/policy.results.md.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { interest } from "../../policy-pack/aws/native";
import { readRequests } from "../../policy-pack/kit/requests";
import { policies } from "../../policy-pack/policies";
import { rule, scanning, template } from "../../test/policy-pack/support";
import { median, saveResults } from "./results";

const RUNS = 11;
/** Stacks of 10,000 resources take long. */
const RUNS_OF_LARGE = 5;

type Policies = typeof policies;

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Record<string, unknown>;
}

/** A cache of this many public registries, and unrelated resources. */
function stack(registries: number, unrelated: number): Resource[] {
  if (registries === 0) return Array.from({ length: unrelated }, (_, i) => thing(i));
  const prefixes = Array.from({ length: registries }, (_, i) => `quay${i}`);
  return [
    scanning("scanning"),
    ...prefixes.map((prefix) => rule(`${prefix}-rule`, { ecrRepositoryPrefix: prefix })),
    ...prefixes.map((prefix) => template(prefix, { prefix })),
    ...Array.from({ length: unrelated }, (_, i) => thing(i)),
  ];
}

/** About the size of a bucket or a security group. */
function thing(index: number): Resource {
  const rules = [80, 443, 5432].map((port) => ({
    protocol: "tcp",
    port,
    cidrBlocks: ["10.0.0.0/8"],
    description: "open",
  }));
  const props = { name: `thing-${index}`, tags: { team: "shop", index: String(index) }, rules };
  const type = "aws:ec2/securityGroup:SecurityGroup";
  return { type, name: `thing-${index}`, urn: `urn:pulumi:dev::project::${type}::thing-${index}`, props };
}

function fill<M extends proto.AnalyzeRequest | proto.AnalyzerResource>(message: M, resource: Resource): M {
  message.setType(resource.type);
  message.setName(resource.name);
  message.setUrn(resource.urn);
  message.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(resource.props))));
  message.setOptions(new proto.AnalyzerResourceOptions());
  return message;
}

type Serve = (call: { request: object }, done: (error: unknown) => void) => void;
type MakeServe = (name: string, version: string, level: string, pack: Policies) => Serve;

// These answer the engine's calls. The package has no types for them.
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = createRequire(__filename)("@pulumi/policy/server") as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  MakeServe
>;

type Read = (bytes: Uint8Array) => object;
interface Reading {
  readonly analyze: Read;
  readonly analyzeStack: Read;
}

interface Pack {
  readonly name: string;
  readonly policies: Policies;
  /** How it reads requests. This pack leaves out what it does not check. */
  readonly reading: Reading;
}

const { AnalyzerService } = createRequire(require.resolve("@pulumi/policy"))(
  "@pulumi/pulumi/proto/analyzer_grpc_pb",
) as {
  AnalyzerService: Record<keyof Reading, { requestDeserialize: Read }>;
};

function reading(): Reading {
  const { analyze, analyzeStack } = AnalyzerService;
  return { analyze: analyze.requestDeserialize, analyzeStack: analyzeStack.requestDeserialize };
}

interface Requests {
  readonly each: readonly Uint8Array[];
  readonly stack: Uint8Array;
}

function requestsFor(resources: readonly Resource[]): Requests {
  const stack = new proto.AnalyzeStackRequest();
  stack.setResourcesList(resources.map((resource) => fill(new proto.AnalyzerResource(), resource)));
  return {
    each: resources.map((resource) => fill(new proto.AnalyzeRequest(), resource).serializeBinary()),
    stack: stack.serializeBinary(),
  };
}

/** Milliseconds of processor time to check the stack once: each resource, then all of them together. */
async function judge({ policies: pack, reading }: Pack, { each: single, stack }: Requests): Promise<number> {
  const each = makeAnalyzeRpcFun("pack", "1.0.0", "advisory", pack);
  const whole = makeAnalyzeStackRpcFun("pack", "1.0.0", "advisory", pack);
  const call = (serve: Serve, message: object) =>
    new Promise<void>((resolve, reject) =>
      serve({ request: message }, (error) => (error ? reject(error as Error) : resolve())),
    );
  const start = process.cpuUsage();
  for (const bytes of single) await call(each, reading.analyze(bytes));
  await call(whole, reading.analyzeStack(stack));
  return milliseconds(process.cpuUsage(start));
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

const AWSGUARD = join(__dirname, "policy/node_modules");

/**
 * AWSGuard starts its server when it is constructed, so its policies are taken from what it passes to its base class.
 */
function awsGuard(): Policies {
  const load = createRequire(join(AWSGUARD, "x.js"));
  let taken: Policies = [];
  load("@pulumi/policy").PolicyPack = class {
    constructor(_name: string, args: { policies: Policies }) {
      taken = args.policies;
    }
  };
  new (load("@pulumi/awsguard").AwsGuard)();
  return taken;
}

/** Processor time of a fresh process that loads modules. */
function load(modules: readonly string[]): number {
  const script = `${JSON.stringify(modules)}.forEach((module) => require(module)); console.log(JSON.stringify(process.cpuUsage()))`;
  return milliseconds(JSON.parse(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout));
}

/** Medians of several measurements that take turns. */
async function mediansOf(runs: number, measures: readonly (() => number | Promise<number>)[]): Promise<string[]> {
  const times: number[][] = measures.map(() => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, measure] of measures.entries()) times[index]?.push(await measure());
  }
  return times.map((one) => `${Math.round(median(one))} ms`);
}

async function main(): Promise<void> {
  const asSent = reading();
  readRequests(policies, interest);
  const packs: readonly Pack[] = [
    { name: "this pack", policies, reading: reading() },
    { name: "an empty pack", policies: [], reading: asSent },
    { name: "AWSGuard 0.3.1", policies: awsGuard(), reading: asSent },
  ];
  const stacks: readonly [string, Resource[], number][] = [
    ["a cache of 50 registries (101 resources)", stack(50, 0), RUNS],
    ["400 rules and 400 templates", stack(400, 0), RUNS],
    ["1,000 unrelated resources", stack(0, 1000), RUNS],
    ["10,000 unrelated resources", stack(0, 10_000), RUNS_OF_LARGE],
    ["10,000 unrelated resources beside a cache", stack(1, 10_000), RUNS_OF_LARGE],
  ];
  const ours = ["policies.js", "aws/native.js", "kit/requests.js"].map((file) =>
    join(__dirname, "../../policy-pack/dist", file),
  );
  const modules = [ours, ["@pulumi/policy"], [join(AWSGUARD, "@pulumi/awsguard")]];
  const rows = [["", ...packs.map(({ name }) => name)]];
  rows.push([
    "loading it",
    ...(await mediansOf(
      RUNS,
      modules.map((module) => () => load(module)),
    )),
  ]);
  for (const [name, resources, runs] of stacks) {
    const requests = requestsFor(resources);
    rows.push([
      name,
      ...(await mediansOf(
        runs,
        packs.map((pack) => () => judge(pack, requests)),
      )),
    ]);
  }
  saveResults("policy", "Processor time that policy packs add to a preview or an update", rows);
}

main().then(
  // AWSGuard's AWS clients would keep the process alive.
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
