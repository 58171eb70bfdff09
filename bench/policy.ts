/**
 * What the policy pack adds to a preview or an update: processor time of its process, for a cache of 50 registries and
 * for every 1,000 resources that have nothing to do with it. Measured through the functions that serve the engine.
 *
 *   npx tsc --build policy-pack && npx tsx bench/policy.ts
 *
 * Prints the table that bench/policy.results.md keeps.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { policies } from "../policy-pack/policies";
import { rule, scanning, template } from "../test/policy/support";

const RUNS = 11;
const compiled = join(__dirname, "../policy-pack/dist/policies.js");

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
type MakeServe = (name: string, version: string, level: string, pack: typeof policies) => Serve;

// Not among the package's types: these answer the engine's calls.
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = createRequire(__filename)("@pulumi/policy/server") as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  MakeServe
>;

/** Milliseconds of processor time that judging the stack once takes: every resource by itself, then all of them. */
async function judge(resources: readonly Resource[]): Promise<number> {
  const each = makeAnalyzeRpcFun("pack", "1.0.0", "advisory", policies);
  const whole = makeAnalyzeStackRpcFun("pack", "1.0.0", "advisory", policies);
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

/** Processor time of a fresh process that loads the pack. */
function load(): number {
  const script = `require(${JSON.stringify(compiled)}); console.log(JSON.stringify(process.cpuUsage()))`;
  return milliseconds(JSON.parse(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout));
}

async function median(measure: () => number | Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await measure());
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const row = (title: string, time: number) => `| ${title} | ${Math.round(time)} ms |`;
  const one = await median(() => judge(stack(1, 0)));
  const many = await median(() => judge(stack(1, 1000)));
  console.log(
    [
      "# What the policy pack adds",
      "",
      `Processor time of the pack's process, medians of ${RUNS}; ${cpus()[0]?.model ?? "unknown processor"}, Node.js ${process.version}. Reproduce: bench/policy.ts.`,
      "",
      "| | |",
      "|---|---|",
      row("Starting the pack", await median(load)),
      row("A cache of 50 registries (101 resources)", await median(() => judge(stack(50, 0)))),
      row("1,000 unrelated resources in a stack without a cache", await median(() => judge(stack(0, 1000)))),
      row("1,000 unrelated resources beside a cache", many - one),
    ].join("\n"),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
