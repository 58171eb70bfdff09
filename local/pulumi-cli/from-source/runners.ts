import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { credentials, type ServerWritableStream } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import {
  type ProgramInfo,
  type RunPluginRequest,
  RunPluginResponse,
  type RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";

// The SDK's runner exits with this code when it has shown the error itself.
const ALREADY_REPORTED = 32;

const children = new Set<ChildProcess>();

export interface Caller {
  /** The engine's address. */
  readonly engine: string;
  /** Whether the engine reads this process's output. It does not if it has attached to a host that was already running. */
  readonly isAttached: boolean;
  /** When aborted, the program is killed. */
  readonly signal: AbortSignal;
}

/** Runs a Pulumi program and returns how it ended. */
export async function runProgram(request: RunRequest, { engine, isAttached, signal }: Caller): Promise<RunResponse> {
  const info = request.getInfo();
  if (!info) throw new Error("the engine named no program to run");
  const directory = info.getProgramDirectory();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: directory,
    parallel: String(request.getParallel()),
  };
  const args = [
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
  const child = start("run", args, info, directory, {
    stdio: isAttached ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  signal.addEventListener("abort", () => child.kill("SIGKILL"));
  const [code] = await Promise.all([exitCode(child), isAttached && logOutput(child, engine)]);
  const response = new RunResponse();
  if (code === ALREADY_REPORTED) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

/** Runs a plugin that is written in JavaScript (a component provider or a policy pack) until it ends or is stopped. */
export async function runPlugin(stream: ServerWritableStream<RunPluginRequest, RunPluginResponse>): Promise<void> {
  const { request } = stream;
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() ?? request.getPwd();
  const isPolicyPack = request.getKind() === "analyzer";
  // A policy pack's runner takes its folder last, every other one first.
  const args = isPolicyPack ? [...request.getArgsList(), directory] : [directory, ...request.getArgsList()];
  const child = start(isPolicyPack ? "run-policy-pack" : "run-plugin", args, info, directory, {
    cwd: isPolicyPack ? directory : request.getPwd(),
    stdio: ["ignore", "pipe", "pipe"],
    env: Object.fromEntries(request.getEnvList().map((entry) => /^(.[^=]*)=(.*)$/s.exec(entry)?.slice(1) ?? [entry])),
  });
  child.stdout?.on("data", (data: Buffer) => stream.write(new RunPluginResponse().setStdout(data)));
  child.stderr?.on("data", (data: Buffer) => stream.write(new RunPluginResponse().setStderr(data)));
  stream.once("cancelled", () => child.kill("SIGKILL"));
  const code = await exitCode(child);
  if (code !== 0) throw new Error(`Program exited with non-zero exit code: ${code}`);
}

/** Starts a runner of the program's own Pulumi SDK, so that both share one SDK. */
function start(
  runner: string,
  args: readonly string[],
  info: ProgramInfo | undefined,
  directory: string,
  options: Parameters<typeof spawn>[2],
): ChildProcess {
  // Of the options in a project's file, only this one has an effect here. Default: true.
  const isTypeScript = info?.getOptions()?.toJavaScript().typescript !== false;
  const env = { ...options.env, ...(isTypeScript && { PULUMI_NODEJS_TYPESCRIPT: "true" }) };
  const child = spawn(process.execPath, [sdkFile(`cmd/${runner}`, directory), ...args], {
    cwd: directory,
    ...options,
    env,
  });
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

function sdkFile(name: string, directory: string): string {
  try {
    return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/${name}`);
  } catch {
    throw new Error(`the Pulumi SDK is not installed in ${directory}: run \`npm install\` there`);
  }
}

/** The exit code of a process, or 1 if a signal ended it. */
export function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Stops everything that was started here. */
export function stopAll(signal: NodeJS.Signals): void {
  for (const child of children) child.kill(signal);
}

/** Sends each line that a process prints to the engine, which shows it like the output of its own plugins. */
async function logOutput({ stdout, stderr }: ChildProcess, engineAddress: string): Promise<void> {
  const engine = new EngineClient(engineAddress, credentials.createInsecure());
  await Promise.all([stdout, stderr].map((output) => output && logLines(output, engine)));
  engine.close();
}

async function logLines(output: Readable, engine: EngineClient): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    if (line.trim() === "") continue;
    const request = new LogRequest().setSeverity(LogSeverity.INFO).setMessage(`${line}\n`);
    await new Promise<void>((resolve) => engine.log(request, () => resolve()));
  }
}
