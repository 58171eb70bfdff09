import type {
  EnforcementLevel,
  PolicyComplianceFramework,
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
import { advise, say } from "./report";
import { type Topic, tags } from "./tags";
import { leaveOpen } from "./undecided";
import { rememberNames } from "./unmatched";
import { notKnown } from "./values";
import type { Verdict } from "./verdict";

/** A resource of the stack, with the resources that feed each of its properties. */
export type StackResource = Pick<
  PolicyResource,
  "type" | "name" | "urn" | "props" | "provider" | "dependencies" | "propertyDependencies"
>;

/** A single resource: its inputs before it is deployed, or its outputs afterwards. */
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
  /** What to do about a violation, so that it can be read alone. */
  readonly fix: string;
  /** The usual fix as code, in JavaScript: properties of the resource, or resources to add. */
  readonly snippet?: string;
  /** What to do about a violation if the component created the resource, in terms of its arguments. */
  readonly componentFix?: string;
  /** The AWS page about the rule. */
  readonly url: string;
  readonly enforcementLevel: EnforcementLevel;
  /** The version from which on advice is mandatory. */
  readonly mandatoryFrom?: string;
  readonly severity: Severity;
  readonly topic: Topic;
  readonly framework?: PolicyComplianceFramework;
  /** How AWS tells the resource from others, if its Pulumi name need not show that. */
  readonly label?: (resource: AnyResource) => string | undefined;
  /** The policy's own configuration. Every property has a `default` or may be left out. */
  readonly config?: ConfigProperties;
}

/** A policy that needs only the resource itself. It stops an update before that resource is created. */
export interface ResourcePolicy<C> extends About {
  readonly types: readonly string[];
  readonly judge: (resource: AnyResource, config: C) => Verdict;
  readonly remediates?: Remediation<C>;
}

/** What a stack policy says about one of the stack's resources. */
export interface Finding {
  readonly resource: AnyResource;
  readonly verdict: Verdict;
  /** A message that is no violation, such as a check that could not run. */
  readonly note?: string;
}

/** A policy that compares resources with each other. It runs at the end of previews and updates. */
export interface StackPolicy<C> extends About {
  /** Findings about resources that are not checked count for nothing; `isChecked` tells before. */
  readonly judge: (
    resources: readonly StackResource[],
    config: C,
    isChecked: (resource: StackResource) => boolean,
  ) => readonly Finding[] | Promise<readonly Finding[]>;
  /** The policy runs only if there is a resource of this type. */
  readonly trigger?: string;
  readonly remediates?: Remediation<C>;
}

interface Remediation<C> {
  readonly type: string;
  /** Repairs the properties if there is a safe default, or returns `undefined`. Runs only at the level `remediate`. */
  readonly mend: (resource: ResourceValidationArgs, config: C) => Record<string, unknown> | undefined;
}

interface Names {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A setting that is a list of strings, of which each matches the pattern. */
export function stringList(
  description: string,
  { defaults = [], pattern }: { defaults?: readonly string[]; pattern?: string } = {},
): ConfigProperties[string] {
  const items = { type: "string" as const, ...(pattern === undefined ? {} : { pattern }) };
  return { type: "array", items, default: [...defaults], description };
}

const names: ConfigProperties = {
  include: stringList("Pulumi names of the resources to check; `*` stands for any characters.", { defaults: ["*"] }),
  exclude: stringList("Pulumi names of the resources to leave out. Overrides `include`."),
};

/** Creates a policy that judges each resource by itself. */
export function resourcePolicy<C>(policy: ResourcePolicy<C>): ResourceValidationPolicy {
  const [first, ...others] = policy.types;
  return {
    ...about(policy),
    validateResource: onlyFor(
      others.length === 0 ? first : undefined,
      (args: ResourceValidationArgs, report: ReportViolation) => {
        if (!policy.types.includes(args.type)) return;
        const config = settings<C>(policy, args);
        rememberNames(policy.name, config.exclude, [args.name]);
        if (!selected(config, args.name)) return;
        reportVerdict(policy, args, policy.judge(args, config), report);
      },
    ),
    ...remediation(policy),
  };
}

/** Creates a policy that judges the stack as a whole. */
export function stackPolicy<C>(policy: StackPolicy<C>): StackValidationPolicy {
  return {
    ...about(policy),
    validateStack: onlyFor(policy.trigger, async (args: StackValidationArgs, report: ReportViolation) => {
      const config = settings<C>(policy, args);
      const isChecked = ({ name }: AnyResource) => selected(config, name);
      const resources = args.resources.map(withoutGaps);
      const all = await policy.judge(resources, config, isChecked);
      const findings = all.filter(({ resource }) => isChecked(resource));
      const names = resources.map(({ name }) => name);
      if (all.length > 0) rememberNames(policy.name, config.exclude, names);
      for (const { resource, verdict } of findings) reportVerdict(policy, resource, verdict, report);
      for (const note of new Set(findings.flatMap((finding) => finding.note ?? []))) advise(report, policy.name, note);
    }),
    ...remediation(policy),
  };
}

/** A resource that does not exist yet and is left out by `--target` has no properties: all of them are unknown. */
function withoutGaps(resource: StackResource): StackResource {
  return Object.keys(resource.props).length > 0 ? resource : { ...resource, props: notKnown };
}

/** Part of the URN of every resource of the component. */
export const componentMark = "pull-through-cache:index:PullThroughCache$";

/** Reports three lines: what is wrong with the resource, what to write, and where to read about it. */
function reportVerdict(policy: About, resource: AnyResource, verdict: Verdict, report: ReportViolation): void {
  const made = resource.urn.includes(componentMark) ? policy.componentFix : undefined;
  const label = policy.label?.(resource);
  for (const { what, write, advisory } of verdict.violations) {
    const message = [label === undefined ? what : `${label}: ${what}`, made ?? write ?? policy.fix, policy.url].join(
      "\n",
    );
    say(report, { message, urn: resource.urn, ...(advisory ? { enforcementLevel: "advisory" } : {}) });
  }
  if (verdict.undecided) leaveOpen(policy.name, resource.name);
}

function about(policy: About) {
  return {
    name: policy.name,
    displayName: policy.displayName,
    description: [policy.rule, policy.why, ...later(policy)].join(" "),
    enforcementLevel: policy.enforcementLevel,
    severity: policy.severity,
    remediationSteps: policy.snippet === undefined ? policy.fix : `${policy.fix}\n\n${codeBlock(policy.snippet)}`,
    ...(policy.framework && { framework: policy.framework }),
    url: policy.url,
    tags: [...tags, policy.topic],
    configSchema: { properties: { ...names, ...policy.config } },
  };
}

function codeBlock(code: string): string {
  return `\`\`\`js\n${code.trim()}\n\`\`\``;
}

function later({ mandatoryFrom }: About): string[] {
  return mandatoryFrom === undefined ? [] : [`Advice until ${mandatoryFrom}, mandatory from then on.`];
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

/** Marks a function like Pulumi's typed helpers, so that resources of other types are not even unpacked for it. */
function onlyFor<F extends object>(type: string | undefined, judge: F): F {
  return type === undefined ? judge : Object.assign(judge, { __pulumiType: type });
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
