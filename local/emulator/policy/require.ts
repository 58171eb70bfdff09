import type { CallContext } from "../context";
import { AwsError } from "../errors";
import { isAllowed } from "./authorize";
import type { Principal } from "./principal";

/** Refuses a call if the caller's own policies lack another permission that the call needs. */
export function requirePermission(context: CallContext, action: string, resource: string): void {
  const { cloud, principal, account, region } = context;
  context.actions.push(action);
  if (isAllowed(cloud, { principal, action, resource, account, region }, [])) return;
  throw missingPermission(principal, action, resource);
}

/** Under the name that the JSON services have for it. */
export function missingPermission(principal: Principal, action: string, resource: string): AwsError {
  return new AwsError(
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`,
  );
}

/** Passing a role to a service needs permission. Source: IAM user guide, "Grant permissions to pass a role". */
export function requirePassRole(roleArn: string | undefined, context: CallContext): void {
  if (roleArn) requirePermission(context, "iam:PassRole", roleArn);
}
