import { type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { optionsEnvironment, readOptions } from "./options";
import { logOutput } from "./output";
import { exitCode, resolveSdkModule, startNode } from "./process";

// The SDK's runner exits with this code when it has shown the error itself.
const ALREADY_REPORTED = 32;

export interface Caller {
  /** The engine's address. */
  readonly engine: string;
  /** Whether the engine reads this process's output. It does not if it has attached to a host that was already running. */
  readonly isAttached: boolean;
  /** When aborted, the program is killed. */
  readonly signal: AbortSignal;
}

/** Runs a Pulumi program and returns how it ended. */
export async function runProgram(request: RunRequest, caller: Caller): Promise<RunResponse> {
  const response = new RunResponse();
  const child = startProgram(request, caller);
  caller.signal.addEventListener("abort", () => child.kill("SIGKILL"));
  const [code] = await Promise.all([exitCode(child), caller.isAttached && logOutput(child, caller.engine)]);
  if (code === ALREADY_REPORTED) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

function startProgram(request: RunRequest, { engine, isAttached }: Caller) {
  const info = request.getInfo();
  if (!info) throw new Error("the engine named no program to run");
  const options = readOptions(info);
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
    ...options.nodeArguments,
    resolveSdkModule("cmd/run", directory),
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
  return startNode(args, {
    cwd: directory,
    stdio: isAttached ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      ...optionsEnvironment(options),
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
}
