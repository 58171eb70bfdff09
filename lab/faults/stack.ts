import {
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
} from "@aws-sdk/client-ecr";
import { control, createRole, ecr, root } from "../../test/support/aws";
import { cacheProgram } from "../../test/support/cache";
import {
  type DeploymentResult,
  type Engine,
  type Project,
  type RunOptions,
  startEngine,
} from "../../test/support/engine";
import type { CommandResult } from "../../test/support/run-command";
import type { Variant } from "./cells";

export const ACCOUNT = "111122223333";
const PARTNER = "444455556666";
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0123abcd-0123-4567-89ab-0123456789ab`;
/** A role that exists before the stack and that no stack owns. */
export const PULLER = "puller";

/** The desired stack: what the phases change. */
export interface Desired {
  readonly prefix: string;
  readonly token: string;
  readonly variant?: Variant;
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
    quay: { registry: variant === "upstream" ? "ecr-public" : "quay", prefix: variant === "swap" ? "k8s" : "quay" },
    k8s: { prefix: variant === "swap" ? "quay" : "k8s", encryption: variant === "key" ? {} : { kmsKey: "${KEY}" } },
    other: {
      registry: "${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com",
      createRole: variant === "role" ? false : undefined,
    },
  },
  credentials: { hub: { username: "demo-user", accessToken: pulumi.secret(process.env.CACHE_TOKEN) } },
  adopt: process.env.CACHE_ADOPT === "true",
  scanning: {},
  registryPolicy: {},
  pullerRoles: { ${PULLER}: "${PULLER}" },
}`,
  { before: "const variant = process.env.CACHE_VARIANT;" },
);

/** In the order in which it is read back. */
const REPLICATION = {
  Action: "ecr:ReplicateImage",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${PARTNER}:root` },
  Resource: "*",
};

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
  preview(desired: Desired, options?: RunOptions): Promise<DeploymentResult>;
  /** Adds to the settings of the Region what others write there. */
  addOthers(name: string): Promise<void>;
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
  const withEnvironment = ({ prefix, token, variant, adopt = false }: Desired, options: RunOptions = {}) => ({
    ...options,
    args: SEQUENTIAL,
    env: {
      CACHE_PREFIX: prefix,
      CACHE_TOKEN: token,
      CACHE_VARIANT: variant,
      CACHE_ADOPT: String(adopt),
      AWS_MAX_ATTEMPTS: ATTEMPTS,
    },
  });
  const renew = async (): Promise<void> => {
    await control(engine.aws, "POST", "reset");
    const Statement = [{ Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" }];
    await createRole(engine.aws, ACCOUNT, PULLER, { Version: "2012-10-17", Statement });
    project = await engine.project({ name: `faults-${++projects}`, program: PROGRAM });
    await addOthers("Before");
  };
  const addOthers = async (name: string): Promise<void> => {
    const client = ecr(engine.aws, root(ACCOUNT));
    const { policyText = '{"Statement":[]}' } = await client
      .send(new GetRegistryPolicyCommand({}))
      .catch((): { policyText?: string } => ({}));
    const Statement = [...JSON.parse(policyText).Statement, { ...REPLICATION, Sid: name }];
    await client.send(
      new PutRegistryPolicyCommand({ policyText: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    );
    const { scanningConfiguration } = await client.send(new GetRegistryScanningConfigurationCommand({}));
    const filters = scanningConfiguration?.rules?.flatMap(({ repositoryFilters = [] }) => repositoryFilters) ?? [];
    const repositoryFilters = [...filters, { filter: `${name.toLowerCase()}/*`, filterType: "WILDCARD" as const }];
    const rules = [{ scanFrequency: "SCAN_ON_PUSH" as const, repositoryFilters }];
    await client.send(new PutRegistryScanningConfigurationCommand({ scanType: "BASIC", rules }));
  };
  await renew();
  return {
    engine,
    up: (desired, options) => project.up(withEnvironment(desired, options)),
    destroy: (desired, options) => project.destroy(withEnvironment(desired, options)),
    preview: (desired, options) => project.preview(withEnvironment(desired, options)),
    addOthers,
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
