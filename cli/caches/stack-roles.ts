import { hiddenIn, list, record, type StackResource, string } from "./export";
import type { DeclaredRole } from "./model";
import { tagsOf } from "./stack-settings";

const ROLE = "aws:iam/role:Role";
const POLICIES = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
];
/** In the URN of what the component made. */
const OF_COMPONENT = "pull-through-cache:index:PullThroughCache$";

/**
 * The roles that the component made or that caches use, and roles that get policies from the component.
 *
 * @param used ARNs of the roles that rules and templates name.
 */
export function rolesOf(resources: readonly StackResource[], used: ReadonlySet<string>): DeclaredRole[] {
  const isOurs = ({ urn }: StackResource) => urn?.includes(OF_COMPONENT) ?? false;
  const own = resources.filter((one) => one.type === ROLE && (isOurs(one) || used.has(string(one.outputs?.arn) ?? "")));
  const policies = resources.filter(({ type = "" }) => POLICIES.includes(type));
  const names = [...own.map(nameOfRole), ...policies.filter(isOurs).map(({ inputs }) => string(inputs?.role))];
  return [...new Set(names)].flatMap((name) => {
    if (name === undefined) return [];
    const role = own.find((one) => nameOfRole(one) === name);
    const isOf = ({ inputs }: StackResource) => inputs?.role === name || list(inputs?.roles).includes(name);
    return roleOf(name, role, policies.filter(isOf));
  });
}

function nameOfRole({ inputs, outputs }: StackResource): string | undefined {
  return string(outputs?.name) ?? string(inputs?.name);
}

function roleOf(name: string, role: StackResource | undefined, policies: readonly StackResource[]): DeclaredRole {
  const { inputs = {}, outputs = {} } = role ?? {};
  const inline = [
    ...list(inputs.inlinePolicies).map(record),
    ...policies.map((one) => ({ name: one.outputs?.name, ...one.inputs })).filter((one) => !("policyArn" in one)),
  ] as { readonly name?: unknown; readonly policy?: unknown }[];
  const attached = [...list(inputs.managedPolicyArns), ...policies.map((one) => one.inputs?.policyArn)];
  return {
    name,
    ...(role && {
      own: {
        arn: string(outputs.arn) ?? "",
        trust: string(inputs.assumeRolePolicy) ?? "",
        boundary: string(inputs.permissionsBoundary),
        tags: tagsOf(role),
      },
    }),
    policies: Object.fromEntries(inline.map((one) => [String(one.name), string(one.policy) ?? ""])),
    attached: attached.flatMap((arn) => string(arn) ?? []),
    hidden: [...hiddenIn(inputs), ...policies.flatMap((one) => hiddenIn(one.inputs ?? {}))],
  };
}
