import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { GrantPullOptions } from "../../args";
import { fixedName, POLICY_NAME_MAX } from "../../plan/names";
import { UserError } from "../../problems/error";
import { roleNameOrArn } from "../../schema/aws";
import { isDeferred, isRole } from "../../schema/input";
import { namedRole, type RoleContext, roleName } from "../existing/named-role";
import { whenKnown } from "../late/when-known";
import { isGiven, type Scope } from "../scope";

/** Source: IAM user guide, "IAM and AWS STS quotas". IAM does not count white space, and the documents have none. */
const MANAGED_POLICY_MAX = 6144;
const INLINE_POLICIES_MAX = 10_240;

/** Warns if a document for any use is too long for a managed policy, its most common use. */
export function sizeWarning(policy: string): string | undefined {
  if (policy.length <= MANAGED_POLICY_MAX) return undefined;
  return `pullPolicyJson has ${policy.length} characters, and a managed policy at most ${MANAGED_POLICY_MAX}. Use wider patterns in "repositories", or grantPull with the registries that each role needs; the inline policies of a role have ${INLINE_POLICIES_MAX} characters together.`;
}

/** The document as an inline policy of a role. Throws if it is too long for IAM. */
export function rolePolicy(policy: string, role: string): string {
  if (policy.length <= INLINE_POLICIES_MAX) return policy;
  throw new UserError(
    `The policy that lets ${role} pull would have ${policy.length} characters; IAM allows a role ${INLINE_POLICIES_MAX} for its inline policies together. Use wider patterns in "repositories", or grant the role fewer registries.`,
  );
}

/** The roles of the provider that the policy's options name, or of the component's. */
export function rolesFor(scope: Scope, { provider, dependsOn }: pulumi.CustomResourceOptions): RoleContext {
  const waits = scope.roles.waits || isGiven(dependsOn);
  if (!provider) return { ...scope.roles, waits };
  const options = { provider };
  const place = pulumi
    .all([aws.getCallerIdentity({}, options), aws.getPartition({}, options)])
    .apply(([{ accountId }, { partition }]) => ({ accountId, partition }));
  return { parent: scope.parent, place, provider, waits, found: new Map() };
}

/** Gives a role an inline policy. */
export function attachPolicy(
  name: string,
  role: aws.iam.Role | pulumi.Input<string>,
  policy: pulumi.Output<string>,
  { name: suffix = nameOf(role) }: GrantPullOptions,
  roles: RoleContext,
  options: pulumi.CustomResourceOptions,
  path: readonly PropertyKey[],
): aws.iam.RolePolicy {
  const given = isRole(role) ? role.name : whenKnown(roleNameOrArn, role, path);
  const logicalName = `${name}-${suffix}`;
  // With a fixed name, an update overwrites the policy of an interrupted one and does not create a second.
  const policyName = fixedName([pulumi.getProject(), pulumi.getStack(), logicalName], POLICY_NAME_MAX);
  return new aws.iam.RolePolicy(
    logicalName,
    {
      name: policyName,
      role: namedRole(roles, given, path).apply(roleName),
      policy: policy.apply((json) => rolePolicy(json, suffix)),
    },
    { ignoreChanges: ["name"], ...options },
  );
}

function nameOf(role: aws.iam.Role | pulumi.Input<string>): string {
  if (!isRole(role) && !isDeferred(role)) return roleName(role);
  // Pulumi keeps a resource's name in a field that its types do not declare.
  const { __name: name } = role as { __name?: string };
  if (isRole(role) && name) return name;
  throw new UserError(
    'grantPull: a role that is an Output needs "name", because a resource\'s name must be a plain string.',
  );
}
