import type { StackResource } from "../../kit/policy";
import { fieldsOf, items, read, text, unknown } from "../../kit/values";
import { iamPolicy, iamRole, rolePolicy, rolePolicyAttachment } from "../types";
import { statementsOf } from "./policy-document";

const ecrServices = ["ecr.amazonaws.com", "pullthroughcache.ecr.amazonaws.com"];

/**
 * The role that a resource concerns: itself, the role of an inline policy, or the role that a policy is attached to.
 */
export function roleOf(resource: StackResource, resources: readonly StackResource[]): StackResource | undefined {
  if (resource.type === iamRole) return resource;
  if (resource.type === rolePolicy) return roleNamedBy(resource, resources);
  if (resource.type !== iamPolicy) return undefined;
  const attachment = resources.find(
    (one) =>
      one.type === rolePolicyAttachment &&
      ((one.propertyDependencies.policyArn ?? []).some((feed) => feed.urn === resource.urn) ||
        isSame(one, "policyArn", resource, "arn")),
  );
  return attachment === undefined ? undefined : roleNamedBy(attachment, resources);
}

function roleNamedBy(resource: StackResource, resources: readonly StackResource[]): StackResource | undefined {
  const feed = (resource.propertyDependencies.role ?? []).find(({ type }) => type === iamRole);
  return feed ?? resources.find((one) => one.type === iamRole && isSame(resource, "role", one, "name"));
}

function isSame(a: StackResource, property: string, b: StackResource, other: string): boolean {
  const value = text(read(a.props, property));
  return typeof value === "string" && value === text(read(b.props, other));
}

/** Whether ECR assumes the role, to create repositories or to read those of another account. */
export function isEcrRole(role: StackResource | undefined): boolean {
  if (role === undefined) return false;
  const statements = statementsOf(read(role.props, "assumeRolePolicy"));
  if (statements === unknown || statements === undefined) return false;
  return statements.some(({ principal }) => {
    const services = items(fieldsOf(principal).Service);
    return (
      services !== unknown &&
      services.some((service) => ecrServices.includes(typeof service === "string" ? service : ""))
    );
  });
}
