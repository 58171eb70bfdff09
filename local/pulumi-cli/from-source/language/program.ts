import { type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { optionsEnvironment, readOptions } from "./options";
import { exitCode, resolveSdkModule, startNode } from "./process";

// The SDK's runner exits with this code when it has shown the error itself.
const ALREADY_REPORTED = 32;

/** Runs a Pulumi program and returns how it ended. */
export async function runProgram(request: RunRequest, engineAddress: string): Promise<RunResponse> {
  const response = new RunResponse();
  const code = await exitCode(startProgram(request, engineAddress));
  if (code === ALREADY_REPORTED) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

function startProgram(request: RunRequest, engineAddress: string) {
  const info = request.getInfo();
  if (!info) throw new Error("the engine named no program to run");
  const options = readOptions(info);
  const directory = info.getProgramDirectory();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
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
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      ...optionsEnvironment(options),
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
}
