import type { StackResource } from "../../kit/policy";
import { fieldsOf, items, read, text, unknown, type Value } from "../../kit/values";
import { given } from "../account/registry";
import {
  iamPolicy,
  iamRole,
  policyAttachment,
  rolePolicy,
  rolePolicyAttachment,
  rolePolicyAttachmentsExclusive,
} from "../types";
import { managedPolicy } from "./managed";

/** What decides about a role's permissions. */
export interface RolePolicies {
  /** The documents. One that only the deployment will show is unknown. */
  readonly documents: readonly Value[];
  /** ARNs of policies that neither the stack nor this pack knows. */
  readonly others: readonly string[];
}

/** The properties that name the role and the policies. */
const attachments: Readonly<Record<string, readonly [role: string, policies: string]>> = {
  [rolePolicyAttachment]: ["role", "policyArn"],
  [policyAttachment]: ["roles", "policyArn"],
  [rolePolicyAttachmentsExclusive]: ["roleName", "policyArns"],
};

/** The policies that the stack gives a role: inline ones, and attached ones of the stack and of AWS. */
export function policiesOf(role: StackResource, resources: readonly StackResource[]): RolePolicies {
  const attached = resources.flatMap((one) => {
    const [roles = "", policies = ""] = attachments[one.type] ?? [];
    return concerns(one, roles, role) ? attachedBy(one, policies, resources) : [];
  });
  const inline = resources
    .filter((one) => one.type === rolePolicy && concerns(one, "role", role))
    .map((one) => read(one.props, "policy"));
  const all = [...attached, ...attachedBy(role, "managedPolicyArns", resources)];
  return {
    documents: [
      ...inlineOf(role),
      ...inline,
      ...all.flatMap(({ document }): readonly Value[] => (document === undefined ? [] : [document])),
    ],
    others: all.flatMap(({ other }) => other ?? []),
  };
}

/** In doubt it does: a role that is not known yet may be this one. */
function concerns(resource: StackResource, property: string, role: StackResource): boolean {
  if (property === "") return false;
  const feeds = (resource.propertyDependencies[property] ?? []).filter(({ type }) => type === iamRole);
  if (feeds.length > 0) return feeds.some(({ urn }) => urn === role.urn);
  const names = items(read(resource.props, property));
  const name = text(read(role.props, "name"));
  return names === unknown || names.some((one) => one === unknown || (one !== undefined && one === name));
}

function inlineOf(role: StackResource): readonly Value[] {
  const inline = items(given(role, "inlinePolicies"));
  return inline === unknown
    ? [unknown]
    : inline.map((one): Value => (one === unknown ? unknown : fieldsOf(one).policy));
}

function readOf(resource: StackResource, property: string): Value {
  return read(resource.props, property);
}

interface Attached {
  readonly document?: Value;
  readonly other?: string;
}

function attachedBy(resource: StackResource, property: string, resources: readonly StackResource[]): Attached[] {
  const feeds = (resource.propertyDependencies[property] ?? []).filter(({ type }) => type === iamPolicy);
  const ofStack = feeds.map((feed): Attached => ({ document: read(feed.props, "policy") }));
  const arns = items((resource.type === iamRole ? given : readOf)(resource, property));
  if (arns === unknown || arns.includes(unknown)) return ofStack.length > 0 ? ofStack : [{ document: unknown }];
  const others = arns.map(text).filter((arn) => typeof arn === "string");
  return [
    ...ofStack,
    ...others.map((arn): Attached => {
      const own = resources.find((one) => one.type === iamPolicy && text(read(one.props, "arn")) === arn);
      const document = own === undefined ? managedPolicy(arn) : read(own.props, "policy");
      return document === undefined ? { other: arn } : { document };
    }),
  ];
}
