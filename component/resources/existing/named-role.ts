import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../../problems/error";
import { isDeferred } from "../../schema/input";
import { findExisting, ROLE } from "./kinds";

/** Where roles are looked up. */
export interface RoleContext {
  readonly parent: pulumi.Resource;
  /** Account and partition of the roles. */
  readonly place: pulumi.Output<{ readonly accountId: string; readonly partition: string }>;
  /** Provider of the roles' account, if it is not the component's. */
  readonly provider?: pulumi.ProviderResource;
  /** Whether something of this program comes first, such as the role. */
  readonly waits: boolean;
  /** What was looked up with that provider, by name. */
  readonly found: Map<string, Promise<aws.iam.GetRoleResult | undefined>>;
}

/**
 * Checks a role that is only named: AWS must have it, in this account and partition, with this path. An Output may be of
 * a role that this program creates, so it need not exist in a preview.
 *
 * @param role The role's name or ARN, whose form is checked already.
 */
export function namedRole(
  context: RoleContext,
  role: pulumi.Input<string> | undefined,
  path: readonly PropertyKey[],
): pulumi.Output<string> {
  return pulumi.all([context.place, role]).apply(async ([{ accountId, partition }, known]) => {
    // An Output without a value.
    if (known === undefined) return known as unknown as string;
    const [, inPartition, , , account] = known.startsWith("arn:") ? known.split(":") : [];
    if (account !== undefined && (account !== accountId || inPartition !== partition)) {
      const message = `the role is in the account ${account} (${inPartition}), and the provider deploys to ${accountId} (${partition})`;
      return refuse({ path, message });
    }
    const name = roleName(known);
    const found = await look(context, name);
    if (found === "unknown") return known;
    if (found === undefined && !isDeferred(role) && !context.waits) {
      const message = `there is no role ${name} in the account ${accountId}. Create it first; if this program creates it, give the role itself, or an Output of it`;
      return refuse({ path, message });
    }
    if (found?.arn && account !== undefined && found.arn !== known) {
      return refuse({ path, message: `the account's role with this name has another path: ${found.arn}` });
    }
    return known;
  });
}

/** The name of a role, from its name or ARN. */
export function roleName(role: string): string {
  return role.split("/").at(-1) ?? role;
}

async function look({ parent, provider, found }: RoleContext, name: string) {
  // Pulumi's mocks, which unit tests of programs use, know no roles.
  if (!pulumi.runtime.hasEngine()) return "unknown";
  const asked = found.get(name) ?? findExisting(ROLE, name, undefined, { parent, provider });
  found.set(name, asked);
  try {
    return await asked;
  } catch (error) {
    // Whoever deploys need not be allowed to read other people's roles.
    if (pulumi.runtime.isDryRun()) pulumi.log.info(`${(error as Error).message}. So its name is not checked.`, parent);
    return "unknown";
  }
}
