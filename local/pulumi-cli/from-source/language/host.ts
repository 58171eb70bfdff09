import { spawn } from "node:child_process";
import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  AboutResponse,
  GetRequiredPackagesResponse,
  type InstallDependenciesRequest,
  InstallDependenciesResponse,
  LanguageHandshakeResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { runPlugin } from "./plugin";
import { exitCode, stopChildren } from "./process";
import { runProgram } from "./program";

type Implemented =
  | "handshake"
  | "getPluginInfo"
  | "getRequiredPackages"
  | "about"
  | "run"
  | "runPlugin"
  | "installDependencies"
  | "cancel";

type Answer<Request, Response> = (
  request: Request,
  call: ServerUnaryCall<Request, Response>,
) => Response | Promise<Response>;

/**
 * The calls of Pulumi's LanguageRuntime service that are needed to run programs, policy packs and components. A host that
 * no engine has started waits for engines that attach to it. Each has its own connection, and sends its address first.
 */
export function languageHost(startedBy: string | undefined, version: string): UntypedServiceImplementation {
  const attached = new Map<string, string>();
  const calls: Pick<ILanguageRuntimeServer, Implemented> = {
    handshake: unary((request, call) => {
      attached.set(call.getPeer(), request.getEngineAddress());
      return new LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    // The engine asks for a plugin when a program uses it.
    getRequiredPackages: unary(() => new GetRequiredPackagesResponse()),
    about: unary(() => {
      const response = new AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      return response;
    }),
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
      stopChildren();
      return new Empty();
    }),
  };
  return { ...calls };
}

async function installDependencies(
  stream: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): Promise<void> {
  const cwd = stream.request.getInfo()?.getProgramDirectory() || stream.request.getDirectory();
  const npm = spawn("npm", ["install", "--loglevel", "error"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const write = (set: "setStdout" | "setStderr") => (data: Buffer) => {
    const response = new InstallDependenciesResponse();
    response[set](data);
    stream.write(response);
  };
  npm.stdout.on("data", write("setStdout"));
  npm.stderr.on("data", write("setStderr"));
  const code = await exitCode(npm);
  if (code !== 0) throw new Error(`\`npm install\` in ${cwd} exited with code ${code}`);
}

function unary<Request, Response>(answer: Answer<Request, Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => answer(call.request, call))
      .then(
        (response) => callback(null, response),
        (error: Error) => callback({ code: status.UNKNOWN, details: error.message }),
      );
  };
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
