import type { Operations } from "../../operation";
import * as policies from "./policies";
import * as policyVersions from "./policy-versions";
import * as rolePolicies from "./role-policies";
import * as roles from "./roles";
import * as serviceLinkedRoles from "./service-linked-roles";
import * as simulation from "./simulation";

/** The operations of IAM that the emulator knows, by AWS's names. */
export const iamOperations: Operations = {
  CreateRole: roles.CreateRole,
  GetRole: roles.GetRole,
  ListRoles: roles.ListRoles,
  UpdateRole: roles.UpdateRole,
  UpdateRoleDescription: roles.UpdateRoleDescription,
  UpdateAssumeRolePolicy: roles.UpdateAssumeRolePolicy,
  DeleteRole: roles.DeleteRole,
  TagRole: roles.TagRole,
  UntagRole: roles.UntagRole,
  ListRoleTags: roles.ListRoleTags,
  PutRolePermissionsBoundary: roles.PutRolePermissionsBoundary,
  DeleteRolePermissionsBoundary: roles.DeleteRolePermissionsBoundary,
  ListInstanceProfilesForRole: roles.ListInstanceProfilesForRole,
  PutRolePolicy: rolePolicies.PutRolePolicy,
  GetRolePolicy: rolePolicies.GetRolePolicy,
  DeleteRolePolicy: rolePolicies.DeleteRolePolicy,
  ListRolePolicies: rolePolicies.ListRolePolicies,
  AttachRolePolicy: rolePolicies.AttachRolePolicy,
  DetachRolePolicy: rolePolicies.DetachRolePolicy,
  ListAttachedRolePolicies: rolePolicies.ListAttachedRolePolicies,
  CreatePolicy: policies.CreatePolicy,
  GetPolicy: policies.GetPolicy,
  ListPolicies: policies.ListPolicies,
  DeletePolicy: policies.DeletePolicy,
  CreatePolicyVersion: policyVersions.CreatePolicyVersion,
  GetPolicyVersion: policyVersions.GetPolicyVersion,
  ListPolicyVersions: policyVersions.ListPolicyVersions,
  DeletePolicyVersion: policyVersions.DeletePolicyVersion,
  SetDefaultPolicyVersion: policyVersions.SetDefaultPolicyVersion,
  TagPolicy: policies.TagPolicy,
  UntagPolicy: policies.UntagPolicy,
  ListPolicyTags: policies.ListPolicyTags,
  ListEntitiesForPolicy: policies.ListEntitiesForPolicy,
  SimulatePrincipalPolicy: simulation.SimulatePrincipalPolicy,
  CreateServiceLinkedRole: serviceLinkedRoles.CreateServiceLinkedRole,
  DeleteServiceLinkedRole: serviceLinkedRoles.DeleteServiceLinkedRole,
  GetServiceLinkedRoleDeletionStatus: serviceLinkedRoles.GetServiceLinkedRoleDeletionStatus,
};
