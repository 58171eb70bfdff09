/**
 * What a policy pack adds to a preview or an update: processor time of its process, for this pack, for an empty one, and for
 * AWSGuard, Pulumi's own pack for AWS. Measured through the functions that serve the engine.
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
import { policies } from "../../policy-pack/policies";
import { rule, scanning, template } from "../../test/policy-pack/support";
import { median, saveResults } from "./results";

const RUNS = 11;
/** Stacks of 10,000 resources take long. */
const RUNS_OF_LARGE = 3;

type Policies = typeof policies;

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Record<string, unknown>;
}

/** A cache of that many public registries, and resources that have nothing to do with it. */
function stack(registries: number, unrelated: number): Resource[] {
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

// Not among the package's types: these answer the engine's calls.
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = createRequire(__filename)("@pulumi/policy/server") as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  MakeServe
>;

/** Milliseconds of processor time that judging the stack once takes: every resource by itself, then all of them. */
async function judge(pack: Policies, resources: readonly Resource[]): Promise<number> {
  const each = makeAnalyzeRpcFun("pack", "1.0.0", "advisory", pack);
  const whole = makeAnalyzeStackRpcFun("pack", "1.0.0", "advisory", pack);
  const requests = resources.map((resource) => fill(new proto.AnalyzeRequest(), resource));
  const request = new proto.AnalyzeStackRequest();
  request.setResourcesList(resources.map((resource) => fill(new proto.AnalyzerResource(), resource)));
  const call = (serve: Serve, message: object) =>
    new Promise<void>((resolve, reject) =>
      serve({ request: message }, (error) => (error ? reject(error as Error) : resolve())),
    );
  const start = process.cpuUsage();
  for (const one of requests) await call(each, one);
  await call(whole, request);
  return milliseconds(process.cpuUsage(start));
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

const AWSGUARD = join(__dirname, "policy/node_modules");

/** AWSGuard serves itself as soon as it is made: its policies are taken from what it gives its base class. */
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

/** Processor time of a fresh process that loads a module. */
function load(module: string): number {
  const script = `require(${JSON.stringify(module)}); console.log(JSON.stringify(process.cpuUsage()))`;
  return milliseconds(JSON.parse(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout));
}

async function medianOf(runs: number, measure: () => number | Promise<number>): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await measure());
  return `${Math.round(median(times))} ms`;
}

async function main(): Promise<void> {
  const packs: readonly [string, Policies][] = [
    ["this pack", policies],
    ["an empty pack", []],
    ["AWSGuard 0.3.1", awsGuard()],
  ];
  const stacks: readonly [string, Resource[], number][] = [
    ["a cache of 50 registries (101 resources)", stack(50, 0), RUNS],
    ["1,000 unrelated resources", stack(0, 1000), RUNS],
    ["10,000 unrelated resources", stack(0, 10_000), RUNS_OF_LARGE],
    ["10,000 unrelated resources beside a cache", stack(1, 10_000), RUNS_OF_LARGE],
  ];
  const modules = [
    join(__dirname, "../../policy-pack/dist/policies.js"),
    "@pulumi/policy",
    join(AWSGUARD, "@pulumi/awsguard"),
  ];
  const rows = [["", ...packs.map(([name]) => name)]];
  rows.push(["loading it", ...(await Promise.all(modules.map((module) => medianOf(RUNS, () => load(module)))))]);
  for (const [name, resources, runs] of stacks) {
    const row = [name];
    for (const [, pack] of packs) row.push(await medianOf(runs, () => judge(pack, resources)));
    rows.push(row);
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
