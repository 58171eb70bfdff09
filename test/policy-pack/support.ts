import assert from "node:assert/strict";
import {
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";
import type { StackResource } from "../../policy-pack/kit/policy";
import { notDecided } from "../../policy-pack/kit/undecided";

/** The engine's placeholder for a value that is only known after the deployment. */
export const later = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const laterObject = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

type AnyPolicy = Partial<ResourceValidationPolicy> & Partial<StackValidationPolicy> & { name: string };

interface Options {
  /** Resources that feed a property. */
  readonly feeds?: Readonly<Record<string, readonly StackResource[]>>;
  readonly provider?: { readonly name: string; readonly props: Record<string, unknown> };
  readonly stack?: string;
  /** What the resource waits for, in addition to its properties. */
  readonly dependsOn?: readonly StackResource[];
  /** Type of the component that made it. */
  readonly parentType?: string;
}

/** What feeds the properties of a resource. */
export const fed = (feeds: NonNullable<Options["feeds"]>, more: Options = {}): Options => ({ feeds, ...more });

const defaultProvider = { name: "default_7_48_0", props: { region: "eu-central-1" } };

/** A resource, as the engine sends it to a policy. */
export function resource(
  type: string,
  name: string,
  props: Record<string, unknown>,
  { feeds = {}, provider = defaultProvider, stack = "dev", dependsOn = [], parentType }: Options = {},
): StackResource {
  return {
    type,
    name,
    urn: `urn:pulumi:${stack}::project::${parentType === undefined ? "" : `${parentType}$`}${type}::${name}`,
    props: unknownCheckingProxy(props),
    provider: {
      type: "pulumi:providers:aws",
      name: provider.name,
      urn: `urn:pulumi:${stack}::project::pulumi:providers:aws::${provider.name}`,
      props: unknownCheckingProxy(provider.props),
    },
    dependencies: [...Object.values(feeds).flat(), ...dependsOn] as PolicyResource[],
    propertyDependencies: feeds as Record<string, PolicyResource[]>,
  };
}

export interface Outcome {
  /** `<resource>: <what is wrong>`, in the order of the reports. */
  readonly violations: readonly string[];
  /** Advice that does not fail a preview. */
  readonly notes: readonly string[];
}

interface Diagnostic {
  readonly message: string;
  readonly urn?: string;
  readonly enforcementLevel?: string;
}

class NotApplicable extends Error {}

/** Runs a policy on a stack as the engine does: each resource, then all of them, then what was left open. */
export async function run(
  policy: AnyPolicy,
  resources: readonly StackResource[],
  config: object = {},
): Promise<Outcome> {
  const found = await diagnostics(policy, resources, config);
  const isNote = ({ enforcementLevel }: Diagnostic) => enforcementLevel !== undefined;
  return {
    violations: found.filter((one) => !isNote(one)).map(short),
    notes: found.filter(isNote).map((one) => `[advisory] ${short(one)}`),
  };
}

/** The whole messages that a policy reports, advice included. */
export async function messages(
  policy: AnyPolicy,
  resources: readonly StackResource[],
  config: object = {},
): Promise<string[]> {
  return (await diagnostics(policy, resources, config)).map(({ message }) => message);
}

/** What is wrong. The prefix of a template is left out: messages.test.ts has the whole of a message. */
function short({ message, urn }: Diagnostic): string {
  const [what = ""] = message.replace(/^Prefix "[^"\n]*": /, "").split("\n");
  return urn === undefined ? what : `${urn.split("::").pop()}: ${what}`;
}

async function diagnostics(
  policy: AnyPolicy,
  resources: readonly StackResource[],
  config: object,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => {
    found.push(diagnostic);
  };
  const common = {
    getConfig: <T>() => config as T,
    stackTags: new Map<string, string>(),
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason);
    },
  };
  const applies = (judge: object | undefined, types: readonly string[]) => {
    const only = (judge as { __pulumiType?: string } | undefined)?.__pulumiType;
    return judge !== undefined && (only === undefined || types.includes(only));
  };
  const tolerate = async (judge: () => unknown) => {
    try {
      await judge();
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
    }
  };
  for (const one of resources) {
    if (!applies(policy.validateResource, [one.type])) continue;
    const args = { ...one, ...common, opts: {}, isType: never, asType: never } as unknown as ResourceValidationArgs;
    await tolerate(() => (policy.validateResource as CallableFunction)(args, report));
  }
  const types = resources.map((one) => one.type);
  if (applies(policy.validateStack, types)) {
    await tolerate(() => (policy.validateStack as CallableFunction)({ ...common, resources }, report));
  }
  notDecided.validateStack({ ...common, resources: [] } as never, report as never);
  return found;
}

function never(): never {
  throw new Error("The pack judges by type tokens");
}

export const passes: Outcome = { violations: [], notes: [] };

/** The one line that a policy reports about resources that it cannot judge yet. */
export function undecidedFor(policy: AnyPolicy, ...names: string[]): Outcome {
  return {
    violations: [],
    notes: [
      `[advisory] ${policy.name}: not decided for ${names.join(", ")}, because it depends on values that only the deployment knows, which the update decides, or only AWS.`,
    ],
  };
}

