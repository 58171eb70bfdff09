import type { StackResource } from "../../../policy-pack/kit/policy";
import { resource } from "../support";
import { document } from "./statements";

/** A role that the service may assume. */
export const role = (name: string, service: string, props: object = {}) =>
  resource("aws:iam/role:Role", name, {
    name,
    assumeRolePolicy: document({ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }),
    ...props,
  });

/** A policy that allows actions. */
export const allow = (Action: string | readonly string[], Resource: unknown = "*", more: object = {}) =>
  document({ Effect: "Allow", Action, Resource, ...more });

/** An inline policy of a role. */
export const inline = (of: StackResource, policy: unknown) =>
  resource("aws:iam/rolePolicy:RolePolicy", "inline", { role: of.name, policy }, { feeds: { role: [of] } });

/** AWS's policy of this name, attached to a role. */
export const attached = (of: StackResource, name: string) =>
  resource(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name,
    { role: of.name, policyArn: /^\w+$/.test(name) ? `arn:aws:iam::aws:policy/${name}` : name },
    { feeds: { role: [of] } },
  );
