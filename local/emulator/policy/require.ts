import type { CallContext } from "../context";
import { AwsError } from "../errors";
import { isAllowed } from "./authorize";

/** Refuses a call whose caller lacks a permission that the call needs beside its own, by the caller's own policies. */
export function requirePermission(context: CallContext, action: string, resource: string): void {
  const { cloud, principal, account, region } = context;
  context.actions.push(action);
  if (isAllowed(cloud, { principal, action, resource, account, region }, [])) return;
  throw new AwsError(
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`,
  );
}

/** Who gives a role to a service must be allowed to. Source: IAM user guide, "Grant permissions to pass a role". */
export function requirePassRole(roleArn: string | undefined, context: CallContext): void {
  if (roleArn) requirePermission(context, "iam:PassRole", roleArn);
}
