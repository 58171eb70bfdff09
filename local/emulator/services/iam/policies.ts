import type { IAM } from "@aws-sdk/client-iam";
import type { CallContext } from "../../context";
import { found } from "../../errors";
import { type OperationsOf, operation, operationsOn } from "../../operation";
import { managedPolicyDocument } from "../../policy/aws-managed";
import { IDENTITY_POLICY, parsePolicyAs } from "../../policy/document";
import { missingPermission } from "../../policy/require";
import type { ManagedPolicy, PolicyVersion } from "../../state/model";
import { tagOperations, withTags } from "../tags";
import {
  alreadyExists,
  checkSize,
  deleteConflict,
  encodeDocument,
  iamPage,
  invalidInput,
  limitExceeded,
  malformedPolicy,
  newIdentifier,
  noSuchEntity,
  TAGS,
} from "./shared";

const DOCUMENT_SIZE = 6144;
const VERSIONS_PER_POLICY = 5;

interface PolicyInput {
  readonly PolicyArn: string;
}

const policyResource = (input: PolicyInput) => input.PolicyArn;

/** The path in a policy's ARN, such as `/` or `/service-role/`. */
export function pathOf(arn: string): string {
  const [, , , , , resource = ""] = arn.split(":");
  return resource.slice("policy".length, resource.lastIndexOf("/") + 1);
}

function newPolicy(Arn: string, PolicyId: string, Document: string, now: number): ManagedPolicy {
  const version = { VersionId: "v1", Document, CreateDate: now };
  return {
    PolicyName: Arn.slice(Arn.lastIndexOf("/") + 1),
    PolicyId,
    Arn,
    Path: pathOf(Arn),
    DefaultVersionId: "v1",
    IsAttachable: true,
    CreateDate: now,
    UpdateDate: now,
    Tags: [],
    nextVersion: 2,
    versions: new Map([["v1", version]]),
  };
}

function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const document = managedPolicyDocument(arn);
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  return document === undefined ? undefined : newPolicy(arn, `ANPA${name.toUpperCase().slice(0, 16)}`, document, 0);
}

function findPolicy({ PolicyArn }: PolicyInput, { cloud, account }: CallContext): ManagedPolicy {
  const missing = () => noSuchEntity(`Policy ${PolicyArn} was not found.`);
  const policy = cloud.store.global(account).policies.get(PolicyArn) ?? awsManagedPolicy(PolicyArn);
  if (!cloud.visibility.sees(`policy:${PolicyArn}`)) throw missing();
  return found(policy, missing);
}

/** Refuses what cannot be attached to a role or be its permissions boundary. */
export function requirePolicy(arn: string, context: CallContext, missing = noSuchEntity): void {
  if (!arn.startsWith("arn:")) throw invalidInput(`ARN ${arn} is not valid.`);
  const isOwn = context.cloud.store.global(context.account).policies.has(arn);
  if (!isOwn && managedPolicyDocument(arn) === undefined) {
    throw missing(`Policy ${arn} does not exist or is not attachable.`);
  }
}

/** A policy that its owner may change. */
function findOwnPolicy(input: PolicyInput, context: CallContext): ManagedPolicy {
  const policy = findPolicy(input, context);
  if (policy.Arn.startsWith("arn:aws:iam::aws:"))
    throw missingPermission(context.principal, context.actions.at(-1) ?? "", policy.Arn);
  return policy;
}

function counted(policy: ManagedPolicy, context: CallContext) {
  const roles = [...context.cloud.store.global(context.account).roles.values()];
  const isBoundary = roles.filter((role) => role.PermissionsBoundary?.PermissionsBoundaryArn === policy.Arn);
  return {
    ...policy,
    AttachmentCount: roles.filter((role) => role.attachedPolicies.includes(policy.Arn)).length,
    PermissionsBoundaryUsageCount: isBoundary.length,
    Tags: policy.Tags.length > 0 ? policy.Tags : undefined,
  };
}

