import type { AwsSnapshot } from "./snapshot";
import type { Desired, StackState } from "./stack";

/**
 * Everything that must be the same on every way to a state, as sorted lines: the content of AWS, and the stack's inputs
 * and outputs. Ids that AWS, the engine or the clock choose are masked, and so is what is desired.
 */
export function normalize(aws: AwsSnapshot, state: StackState, { prefix, token }: Desired): string[] {
  const things: [string, readonly unknown[]][] = [
    ["AWS rule", aws.rules],
    ["AWS template", aws.templates],
    ["AWS secret", aws.secrets],
    ["AWS role", aws.roles],
    ["AWS registry policy", [aws.registryPolicy]],
    ["AWS scanning", [aws.scanning]],
    ["state", state.resources.filter(({ type }) => !type.startsWith("pulumi:")).map(compared)],
    ["pending", state.pending],
  ];
  const masks: [RegExp, string][] = [
    [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "#uuid"],
    [/terraform-[0-9a-f]{26}/g, "#uuid"],
    [/(ecr-pullthroughcache\/[a-z0-9/]+-)[0-9a-f]{26}(-[A-Za-z0-9]{6})?/g, "$1#"],
    [/(cache(?:-[a-z]+)*)-[0-9a-f]{7}\b/g, "$1-#"],
    [/(PullThroughCache)[0-9a-f]{8}/g, "$1#"],
    [/AROA[A-Z0-9]+/g, "#role-id"],
    [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "#time"],
    [/faults-\d+/g, "faults"],
    [new RegExp(prefix, "g"), "<prefix>"],
    [new RegExp(token, "g"), "<token>"],
  ];
  return (
    things
      .flatMap(([kind, found]) => found.map((thing) => `${kind} ${JSON.stringify(sortKeys(thing))}`))
      // The filter of a former prefix stays, like its repositories.
      .map((line) => line.replaceAll(FORMER_FILTER(prefix), ""))
      .map((line) => masks.reduce((text, [mask, to]) => text.replace(mask, to), line))
      .sort()
  );
}

const FORMER_FILTER = (prefix: string) =>
  new RegExp(`\\{(?:"__defaults":\\[\\],)?"filter":"(?!${prefix}/)cprefix\\d+/\\*","filterType":"WILDCARD"\\},?`, "g");

/** Properties that other resources own and only a refresh shows: policies of secrets and roles. */
const REFRESHED = ["policy", "inlinePolicies"];

/** What differs between a created and a read resource behind the real bridge, and means nothing. */
function isNothing(key: string, value: unknown): boolean {
  return key === "__pulumi_raw_state_delta" || ["null", '""', "[]", "{}"].includes(JSON.stringify(value));
}

function compared(resource: StackState["resources"][number]): unknown {
  const { urn, type, id, parent, protect, inputs, outputs = {} } = resource;
  const isOwner = type.endsWith(":Secret") || type.endsWith(":Role");
  const own = Object.entries(outputs).filter(
    ([key, value]) => !isNothing(key, value) && !(isOwner && REFRESHED.includes(key)),
  );
  return {
    urn,
    id,
    parent,
    protect,
    inputs,
    outputs: Object.fromEntries(own),
    delete: resource.delete,
    initErrors: resource.initErrors,
  };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, sortKeys(part)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lines that only one of the two has: `-` for missing ones, `+` for extra ones. */
export function differences(expected: readonly string[], found: readonly string[]): string[] {
  const rest = [...found];
  const missing = expected.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  return [...missing.map((line) => `- ${line}`), ...rest.map((line) => `+ ${line}`)];
}
