import type { CallContext } from "../../context";
import { read, write } from "../../operation";
import { MANAGED_POLICY_ARNS, managedPolicyDocument } from "../../policy/aws-managed";
import { IDENTITY_POLICY } from "../../policy/document";
import type { ManagedPolicy, PolicyVersion } from "../../state/model";
import { enumeration, required, structure } from "../../validation/shape";
import { tagsView } from "../tags";
import { checkDocument, documentSize } from "./documents";
import { alreadyExists, deleteConflict, invalidInput, limitExceeded, noSuchEntity, unmodifiable } from "./errors";
import { newIdentifier } from "./identifiers";
import { iamPage } from "./paging";
import * as shape from "./shapes";
import { tagsFrom } from "./tagging";

const DOCUMENT_SIZE = 6144;

interface PolicyInput {
  PolicyArn: string;
}

const policyOnly = structure({ PolicyArn: required(shape.arn) });
export const policyResource = (input: PolicyInput) => input.PolicyArn;

/** The path in a policy's ARN, such as `/` or `/service-role/`. */
export function pathOf(arn: string): string {
  const [, , , , , resource = ""] = arn.split(":");
  return resource.slice("policy".length, resource.lastIndexOf("/") + 1);
}

function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const document = managedPolicyDocument(arn);
  if (document === undefined) return undefined;
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  const version = { id: "v1", document, createdAt: 0 };
  const versions = new Map([["v1", version]]);
  const tags = new Map<string, string>();
  return {
    name,
    path: pathOf(arn),
    arn,
    id: `ANPA${name.toUpperCase().slice(0, 16)}`,
    defaultVersionId: "v1",
    nextVersion: 2,
    versions,
    tags,
    createdAt: 0,
    updatedAt: 0,
  };
}

export function findPolicy(input: PolicyInput, context: CallContext): ManagedPolicy {
  const own = context.cloud.store.global(context.account).policies.get(input.PolicyArn);
  const policy = own ?? awsManagedPolicy(input.PolicyArn);
  if (policy === undefined || !context.cloud.visibility.sees(`policy:${policy.arn}`)) {
    throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
  }
  return policy;
}

/** Refuses what cannot be attached to a role or be its permissions boundary. */
export function requirePolicy(arn: string, context: CallContext): void {
  if (!arn.startsWith("arn:")) throw invalidInput(`ARN ${arn} is not valid.`);
  const isOwn = context.cloud.store.global(context.account).policies.has(arn);
  if (!isOwn && managedPolicyDocument(arn) === undefined) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
}

export function findOwnPolicy(input: PolicyInput, context: CallContext): ManagedPolicy {
  const policy = findPolicy(input, context);
  if (policy.arn.startsWith("arn:aws:iam::aws:")) throw unmodifiable(`Policy ${policy.arn} belongs to AWS.`);
  return policy;
}

const rolesOf = (context: CallContext) => [...context.cloud.store.global(context.account).roles.values()];

function rolesWith(arn: string, context: CallContext) {
  return rolesOf(context).filter((role) => role.attachedPolicies.includes(arn));
}

function view(policy: ManagedPolicy, context: CallContext) {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: rolesWith(policy.arn, context).length,
    PermissionsBoundaryUsageCount: rolesOf(context).filter((role) => role.permissionsBoundary === policy.arn).length,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
    Tags: policy.tags.size > 0 ? tagsView(policy.tags) : undefined,
  };
}

/** What lists leave out. Source: API reference of IAM, ListPolicies and Policy. */
const NOT_LISTED = { Description: undefined, Tags: undefined };

