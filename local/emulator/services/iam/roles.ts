import type { IAM } from "@aws-sdk/client-iam";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import { parsePolicyAs, TRUST_POLICY } from "../../policy/document";
import { requirePermission } from "../../policy/require";
import type { Role } from "../../state/model";
import { tagOperations, withTags } from "../tags";
import { checkSize, encodeDocument, iamPage, TAGS } from "./entities";
import { alreadyExists, deleteConflict, invalidInput, malformedPolicy, noSuchEntity, unmodifiable } from "./errors";
import { newIdentifier } from "./identifiers";
import { requirePolicy } from "./policies";

const TRUST_POLICY_SIZE = 2048;
const DEFAULT_SESSION_SECONDS = 3600;

interface RoleInput {
  readonly RoleName: string;
}

export function findRole(input: RoleInput, context: CallContext): Role {
  const role = context.cloud.store.global(context.account).roles.get(input.RoleName);
  if (role === undefined || !context.cloud.visibility.sees(`role:${role.Arn}`)) {
    throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
  }
  return role;
}

/** A role that its owner may change. Service-linked roles belong to AWS. */
export function findOwnRole(input: RoleInput, context: CallContext): Role {
  const role = findRole(input, context);
  if (role.Path.startsWith("/aws-service-role/")) {
    throw unmodifiable(
      `Cannot perform the operation on the protected role '${role.RoleName}' - this role is only modifiable by AWS`,
    );
  }
  return role;
}

export function roleResource(input: RoleInput, context: CallContext): string {
  const known = context.cloud.store.global(context.account).roles.get(input.RoleName);
  return known?.Arn ?? `arn:aws:iam::${context.account}:role/${input.RoleName}`;
}

const shown = (role: Role) => ({
  ...role,
  AssumeRolePolicyDocument: encodeDocument(role.AssumeRolePolicyDocument),
  Tags: role.Tags.length > 0 ? role.Tags : undefined,
  RoleLastUsed: {},
});

/** What lists leave out. Source: API reference of IAM, ListRoles. */
const NOT_LISTED = { PermissionsBoundary: undefined, Tags: undefined, RoleLastUsed: undefined };

/** What AWS answers, although its model has only another value: see model/overrides.ts. */
const BOUNDARY = "Policy" as "PermissionsBoundaryPolicy";

const boundary = (PermissionsBoundaryArn: string | undefined): Role["PermissionsBoundary"] =>
  PermissionsBoundaryArn === undefined ? undefined : { PermissionsBoundaryType: BOUNDARY, PermissionsBoundaryArn };

function checkTrustPolicy(text: string): void {
  parsePolicyAs(text, TRUST_POLICY, malformedPolicy);
  checkSize("ACLSizePerRole", TRUST_POLICY_SIZE, text);
}

const { tag, untag } = tagOperations(findOwnRole, TAGS, roleResource);

export const roles: OperationsOf<IAM> = {
  CreateRole: operation((input, context) => {
    // Source: IAM user guide, "Tagging IAM roles": tags at creation need the permission to tag.
    if (input.Tags?.length) requirePermission(context, "iam:TagRole", roleResource(input, context));
    const { RoleName, AssumeRolePolicyDocument, Path = "/", Description, PermissionsBoundary } = input;
    const { roles } = context.cloud.store.global(context.account);
    const existing = [...roles.keys()].find((name) => name.toLowerCase() === RoleName.toLowerCase());
    if (existing !== undefined) throw alreadyExists(`Role with name ${RoleName} already exists.`);
    checkTrustPolicy(AssumeRolePolicyDocument);
    // The model has no NoSuchEntity for CreateRole.
    if (PermissionsBoundary !== undefined) requirePolicy(PermissionsBoundary, context, invalidInput);
    const role: Role = {
      Path,
      RoleName,
      RoleId: newIdentifier("AROA"),
      Arn: `arn:aws:iam::${context.account}:role${Path}${RoleName}`,
      CreateDate: context.cloud.clock.now(),
      AssumeRolePolicyDocument,
      Description,
      MaxSessionDuration: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      PermissionsBoundary: boundary(PermissionsBoundary),
      Tags: withTags(TAGS, input.Tags),
      inlinePolicies: new Map(),
      attachedPolicies: [],
    };
    roles.set(RoleName, role);
    return { Role: shown(role) };
  }, roleResource),
  GetRole: operation((input, context) => ({ Role: shown(findRole(input, context)) }), roleResource),
  ListRoles: operation((input, context) => {
    const roles = [...context.cloud.store.global(context.account).roles.values()];
    const below = roles.filter(({ Path }) => Path.startsWith(input.PathPrefix ?? "/"));
    return iamPage(
      "Roles",
      below.map((role) => ({ ...shown(role), ...NOT_LISTED })),
      input,
    );
  }),
  UpdateRole: operation((input, context) => {
    const role = findOwnRole(input, context);
    role.Description = input.Description ?? role.Description;
    role.MaxSessionDuration = input.MaxSessionDuration ?? role.MaxSessionDuration;
  }, roleResource),
  UpdateRoleDescription: operation((input, context) => {
    const role = findOwnRole(input, context);
    role.Description = input.Description;
    return { Role: shown(role) };
  }, roleResource),
  UpdateAssumeRolePolicy: operation((input, context) => {
    const role = findOwnRole(input, context);
    checkTrustPolicy(input.PolicyDocument);
    role.AssumeRolePolicyDocument = input.PolicyDocument;
  }, roleResource),
  DeleteRole: operation((input, context) => {
    const role = findOwnRole(input, context);
    if (role.attachedPolicies.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
    if (role.inlinePolicies.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
    context.cloud.store.global(context.account).roles.delete(role.RoleName);
  }, roleResource),
  TagRole: tag,
  UntagRole: untag,
  PutRolePermissionsBoundary: operation((input, context) => {
    const role = findOwnRole(input, context);
    requirePolicy(input.PermissionsBoundary, context);
    role.PermissionsBoundary = boundary(input.PermissionsBoundary);
  }, roleResource),
  DeleteRolePermissionsBoundary: operation((input, context) => {
    findOwnRole(input, context).PermissionsBoundary = undefined;
  }, roleResource),
  /** Always empty: callers list instance profiles before they delete a role. */
  ListInstanceProfilesForRole: operation((input, context) => {
    findRole(input, context);
    return { InstanceProfiles: [], IsTruncated: false };
  }, roleResource),
};
