import { any, anyOf } from "../../kit/logic";
import type { StackResource } from "../../kit/policy";
import { type Fields, isFields, items, read, text, type Unknown, type Value } from "../../kit/values";
import { iamPolicy, iamRole, rolePolicy, rolePolicyAttachment } from "../types";
import { everything } from "./patterns";
import { permits } from "./permits";

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

/** The role of the stack that a property names. `undefined` if it is not clear which. */
export function roleFeeding(
  resource: StackResource,
  property: string,
  resources: readonly StackResource[],
): StackResource | undefined {
  const value = text(read(resource.props, property));
  const [feed, ...others] = (resource.propertyDependencies[property] ?? []).filter(({ type }) => type === iamRole);
  if (feed !== undefined) return others.length === 0 ? feed : undefined;
  return typeof value === "string" ? roleWithArn(value, resources) : undefined;
}

export function roleWithArn(arn: string, resources: readonly StackResource[]): StackResource | undefined {
  return resources.find((one) => one.type === iamRole && isArnOf(one, arn));
}

function isArnOf(role: StackResource, arn: string): boolean {
  const name = text(read(role.props, "name"));
  return arn === text(read(role.props, "arn")) || (typeof name === "string" && arn.endsWith(`/${name}`));
}

/** Whether ECR assumes the role, to create repositories or to read those of another account. */
export function isEcrRole(role: StackResource | undefined): boolean | Unknown {
  return role !== undefined && any(ecrServices.map((service) => trusts(role, service)));
}

/** Whether the role's trust policy lets the service assume it. */
export function trusts(role: StackResource, service: string): boolean | Unknown {
  const policy = read(role.props, "assumeRolePolicy");
  return permits([policy], "sts:AssumeRole", everything, ({ principal }) => isPrincipal(service, principal));
}

/** `*` is everyone, services included. Source: IAM user guide, "Principal". */
function isPrincipal(service: string, principal: Value): boolean | Unknown {
  const { AWS, Service }: Fields = isFields(principal) ? principal : { AWS: principal };
  return any([anyOf(items(AWS), (one) => one === "*"), anyOf(items(Service), (one) => ["*", service].includes(one))]);
}