function checkDocument(document: string): void {
  parsePolicyAs(document, IDENTITY_POLICY, malformedPolicy);
  checkSize("PolicySize", DOCUMENT_SIZE, document);
}

const shown = (policy: ManagedPolicy, version: PolicyVersion) => ({
  ...version,
  Document: encodeDocument(version.Document),
  IsDefaultVersion: version.VersionId === policy.DefaultVersionId,
});

/** All answers but GetPolicyVersion's leave out the document. Source: API reference of IAM, PolicyVersion. */
const listed = (policy: ManagedPolicy, version: PolicyVersion) => ({ ...shown(policy, version), Document: undefined });

function findVersion(policy: ManagedPolicy, id: string): PolicyVersion {
  const missing = () => noSuchEntity(`Policy ${policy.Arn} version ${id} does not exist or is not attachable.`);
  return found(policy.versions.get(id), missing);
}

const onPolicy = operationsOn(findPolicy, policyResource);
const onOwnPolicy = operationsOn(findOwnPolicy, policyResource);
const { tag, untag } = tagOperations(findOwnPolicy, TAGS, policyResource);

export const policies: OperationsOf<IAM> = {
  CreatePolicy: operation((input, context) => {
    const { policies } = context.cloud.store.global(context.account);
    const name = input.PolicyName.toLowerCase();
    if ([...policies.values()].some(({ PolicyName }) => PolicyName.toLowerCase() === name)) {
      throw alreadyExists(`A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`);
    }
    checkDocument(input.PolicyDocument);
    const arn = arnOf(input, context);
    const policy: ManagedPolicy = {
      ...newPolicy(arn, newIdentifier("ANPA"), input.PolicyDocument, context.cloud.clock.now()),
      Description: input.Description,
      Tags: withTags(TAGS, input.Tags),
    };
    policies.set(arn, policy);
    return { Policy: counted(policy, context) };
  }, arnOf),
  GetPolicy: onPolicy((policy, _input, context) => ({ Policy: counted(policy, context) })),
  DeletePolicy: onOwnPolicy((policy, _input, context) => {
    if (counted(policy, context).AttachmentCount > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    if (policy.versions.size > 1) {
      throw deleteConflict("This policy has more than one version: delete those that are not the default first.");
    }
    context.cloud.store.global(context.account).policies.delete(policy.Arn);
  }),
  CreatePolicyVersion: onOwnPolicy((policy, { PolicyDocument, SetAsDefault }, { cloud }) => {
    checkDocument(PolicyDocument);
    if (policy.versions.size >= VERSIONS_PER_POLICY) {
      throw limitExceeded(`A managed policy can have up to ${VERSIONS_PER_POLICY} versions.`);
    }
    const now = cloud.clock.now();
    const version = { VersionId: `v${policy.nextVersion++}`, Document: PolicyDocument, CreateDate: now };
    policy.versions.set(version.VersionId, version);
    if (SetAsDefault) policy.DefaultVersionId = version.VersionId;
    policy.UpdateDate = now;
    return { PolicyVersion: listed(policy, version) };
  }),
  GetPolicyVersion: onPolicy((policy, { VersionId }) => ({
    PolicyVersion: shown(policy, findVersion(policy, VersionId)),
  })),
  ListPolicyVersions: onPolicy((policy, input) => {
    const versions = [...policy.versions.values()].reverse().map((version) => listed(policy, version));
    return iamPage("Versions", versions, input);
  }),
  DeletePolicyVersion: onOwnPolicy((policy, input) => {
    const { VersionId } = findVersion(policy, input.VersionId);
    if (VersionId === policy.DefaultVersionId) throw deleteConflict("Cannot delete the default version of a policy.");
    policy.versions.delete(VersionId);
  }),
  TagPolicy: tag,
  UntagPolicy: untag,
};

function arnOf(input: { PolicyName: string; Path?: string }, { account }: CallContext): string {
  return `arn:aws:iam::${account}:policy${input.Path ?? "/"}${input.PolicyName}`;
}
