import type { IAM } from "@aws-sdk/client-iam";
import type { CallContext } from "../../context";
import { found } from "../../errors";
import { type OperationsOf, operation, operationsOn } from "../../operation";
import { parsePolicyAs, TRUST_POLICY } from "../../policy/document";
import { requirePermission } from "../../policy/require";
import type { Role } from "../../state/model";
import { tagOperations, withTags } from "../tags";
import { requirePolicy } from "./policies";
import {
  alreadyExists,
  checkSize,
  deleteConflict,
  encodeDocument,
  iamPage,
  invalidInput,
  malformedPolicy,
  newIdentifier,
  noSuchEntity,
  TAGS,
  unmodifiable,
} from "./shared";

const TRUST_POLICY_SIZE = 2048;
const DEFAULT_SESSION_SECONDS = 3600;

interface RoleInput {
  readonly RoleName: string;
}

function findRole(input: RoleInput, context: CallContext): Role {
  const missing = () => noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
  const role = found(context.cloud.store.global(context.account).roles.get(input.RoleName), missing);
  if (!context.cloud.visibility.sees(`role:${role.Arn}`)) throw missing();
  return role;
}

/** A role that its owner may change. Service-linked roles belong to AWS. */
function findOwnRole(input: RoleInput, context: CallContext): Role {
  const role = findRole(input, context);
  if (!role.Path.startsWith("/aws-service-role/")) return role;
  throw unmodifiable(`The protected role '${role.RoleName}' is only modifiable by AWS`);
}

function roleResource(input: RoleInput, context: CallContext): string {
  const known = context.cloud.store.global(context.account).roles.get(input.RoleName);
  return known?.Arn ?? `arn:aws:iam::${context.account}:role/${input.RoleName}`;
}

export const onRole = operationsOn(findRole, roleResource);
export const onOwnRole = operationsOn(findOwnRole, roleResource);

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
  GetRole: onRole((role) => ({ Role: shown(role) })),
  ListRoles: operation((input, context) => {
    const roles = [...context.cloud.store.global(context.account).roles.values()];
    const below = roles.filter(({ Path }) => Path.startsWith(input.PathPrefix ?? "/"));
    const listed = below.map((role) => ({ ...shown(role), ...NOT_LISTED }));
    return iamPage("Roles", listed, input);
  }),
  UpdateRole: onOwnRole((role, { Description = role.Description, MaxSessionDuration = role.MaxSessionDuration }) => {
    Object.assign(role, { Description, MaxSessionDuration });
  }),
  UpdateRoleDescription: onOwnRole((role, { Description }) => ({ Role: shown(Object.assign(role, { Description })) })),
  UpdateAssumeRolePolicy: onOwnRole((role, { PolicyDocument }) => {
    checkTrustPolicy(PolicyDocument);
    role.AssumeRolePolicyDocument = PolicyDocument;
  }),
  DeleteRole: onOwnRole((role, _input, { cloud, account }) => {
    if (role.attachedPolicies.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
    if (role.inlinePolicies.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
    cloud.store.global(account).roles.delete(role.RoleName);
  }),
  TagRole: tag,
  UntagRole: untag,
  PutRolePermissionsBoundary: onOwnRole((role, { PermissionsBoundary }, context) => {
    requirePolicy(PermissionsBoundary, context);
    role.PermissionsBoundary = boundary(PermissionsBoundary);
  }),
  DeleteRolePermissionsBoundary: onOwnRole((role) => {
    role.PermissionsBoundary = undefined;
  }),
  /** Always empty: callers list instance profiles before they delete a role. */
  ListInstanceProfilesForRole: onRole(() => ({ InstanceProfiles: [], IsTruncated: false })),
};
