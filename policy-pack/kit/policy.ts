import type {
  EnforcementLevel,
  PolicyConfigSchema,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { globMatches } from "./glob";
import type { Verdict } from "./verdict";

/** A resource of the whole stack, with what feeds each of its properties. */
export type StackResource = Pick<
  PolicyResource,
  "type" | "name" | "urn" | "props" | "provider" | "dependencies" | "propertyDependencies"
>;

/** A resource on its own: its inputs before it is deployed, or its outputs afterwards. */
export type AnyResource = Pick<ResourceValidationArgs, "type" | "name" | "urn" | "props" | "provider"> &
  Partial<Pick<StackResource, "dependencies" | "propertyDependencies">>;

export type ConfigProperties = PolicyConfigSchema["properties"];

interface About {
  readonly name: string;
  readonly displayName: string;
  /** What must hold, in one sentence. */
  readonly rule: string;
  /** Why it matters, in one sentence. */
  readonly why: string;
  /** What to do about a violation. */
  readonly fix: string;
  /** The AWS page that says so. */
  readonly url: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly severity: Severity;
  /** The policy's own configuration; every property has a `default` or may be left out. */
  readonly config?: ConfigProperties;
}

/** A policy that needs to see only the resource itself. It stops an update before that resource is created. */
export interface ResourcePolicy<C> extends About {
  readonly types: readonly string[];
  readonly judge: (resource: AnyResource, config: C) => Verdict;
  readonly remediates?: Remediation<C>;
}

/** What a stack policy says of one of the stack's resources. */
export interface Finding {
  readonly resource: AnyResource;
  readonly verdict: Verdict;
  /** Something to say that is no violation, such as a check that could not run. */
  readonly note?: string;
}

/** A policy that compares resources with each other. It runs at the end of a preview, and at the end of an update. */
export interface StackPolicy<C> extends About {
  readonly judge: (resources: readonly StackResource[], config: C) => readonly Finding[] | Promise<readonly Finding[]>;
  /** Without a resource of this type there is nothing to judge. */
  readonly trigger?: string;
  readonly remediates?: Remediation<C>;
}

interface Remediation<C> {
  readonly type: string;
  /** Mends the properties where a safe default exists; `undefined` leaves them. Runs only at the level `remediate`. */
  readonly mend: (resource: ResourceValidationArgs, config: C) => Record<string, unknown> | undefined;
}

interface Names {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const names: ConfigProperties = {
  include: {
    type: "array",
    items: { type: "string" },
    default: ["*"],
    description: "Pulumi names of the resources to judge; `*` stands for any characters.",
  },
  exclude: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "Pulumi names of the resources to leave out; wins over `include`.",
  },
};

/** A policy that judges each resource by itself. */
export function resourcePolicy<C>(policy: ResourcePolicy<C>): ResourceValidationPolicy & StackValidationPolicy {
  return {
    ...about(policy),
    validateResource: onlyFor(only(policy.types), (args: ResourceValidationArgs, report: ReportViolation) => {
      if (!policy.types.includes(args.type)) args.notApplicable(`Judges only ${policy.types.join(", ")}.`);
      const config = settings<C>(policy, args);
      if (!selected(config, args.name)) return;
      for (const violation of policy.judge(args, config).violations) report(violation, args.urn);
    }),
    // Each resource is judged above, on its own; what is open for all of them together fits into one line only here.
    validateStack: onlyFor(only(policy.types), (args: StackValidationArgs, report: ReportViolation) => {
      const config = settings<C>(policy, args);
      const open = args.resources.filter(
        (resource) =>
          policy.types.includes(resource.type) &&
          selected(config, resource.name) &&
          policy.judge(resource, config).undecided,
      );
      reportUndecided(policy, open, report);
    }),
    ...remediation(policy),
  };
}

/** A policy that judges the stack as a whole. */
export function stackPolicy<C>(policy: StackPolicy<C>): StackValidationPolicy {
  return {
    ...about(policy),
    validateStack: onlyFor(policy.trigger, async (args: StackValidationArgs, report: ReportViolation) => {
      const config = settings<C>(policy, args);
      const findings = (await policy.judge(args.resources, config)).filter(({ resource }) =>
        selected(config, resource.name),
      );
      for (const { resource, verdict } of findings) {
        for (const violation of verdict.violations) report(violation, resource.urn);
      }
      for (const note of new Set(findings.flatMap((finding) => finding.note ?? []))) advise(report, policy, note);
      reportUndecided(
        policy,
        findings.filter(({ verdict }) => verdict.undecided).map(({ resource }) => resource),
        report,
      );
    }),
    ...remediation(policy),
  };
}

function about(policy: About) {
  return {
    name: policy.name,
    displayName: policy.displayName,
    description: `${policy.rule} ${policy.why} ${policy.fix} See ${policy.url}`,
    enforcementLevel: policy.enforcementLevel,
    severity: policy.severity,
    remediationSteps: policy.fix,
    url: policy.url,
    tags: ["aws", "ecr", "pull-through-cache"],
    configSchema: { properties: { ...names, ...policy.config } },
  };
}

function remediation<C>(
  policy: About & { remediates?: Remediation<C> },
): Pick<ResourceValidationPolicy, "remediateResource"> {
  const { remediates } = policy;
  if (remediates === undefined) return {};
  return {
    remediateResource: onlyFor(remediates.type, (args: ResourceValidationArgs) => {
      const config = settings<C>(policy, args);
      return selected(config, args.name) ? remediates.mend(args, config) : undefined;
    }),
  };
}

/** Marks a function as Pulumi's typed helpers do, so that a stack without such resources is not even unpacked for it. */
function onlyFor<F extends object>(type: string | undefined, judge: F): F {
  return type === undefined ? judge : Object.assign(judge, { __pulumiType: type });
}

function only(types: readonly string[]): string | undefined {
  return types.length === 1 ? types[0] : undefined;
}

function settings<C>(policy: About, args: { getConfig<T extends object>(): T }): C & Names {
  const defaults = Object.entries({ ...names, ...policy.config })
    .filter(([, property]) => property.default !== undefined)
    .map(([key, property]) => [key, property.default]);
  return { ...Object.fromEntries(defaults), ...args.getConfig() } as C & Names;
}

function selected(config: Names, name: string): boolean {
  const matches = (pattern: string) => globMatches(pattern, name);
  return config.include.some(matches) && !config.exclude.some(matches);
}

const shown = 3;

function reportUndecided(policy: About, open: readonly AnyResource[], report: ReportViolation): void {
  if (open.length === 0) return;
  const some = open
    .map((resource) => resource.name)
    .sort()
    .slice(0, shown);
  const rest = open.length > shown ? ` and ${open.length - shown} more` : "";
  advise(
    report,
    policy,
    `${policy.name}: not decided for ${some.join(", ")}${rest}, because it depends on values that are known only after the deployment; the update decides.`,
  );
}

/** A note that never fails a preview, whatever the policy's own level. */
function advise(report: ReportViolation, policy: About, message: string): void {
  // The server of @pulumi/policy also takes a whole diagnostic, which its type leaves out: the only way to a level of its own.
  const diagnostic = { message, description: policy.rule, enforcementLevel: "advisory", severity: "low" };
  (report as unknown as (note: typeof diagnostic) => void)(diagnostic);
}
