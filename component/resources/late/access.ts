import * as pulumi from "@pulumi/pulumi";
import type { AccessArgs } from "../../args";
import { accountId, organizationId, roleArn } from "../../schema/aws";
import { ifGiven, whenKnown } from "./when-known";

/** Access with its values known and checked. */
export function knownAccess(access: AccessArgs, path: readonly PropertyKey[]) {
  return pulumi.output({
    lambda: access.lambda,
    accounts: access.accounts?.map((id, index) => whenKnown(accountId, id, [...path, "accounts", index])),
    roleArns: access.roleArns?.map((arn, index) => whenKnown(roleArn, arn, [...path, "roleArns", index])),
    organizationId: ifGiven(organizationId, access.organizationId, [...path, "organizationId"]),
  });
}
