import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type LocalAws, type LocalAwsOptions, startLocalAws } from "../../local";
import { type Changes, readEvents, type Step } from "./engine-events";
import { startKeyService } from "./key-service";
import { temporaryFolder } from "./leftovers";
import { STACK, writeNewStack } from "./new-stack";
import { sharedPlugins } from "./plugins";
import { type CommandResult, runCommand } from "./run-command";

const checkout = resolve(__dirname, "../..");
const FAST_START = `--require ${JSON.stringify(join(__dirname, "fast-start.cjs"))}`;
const PASSPHRASE_FREE = ["--non-interactive", "--color", "never"];

export interface ProjectOptions {
  /** Name of the project; unique within one engine. */
  readonly name: string;
  /** Source of a CommonJS program; it can require what the checkout has installed. */
  readonly program?: string;
  /** Or a folder with a Pulumi.yaml. A copy of it runs. */
  readonly directory?: string;
  /** Plain stack configuration. */
  readonly config?: Readonly<Record<string, string>>;
  /** More environment variables for every command of the project. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Do not throw if the command fails. */
  readonly expectFailure?: boolean;
  /** When aborted, kills the CLI (SIGKILL) and rejects the call. */
  readonly signal?: AbortSignal;
}

export interface PreviewOptions extends RunOptions {
  /** Folders of policy packs. */
  readonly policyPack?: string | readonly string[];
  readonly args?: readonly string[];
}

/** The end of a deployment, and its operations on the program's resources. */
export interface DeploymentResult extends CommandResult {
  /** Number of resources, without the stack itself and providers. */
  readonly changes: Changes;
  readonly steps: readonly Step[];
  /** Everything that the engine reported, unparsed, to search it. */
  readonly eventLog: string;
}

