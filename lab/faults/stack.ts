import { control, createRole } from "../../test/support/aws";
import { cacheProgram } from "../../test/support/cache";
import { type Engine, type Project, type RunOptions, startEngine } from "../../test/support/engine";
import type { CommandResult } from "../../test/support/run-command";

export const ACCOUNT = "111122223333";
const PARTNER = "444455556666";
/** A role that exists before the stack and that no stack owns. */
export const PULLER = "puller";

/** The desired stack: the two things that the phases change. */
export interface Desired {
  readonly prefix: string;
  readonly token: string;
  /** Whether to adopt what an interrupted update left under the component's fixed names. Default: false. */
  readonly adopt?: boolean;
}

/** Everything that the component can create: three kinds of upstream, both roles, all policies and documents. */
const PROGRAM = cacheProgram(
  `{
  registries: {
    hub: {
      registry: "registry-1.docker.io",
      prefix: process.env.CACHE_PREFIX,
      resourceTags: { team: "platform" },
      secret: { readers: ["arn:aws:iam::${ACCOUNT}:role/${PULLER}"] },
      access: { accounts: ["${PARTNER}"] },
    },
    quay: {},
    other: { registry: "${PARTNER}.dkr.ecr.us-east-1.amazonaws.com" },
  },
  credentials: { hub: { username: "demo-user", accessToken: pulumi.secret(process.env.CACHE_TOKEN) } },
  adopt: process.env.CACHE_ADOPT === "true",
  scanning: { overwrite: true }, // so that the filter of a former prefix goes
  registryPolicy: {},
  pullerRoles: { ${PULLER}: "${PULLER}" },
}`,
);

/** Few attempts, so that a call that always fails ends soon. The SDK repeats a call that fails once. */
const ATTEMPTS = "3";

/** One operation at a time, so that a kill interrupts only that one. */
const SEQUENTIAL = ["--parallel", "1"];

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly delete?: boolean;
  readonly initErrors?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The stack's state, secrets shown. */
export interface StackState {
  readonly resources: readonly StateResource[];
  /** Operations that had not ended when the CLI did. */
  readonly pending: readonly { readonly type: string; readonly resource: StateResource }[];
}

/** A stack with its own local AWS. */
export interface FaultStack {
  readonly engine: Engine;
  up(desired: Desired, options?: RunOptions): Promise<CommandResult>;
  destroy(desired: Desired, options?: RunOptions): Promise<CommandResult>;
  /** Any other command. */
  pulumi(...args: readonly string[]): Promise<CommandResult>;
  state(): Promise<StackState>;
  /** Starts over with an empty account and an empty stack. */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultStack(): Promise<FaultStack> {
  const engine = await startEngine({ account: ACCOUNT });
  let project: Project;
  let projects = 0;
  // A command with variables of its own starts its own plugins, which end when it is killed.
  const withEnvironment = ({ prefix, token, adopt = false }: Desired, options: RunOptions = {}) => ({
    ...options,
    args: SEQUENTIAL,
    env: { CACHE_PREFIX: prefix, CACHE_TOKEN: token, CACHE_ADOPT: String(adopt), AWS_MAX_ATTEMPTS: ATTEMPTS },
  });
  const renew = async (): Promise<void> => {
    await control(engine.aws, "POST", "reset");
    const Statement = [{ Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" }];
    await createRole(engine.aws, ACCOUNT, PULLER, { Version: "2012-10-17", Statement });
    project = await engine.project({ name: `faults-${++projects}`, program: PROGRAM });
  };
  await renew();
  return {
    engine,
    up: (desired, options) => project.up(withEnvironment(desired, options)),
    destroy: (desired, options) => project.destroy(withEnvironment(desired, options)),
    pulumi: (...args) => project.pulumi(args),
    state: async () => {
      const { stdout } = await project.pulumi(["stack", "export", "--show-secrets"]);
      const { deployment } = JSON.parse(stdout) as {
        deployment: { resources?: StateResource[]; pending_operations?: StackState["pending"] };
      };
      return { resources: deployment.resources ?? [], pending: deployment.pending_operations ?? [] };
    },
    renew,
    stop: () => engine.stop(),
  };
}