export function checkSize(document: string): void {
  if (documentSize(document) > DOCUMENT_SIZE)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${DOCUMENT_SIZE}`);
}

export function addVersion(policy: ManagedPolicy, document: string, now: number): PolicyVersion {
  const version = { id: `v${policy.nextVersion++}`, document, createdAt: now };
  policy.versions.set(version.id, version);
  return version;
}

export const CreatePolicy = write(
  structure({
    PolicyName: required(shape.policyName),
    Path: shape.policyPath,
    PolicyDocument: required(shape.policyDocument),
    Description: shape.policyDescription,
    Tags: shape.tags,
  }),
  (input, context) => {
    const { policies } = context.cloud.store.global(context.account);
    const path = input.Path ?? "/";
    const arn = `arn:aws:iam::${context.account}:policy${path}${input.PolicyName}`;
    const sameName = [...policies.values()].some(({ name }) => name.toLowerCase() === input.PolicyName.toLowerCase());
    if (sameName)
      throw alreadyExists(`A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`);
    checkDocument(input.PolicyDocument, IDENTITY_POLICY);
    checkSize(input.PolicyDocument);
    const now = context.cloud.clock.now();
    const policy: ManagedPolicy = {
      name: input.PolicyName,
      path,
      arn,
      id: newIdentifier("ANPA"),
      description: input.Description,
      defaultVersionId: "v1",
      nextVersion: 1,
      versions: new Map(),
      tags: tagsFrom(input.Tags),
      createdAt: now,
      updatedAt: now,
    };
    addVersion(policy, input.PolicyDocument, now);
    policies.set(arn, policy);
    return { Policy: view(policy, context) };
  },
  (input, context) => `arn:aws:iam::${context.account}:policy${input.Path ?? "/"}${input.PolicyName}`,
);

export const GetPolicy = read(
  policyOnly,
  (input, context) => ({ Policy: view(findPolicy(input, context), context) }),
  policyResource,
);

export const ListPolicies = read(
  structure({
    Scope: enumeration(["All", "AWS", "Local"]),
    OnlyAttached: shape.flag,
    PathPrefix: shape.policyPath,
    ...shape.paging,
  }),
  (input, context) => {
    const own = input.Scope === "AWS" ? [] : [...context.cloud.store.global(context.account).policies.values()];
    const ofAws = input.Scope === "Local" ? [] : MANAGED_POLICY_ARNS.flatMap((arn) => awsManagedPolicy(arn) ?? []);
    const wanted = [...own, ...ofAws].filter(
      ({ path, arn }) =>
        path.startsWith(input.PathPrefix ?? "/") && (!input.OnlyAttached || rolesWith(arn, context).length > 0),
    );
    return iamPage("Policies", wanted, input, (policy) => ({ ...view(policy, context), ...NOT_LISTED }));
  },
);

export const DeletePolicy = write(
  policyOnly,
  (input, context) => {
    const policy = findOwnPolicy(input, context);
    if (rolesWith(policy.arn, context).length > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    if (policy.versions.size > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    context.cloud.store.global(context.account).policies.delete(policy.arn);
  },
  policyResource,
);

export const TagPolicy = write(
  structure({ PolicyArn: required(shape.arn), Tags: required(shape.tags) }),
  (input, context) => {
    const policy = findOwnPolicy(input, context);
    policy.tags = tagsFrom(input.Tags, policy.tags);
  },
  policyResource,
);

export const UntagPolicy = write(
  structure({ PolicyArn: required(shape.arn), TagKeys: required(shape.tagKeys) }),
  (input, context) => {
    const { tags } = findOwnPolicy(input, context);
    for (const key of input.TagKeys) tags.delete(key);
  },
  policyResource,
);

export const ListPolicyTags = read(
  structure({ PolicyArn: required(shape.arn), ...shape.paging }),
  (input, context) => iamPage("Tags", tagsView(findPolicy(input, context).tags), input, (tag) => tag),
  policyResource,
);

export const ListEntitiesForPolicy = read(
  structure({ PolicyArn: required(shape.arn), ...shape.paging }),
  (input, context) => {
    const { arn } = findPolicy(input, context);
    const roles = iamPage("PolicyRoles", rolesWith(arn, context), input, ({ name, id }) => ({
      RoleName: name,
      RoleId: id,
    }));
    return { PolicyGroups: [], PolicyUsers: [], ...roles };
  },
  policyResource,
);