/** What a stack gets: a whole outcome, its only violation or its form, or a line about a policy. */
type Expected = Outcome | string | RegExp | ((policy: AnyPolicy) => Outcome);
type Stack = StackResource | readonly StackResource[];
interface Configured {
  readonly config: object;
  readonly stack: readonly StackResource[];
}

/** A stack, with settings of the policy. */
export const configured = (config: object, ...stack: StackResource[]): Configured => ({ config, stack });
export const undecided =
  (...names: string[]) =>
  (policy: AnyPolicy) =>
    undecidedFor(policy, ...names);
export const advice = (...notes: string[]): Outcome => ({
  violations: [],
  notes: notes.map((note) => `[advisory] ${note}`),
});
export const fails = (...violations: string[]): Outcome => ({ violations, notes: [] });

/** The tests of a policy: under each title, an outcome and the stacks that have it. */
export function judges(
  policy: AnyPolicy,
  table: Readonly<Record<string, readonly [Expected, ...(Stack | Configured)[]]>>,
): void {
  describe(policy.name, () => {
    for (const [title, [expected, ...stacks]] of Object.entries(table)) {
      it(title, async () => {
        for (const [index, one] of stacks.entries()) {
          const { stack, config } = "stack" in one ? one : { stack: [one].flat(), config: {} };
          const outcome = await run(policy, stack, config);
          const which = `row ${index + 1}`;
          if (!(expected instanceof RegExp)) assert.deepEqual(outcome, outcomeOf(expected, policy), which);
          else {
            assert.match(outcome.violations[0] ?? "", expected, which);
            assert.deepEqual([outcome.violations.length, outcome.notes], [1, []], which);
          }
        }
      });
    }
  });
}

function outcomeOf(expected: Exclude<Expected, RegExp>, policy: AnyPolicy): Outcome {
  if (typeof expected === "function") return expected(policy);
  return typeof expected === "string" ? fails(expected) : expected;
}

/** The variables that tell a Region. */
const awsVariables = ["HOME", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE"] as const;
type AwsVariables = { readonly [name in (typeof awsVariables)[number]]?: string };

/** Runs something with only these of the variables that tell a Region. */
export async function withEnvironment(variables: AwsVariables, run: () => Promise<void>): Promise<void> {
  const set = (all: AwsVariables) => {
    for (const name of awsVariables) delete process.env[name];
    for (const name of awsVariables) if (all[name] !== undefined) process.env[name] = all[name];
  };
  const { HOME, AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, AWS_CONFIG_FILE } = process.env;
  set(variables);
  try {
    await run();
  } finally {
    set({ HOME, AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, AWS_CONFIG_FILE });
  }
}

/** The properties that a remediation writes, or `undefined` if it leaves the resource alone. */
export function remediate(
  policy: AnyPolicy,
  one: StackResource,
  config: object = {},
): Record<string, unknown> | undefined {
  const args = { ...one, opts: {}, stackTags: new Map(), getConfig: () => config } as unknown as ResourceValidationArgs;
  return policy.remediateResource?.(args) as Record<string, unknown> | undefined;
}

const types = {
  rule: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
  template: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
  scanning: "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
  registryPolicy: "aws:ecr/registryPolicy:RegistryPolicy",
  repository: "aws:ecr/repository:Repository",
  repositoryPolicy: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  replication: "aws:ecr/replicationConfiguration:ReplicationConfiguration",
  lifecycle: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  secret: "aws:secretsmanager/secret:Secret",
  secretVersion: "aws:secretsmanager/secretVersion:SecretVersion",
  secretPolicy: "aws:secretsmanager/secretPolicy:SecretPolicy",
};

const make =
  (type: string, defaults: Record<string, unknown>) =>
  (name: string, props: Record<string, unknown> = {}, options: Options = {}) =>
    resource(type, name, { ...defaults, ...props }, options);

/** Resources that break no policy. A test changes what it checks. */
export const rule = make(types.rule, { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
export const template = make(types.template, {
  prefix: "quay",
  appliedFors: ["PULL_THROUGH_CACHE"],
  lifecyclePolicy: lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 }),
});
export const scanning = make(types.scanning, {
  scanType: "BASIC",
  rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }],
});
export const registryPolicy = make(types.registryPolicy, {});
export const repository = make(types.repository, { name: "quay/team/app" });
export const repositoryPolicy = make(types.repositoryPolicy, {});
export const lifecyclePolicy = make(types.lifecycle, {
  policy: lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 }),
});
export const replication = make(types.replication, {});
export const secret = make(types.secret, { name: "ecr-pullthroughcache/hub" });
export const secretVersion = make(types.secretVersion, {});
export const secretPolicy = make(types.secretPolicy, {});

/** A lifecycle policy whose rules expire what the selections match. */
export function lifecycleOf(...selections: object[]): string {
  return JSON.stringify({
    rules: selections.map((selection, i) => ({ rulePriority: i + 1, selection, action: { type: "expire" } })),
  });
}
