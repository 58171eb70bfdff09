import type { ChildProcess } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { type RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb";
import { optionsEnvironment, readOptions } from "./options";
import { exitCode, resolveSdkModule, startNode } from "./process";

type PluginStream = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Runs a plugin that is written in JavaScript (a component provider or a policy pack) until it ends or is stopped. */
export async function runPlugin(stream: PluginStream): Promise<void> {
  const child = startPlugin(stream);
  child.stdout?.on("data", (data: Buffer) => {
    const response = new RunPluginResponse();
    response.setStdout(data);
    stream.write(response);
  });
  const code = await exitCode(child);
  if (code !== 0) throw new Error(`Program exited with non-zero exit code: ${code}`);
}

function startPlugin(stream: PluginStream): ChildProcess {
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
    env: { ...parseEnvironment(request.getEnvList()), ...optionsEnvironment(options) },
  });
  child.stderr?.on("data", (data: Buffer) => {
    const response = new RunPluginResponse();
    response.setStderr(data);
    stream.write(response);
  });
  stream.once("cancelled", () => child.kill("SIGKILL"));
  return child;
}

function parseEnvironment(entries: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    entries.map((entry) => {
      const split = entry.indexOf("=", 1);
      return [entry.slice(0, split), entry.slice(split + 1)];
    }),
  );
}
