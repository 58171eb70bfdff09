import { spawn } from "node:child_process";
import { type ServerWritableStream, status } from "@grpc/grpc-js";
import { type ILanguageRuntimeServer, LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  type InstallDependenciesRequest,
  InstallDependenciesResponse,
  LanguageHandshakeResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { serve, unary } from "../../plugin-server";
import { PULUMI_VERSION } from "../version";
import { exitCode, runPlugin, runProgram, stopAll } from "./runners";

type Calls = Pick<
  ILanguageRuntimeServer,
  "handshake" | "getPluginInfo" | "getRequiredPackages" | "run" | "runPlugin" | "installDependencies" | "cancel"
>;

// Pulumi starts this as `pulumi-language-nodejs [flags] <engine address>`. If it is started without an address, it serves the
// engines that find its port in PULUMI_DEBUG_LANGUAGES. Each has its own connection, and sends its address first.
const startedBy = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const attached = new Map<string, string>();

/** The calls of Pulumi's LanguageRuntime service that are needed to run programs, policy packs and components. */
const calls: Calls = {
  handshake: unary((request, call) => {
    attached.set(call.getPeer(), request.getEngineAddress());
    return new LanguageHandshakeResponse();
  }),
  getPluginInfo: unary(() => {
    const info = new PluginInfo();
    info.setVersion(PULUMI_VERSION);
    return info;
  }),
  // The engine asks for a plugin when a program uses it.
  getRequiredPackages: unary(() => new GetRequiredPackagesResponse()),
  run: unary((request, call) => {
    const engine = startedBy ?? attached.get(call.getPeer());
    if (engine === undefined) throw new Error("the engine has not given its address");
    const stopped = new AbortController();
    call.once("cancelled", () => stopped.abort());
    return runProgram(request, { engine, isAttached: startedBy === undefined, signal: stopped.signal });
  }),
  runPlugin: streaming(runPlugin),
  installDependencies: streaming(installDependencies),
  cancel: unary(() => {
    stopAll("SIGINT");
    return new Empty();
  }),
};

async function installDependencies(
  stream: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): Promise<void> {
  const cwd = stream.request.getInfo()?.getProgramDirectory() || stream.request.getDirectory();
  const npm = spawn("npm", ["install", "--loglevel", "error"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  for (const output of [npm.stdout, npm.stderr])
    output.on("data", (data: Buffer) => stream.write(new InstallDependenciesResponse().setStderr(data)));
  const code = await exitCode(npm);
  if (code !== 0) throw new Error(`\`npm install\` in ${cwd} exited with code ${code}`);
}

function streaming<Request, Response>(run: (stream: ServerWritableStream<Request, Response>) => Promise<void>) {
  return (stream: ServerWritableStream<Request, Response>): void => {
    run(stream).then(
      () => stream.end(),
      // destroy() would end the stream without a status, for which the engine waits forever.
      (error: Error) => stream.emit("error", Object.assign(error, { code: status.UNKNOWN, details: error.message })),
    );
  };
}

process.once("exit", () => stopAll("SIGKILL"));
serve(LanguageRuntimeService, { ...calls });