/** A stack in its own project, driven by the commands that users type. */
export interface Project {
  readonly directory: string;
  pulumi(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  preview(options?: PreviewOptions): Promise<DeploymentResult>;
  up(options?: PreviewOptions): Promise<DeploymentResult>;
  refresh(options?: PreviewOptions): Promise<DeploymentResult>;
  destroy(options?: PreviewOptions): Promise<DeploymentResult>;
  /** Stack outputs, secrets shown. */
  outputs(): Promise<Record<string, unknown>>;
  exportStack(): Promise<ExportedStack>;
  configSet(key: string, value: string, options?: { secret?: boolean; path?: boolean }): Promise<void>;
  /** Replaces the program. */
  setProgram(source: string): Promise<void>;
}

export interface ExportedStack {
  readonly deployment: {
    readonly resources?: readonly {
      readonly urn: string;
      readonly type: string;
      readonly id?: string;
      readonly protect?: boolean;
      readonly parent?: string;
      readonly provider?: string;
      readonly dependencies?: readonly string[];
      readonly inputs?: Readonly<Record<string, unknown>>;
      readonly outputs?: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** A Pulumi CLI, and the environment that says where it deploys to. */
export interface Cli {
  readonly pulumi: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Makes the stack of a project. Default: `pulumi stack init`, with the passphrase. */
  newStack?(directory: string): Promise<void>;
  /** Variables by which commands with this environment attach to running plugins. Default: each starts its own. */
  attach?(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv>;
}

/** The projects of one Pulumi CLI. */
export interface Projects {
  project(options: ProjectOptions): Promise<Project>;
  /** Ends all processes and removes all files. */
  stop(): Promise<void>;
}

/** The real Pulumi engine with its own local AWS. */
export interface Engine extends Projects {
  readonly aws: LocalAws;
}

export interface EngineOptions extends LocalAwsOptions {
  /** Whether every command does everything that it does for users. Default: false, which takes half the processor time. */
  readonly asForUsers?: boolean;
}

export async function startEngine({ asForUsers = false, ...options }: EngineOptions = {}): Promise<Engine> {
  const aws = await startLocalAws({ log: (line) => console.error(line), ...options });
  const quick = asForUsers ? undefined : await quickCli(aws);
  const projects = await startProjects(quick ?? { pulumi: aws.toolchain.pulumi, environment: aws.environment });
  return {
    aws: { ...aws, environment: quick?.environment ?? aws.environment },
    project: projects.project,
    stop: async () => {
      await projects.stop();
      quick?.stop();
      await aws.stop();
    },
  };
}

/**
 * A CLI that shares plugins, collects no garbage, writes no logs, gets the stacks' keys from a service, and starts
 * Node.js quickly.
 */
async function quickCli({ environment, toolchain }: LocalAws): Promise<Cli & { stop(): void }> {
  const keyService = await startKeyService();
  const plugins = sharedPlugins(toolchain);
  // Pulumi creates a folder of this name for its logs. If it cannot, it writes none.
  await writeFile(join(environment.PULUMI_HOME ?? "", "logs"), "");
  return {
    pulumi: toolchain.pulumi,
    environment: {
      ...environment,
      ...keyService.environment,
      GOGC: "off",
      GOMEMLIMIT: "512MiB",
      NODE_OPTIONS: FAST_START,
    },
    newStack: (directory) => writeNewStack(directory, environment.PULUMI_BACKEND_URL ?? "", keyService),
    attach: plugins.attach,
    stop: () => {
      plugins.stop();
      keyService.stop();
    },
  };
}

export async function startProjects(cli: Cli): Promise<Projects> {
  const root = await temporaryFolder("engine-test");
  const running = new AbortController();
  return {
    project: (project) => createProject(cli, root, project, running.signal),
    stop: async () => {
      running.abort();
      // A command that was just killed may still write.
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function createProject(cli: Cli, root: string, options: ProjectOptions, signal: AbortSignal): Promise<Project> {
  const directory = join(root, options.name);
  await mkdir(directory);
  if (options.directory !== undefined) await copyProject(options.directory, directory);
  else await writeProject(options.name, directory);
  await symlink(join(checkout, "node_modules"), join(directory, "node_modules"));

  // Pulumi has `--event-log` only with its debugging commands enabled.
  const environment = {
    ...cli.environment,
    PULUMI_STACK: STACK,
    PULUMI_DEBUG_COMMANDS: "true",
    ...options.env,
  };
  const run = async (
    args: readonly string[],
    { env, expectFailure, signal: killed }: RunOptions = {},
  ): Promise<CommandResult> => {
    // Running plugins do not see the variables of one command.
    const attached = env === undefined ? await cli.attach?.(environment) : {};
    const result = await runCommand(cli.pulumi, [...args, ...PASSPHRASE_FREE], {
      cwd: directory,
      env: { ...environment, ...attached, ...env },
      signal: killed ? AbortSignal.any([signal, killed]) : signal,
    });
    if (result.code !== 0 && !expectFailure) {
      throw new Error(`pulumi ${args.join(" ")}: exit code ${result.code}\n${result.stdout}\n${result.stderr}`);
    }
    return result;
  };

  let deployments = 0;
  const deploy = async (
    command: string,
    { policyPack = [], args = [], ...rest }: PreviewOptions = {},
  ): Promise<DeploymentResult> => {
    const eventFile = join(root, `${options.name}-${++deployments}.events`);
    const packs = [policyPack].flat().flatMap((pack) => ["--policy-pack", pack]);
    const confirmed = command === "preview" ? ["--diff"] : ["--yes", "--skip-preview"];
    const result = await run([command, ...confirmed, ...packs, ...args, "--event-log", eventFile], rest);
    return { ...result, ...(await readEvents(eventFile)) };
  };

  const project: Project = {
    directory,
    pulumi: run,
    preview: (given) => deploy("preview", given),
    up: (given) => deploy("up", given),
    refresh: (given) => deploy("refresh", given),
    destroy: (given) => deploy("destroy", given),
    outputs: async () => JSON.parse((await run(["stack", "output", "--json", "--show-secrets"])).stdout),
    exportStack: async () => JSON.parse((await run(["stack", "export"])).stdout),
    configSet: async (key, value, { secret = false, path = false } = {}) => {
      await run([
        "config",
        "set",
        key,
        value,
        ...(secret ? ["--secret"] : ["--plaintext"]),
        ...(path ? ["--path"] : []),
      ]);
    },
    setProgram: (source) => writeFile(join(directory, "index.js"), source),
  };
  if (options.program !== undefined) await project.setProgram(options.program);
  await (cli.newStack?.(directory) ?? run(["stack", "init", STACK]));
  const config = Object.entries(options.config ?? {}).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  if (config.length > 0) await run(["config", "set-all", ...config]);
  return project;
}

async function writeProject(name: string, directory: string): Promise<void> {
  await writeFile(
    join(directory, "Pulumi.yaml"),
    `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
  );
  await writeFile(join(directory, "package.json"), JSON.stringify({ name, main: "index.js" }));
}

async function copyProject(source: string, directory: string): Promise<void> {
  const left = new Set(["node_modules", ".git"]);
  await cp(source, directory, { recursive: true, filter: (path) => !left.has(basename(path)) });
}
