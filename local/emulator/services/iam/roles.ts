import type { CallContext } from "../../context";
import { read, write } from "../../operation";
import { TRUST_POLICY } from "../../policy/document";
import { requirePermission } from "../../policy/require";
import type { Role } from "../../state/model";
import { required, structure } from "../../validation/shape";
import { tagsView } from "../tags";
import { checkDocument, documentSize, encodeDocument } from "./documents";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity, unmodifiable } from "./errors";
import { newIdentifier } from "./identifiers";
import { iamPage } from "./paging";
import { requirePolicy } from "./policies";
import * as shape from "./shapes";
import { tagsFrom } from "./tagging";

const TRUST_POLICY_SIZE = 2048;
const DEFAULT_SESSION_SECONDS = 3600;
const SERVICE_LINKED_PATH = "/aws-service-role/";

interface RoleInput {
  RoleName: string;
}

export function findRole(input: RoleInput, context: CallContext): Role {
  const role = context.cloud.store.global(context.account).roles.get(input.RoleName);
  if (role === undefined || !context.cloud.visibility.sees(`role:${role.arn}`)) {
    throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
  }
  return role;
}

/** A role that its owner may change. Service-linked roles belong to AWS. */
export function findOwnRole(input: RoleInput, context: CallContext): Role {
  const role = findRole(input, context);
  if (isServiceLinked(role)) {
    throw unmodifiable(
      `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    );
  }
  return role;
}

export function roleResource(input: RoleInput, context: CallContext): string {
  const known = context.cloud.store.global(context.account).roles.get(input.RoleName);
  return known?.arn ?? `arn:aws:iam::${context.account}:role/${input.RoleName}`;
}

export function roleView(role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    PermissionsBoundary: role.permissionsBoundary && {
      PermissionsBoundaryType: "Policy",
      PermissionsBoundaryArn: role.permissionsBoundary,
    },
    Tags: role.tags.size > 0 ? tagsView(role.tags) : undefined,
    RoleLastUsed: {},
  };
}

/** What lists leave out. Source: API reference of IAM, ListRoles. */
const NOT_LISTED = { PermissionsBoundary: undefined, Tags: undefined, RoleLastUsed: undefined };

export const isServiceLinked = (role: Role) => role.path.startsWith(SERVICE_LINKED_PATH);

function checkTrustPolicy(text: string): void {
  checkDocument(text, TRUST_POLICY);
  if (documentSize(text) > TRUST_POLICY_SIZE) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY_SIZE}`);
  }
}

export const CreateRole = write(
  structure({
    RoleName: required(shape.roleName),
    AssumeRolePolicyDocument: required(shape.policyDocument),
    Path: shape.rolePath,
    Description: shape.description,
    MaxSessionDuration: shape.sessionDuration,
    PermissionsBoundary: shape.arn,
    Tags: shape.tags,
  }),
  (input, context) => {
    // Source: IAM user guide, "Tagging IAM roles": tags at creation need the permission to tag.
    if (input.Tags?.length) requirePermission(context, "iam:TagRole", roleResource(input, context));
    const { roles } = context.cloud.store.global(context.account);
    const existing = [...roles.keys()].find((name) => name.toLowerCase() === input.RoleName.toLowerCase());
    if (existing !== undefined) throw alreadyExists(`Role with name ${input.RoleName} already exists.`);
    checkTrustPolicy(input.AssumeRolePolicyDocument);
    if (input.PermissionsBoundary !== undefined) requirePolicy(input.PermissionsBoundary, context);
    const path = input.Path ?? "/";
    const role: Role = {
      name: input.RoleName,
      path,
      arn: `arn:aws:iam::${context.account}:role${path}${input.RoleName}`,
      id: newIdentifier("AROA"),
      trustPolicy: input.AssumeRolePolicyDocument,
      description: input.Description,
      maxSessionDuration: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      permissionsBoundary: input.PermissionsBoundary,
      inlinePolicies: new Map(),
      attachedPolicies: [],
      tags: tagsFrom(input.Tags),
      createdAt: context.cloud.clock.now(),
    };
    roles.set(role.name, role);
    return { Role: roleView(role) };
  },
  roleResource,
);

export const GetRole = read(
  shape.roleOnly,
  (input, context) => ({ Role: roleView(findRole(input, context)) }),
  roleResource,
);

export const ListRoles = read(structure({ PathPrefix: shape.pathPrefix, ...shape.paging }), (input, context) => {
  const roles = [...context.cloud.store.global(context.account).roles.values()];
  const below = roles.filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
  return iamPage("Roles", below, input, (role) => ({ ...roleView(role), ...NOT_LISTED }));
});

export const UpdateRole = write(
  structure({
    RoleName: required(shape.roleName),
    Description: shape.description,
    MaxSessionDuration: shape.sessionDuration,
  }),
  (input, context) => {
    const role = findOwnRole(input, context);
    role.description = input.Description ?? role.description;
    role.maxSessionDuration = input.MaxSessionDuration ?? role.maxSessionDuration;
    return {};
  },
  roleResource,
);

export const UpdateRoleDescription = write(
  structure({ RoleName: required(shape.roleName), Description: required(shape.description) }),
  (input, context) => {
    const role = findOwnRole(input, context);
    role.description = input.Description;
    return { Role: roleView(role) };
  },
  roleResource,
);

export const UpdateAssumeRolePolicy = write(
  structure({ RoleName: required(shape.roleName), PolicyDocument: required(shape.policyDocument) }),
  (input, context) => {
    const role = findOwnRole(input, context);
    checkTrustPolicy(input.PolicyDocument);
    role.trustPolicy = input.PolicyDocument;
  },
  roleResource,
);

export const DeleteRole = write(
  shape.roleOnly,
  (input, context) => {
    const role = findOwnRole(input, context);
    if (role.attachedPolicies.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
    if (role.inlinePolicies.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
    context.cloud.store.global(context.account).roles.delete(role.name);
  },
  roleResource,
);

export const TagRole = write(
  structure({ RoleName: required(shape.roleName), Tags: required(shape.tags) }),
  (input, context) => {
    const role = findOwnRole(input, context);
    role.tags = tagsFrom(input.Tags, role.tags);
  },
  roleResource,
);

export const UntagRole = write(
  structure({ RoleName: required(shape.roleName), TagKeys: required(shape.tagKeys) }),
  (input, context) => {
    const { tags } = findOwnRole(input, context);
    for (const key of input.TagKeys) tags.delete(key);
  },
  roleResource,
);

export const ListRoleTags = read(
  structure({ RoleName: required(shape.roleName), ...shape.paging }),
  (input, context) => iamPage("Tags", tagsView(findRole(input, context).tags), input, (tag) => tag),
  roleResource,
);

export const PutRolePermissionsBoundary = write(
  structure({ RoleName: required(shape.roleName), PermissionsBoundary: required(shape.arn) }),
  (input, context) => {
    const role = findOwnRole(input, context);
    requirePolicy(input.PermissionsBoundary, context);
    role.permissionsBoundary = input.PermissionsBoundary;
  },
  roleResource,
);

export const DeleteRolePermissionsBoundary = write(
  shape.roleOnly,
  (input, context) => {
    findOwnRole(input, context).permissionsBoundary = undefined;
  },
  roleResource,
);

/** Always empty: callers list instance profiles before they delete a role. */
export const ListInstanceProfilesForRole = read(
  structure({ RoleName: required(shape.roleName), ...shape.paging }),
  (input, context) => {
    findRole(input, context);
    return { InstanceProfiles: [], IsTruncated: false };
  },
  roleResource,
);
