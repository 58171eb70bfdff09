import type { ChildProcess } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { type RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb";
import { optionsEnvironment, readOptions } from "./options";
import { startPolicyProxy } from "./policy-proxy";
import { exitCode, resolveSdkModule, startNode } from "./process";

type PluginStream = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Runs a plugin that is written in JavaScript (a component provider or a policy pack) until it ends or is stopped. */
export async function runPlugin(stream: PluginStream): Promise<void> {
  const isPolicyPack = stream.request.getKind() === "analyzer";
  const code = await (isPolicyPack ? runPolicyPack(stream) : runProvider(stream));
  if (code !== 0) throw new Error(`Program exited with non-zero exit code: ${code}`);
}

async function runProvider(stream: PluginStream): Promise<number> {
  const child = startPlugin(stream, {});
  child.stdout?.on("data", (data: Buffer) => writeOutput(stream, data));
  return exitCode(child);
}

async function runPolicyPack(stream: PluginStream): Promise<number> {
  const proxy = await startPolicyProxy();
  try {
    writeOutput(stream, Buffer.from(`${proxy.port}\n`));
    const child = startPlugin(stream, await proxy.environment);
    child.stdout?.on("data", (data: Buffer) => {
      const rest = proxy.attach(data);
      if (rest.length > 0) writeOutput(stream, rest);
    });
    const code = await exitCode(child);
    proxy.fail(new Error(`the policy pack exited with code ${code}`));
    return code;
  } finally {
    proxy.stop();
  }
}

function startPlugin(stream: PluginStream, environment: NodeJS.ProcessEnv): ChildProcess {
  const request = stream.request;
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() ?? request.getPwd();
  const options = readOptions(info);
  const isPolicyPack = request.getKind() === "analyzer";
  const runner = resolveSdkModule(isPolicyPack ? "cmd/run-policy-pack" : "cmd/run-plugin", directory);
  // A policy pack's runner takes its folder last, every other one first.
  const args = isPolicyPack ? [...request.getArgsList(), directory] : [directory, ...request.getArgsList()];
  const child = startNode([...options.nodeArguments, runner, ...args], {
    cwd: isPolicyPack ? directory : request.getPwd(),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...parseEnvironment(request.getEnvList()), ...optionsEnvironment(options), ...environment },
  });
  child.stderr?.on("data", (data: Buffer) => {
    const response = new RunPluginResponse();
    response.setStderr(data);
    stream.write(response);
  });
  stream.once("cancelled", () => child.kill("SIGKILL"));
  return child;
}

function writeOutput(stream: PluginStream, data: Buffer): void {
  const response = new RunPluginResponse();
  response.setStdout(data);
  stream.write(response);
}

function parseEnvironment(entries: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    entries.map((entry) => {
      const split = entry.indexOf("=", 1);
      return [entry.slice(0, split), entry.slice(split + 1)];
    }),
  );
}
