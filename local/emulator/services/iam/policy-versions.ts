import { read, write } from "../../operation";
import { IDENTITY_POLICY } from "../../policy/document";
import type { ManagedPolicy, PolicyVersion } from "../../state/model";
import { required, structure } from "../../validation/shape";
import { checkDocument, encodeDocument } from "./documents";
import { deleteConflict, limitExceeded, noSuchEntity } from "./errors";
import { iamPage } from "./paging";
import { addVersion, checkSize, findOwnPolicy, findPolicy, policyResource } from "./policies";
import * as shape from "./shapes";

const VERSIONS_PER_POLICY = 5;

const policyVersion = structure({ PolicyArn: required(shape.arn), VersionId: required(shape.versionId) });

function versionView(policy: ManagedPolicy, version: PolicyVersion) {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersionId,
    CreateDate: new Date(version.createdAt),
  };
}

function findVersion(policy: ManagedPolicy, id: string): PolicyVersion {
  const version = policy.versions.get(id);
  if (version === undefined)
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}

export const CreatePolicyVersion = write(
  structure({
    PolicyArn: required(shape.arn),
    PolicyDocument: required(shape.policyDocument),
    SetAsDefault: shape.flag,
  }),
  (input, context) => {
    const policy = findOwnPolicy(input, context);
    checkDocument(input.PolicyDocument, IDENTITY_POLICY);
    checkSize(input.PolicyDocument);
    if (policy.versions.size >= VERSIONS_PER_POLICY) {
      throw limitExceeded(
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
      );
    }
    const version = addVersion(policy, input.PolicyDocument, context.cloud.clock.now());
    if (input.SetAsDefault) policy.defaultVersionId = version.id;
    policy.updatedAt = version.createdAt;
    return { PolicyVersion: versionView(policy, version) };
  },
  policyResource,
);

export const GetPolicyVersion = read(
  policyVersion,
  (input, context) => {
    const policy = findPolicy(input, context);
    const version = findVersion(policy, input.VersionId);
    return { PolicyVersion: { ...versionView(policy, version), Document: encodeDocument(version.document) } };
  },
  policyResource,
);

export const ListPolicyVersions = read(
  structure({ PolicyArn: required(shape.arn), ...shape.paging }),
  (input, context) => {
    const policy = findPolicy(input, context);
    return iamPage("Versions", [...policy.versions.values()].reverse(), input, (version) =>
      versionView(policy, version),
    );
  },
  policyResource,
);

export const DeletePolicyVersion = write(
  policyVersion,
  (input, context) => {
    const policy = findOwnPolicy(input, context);
    const version = findVersion(policy, input.VersionId);
    if (version.id === policy.defaultVersionId) throw deleteConflict("Cannot delete the default version of a policy.");
    policy.versions.delete(version.id);
  },
  policyResource,
);

export const SetDefaultPolicyVersion = write(
  policyVersion,
  (input, context) => {
    const policy = findOwnPolicy(input, context);
    policy.defaultVersionId = findVersion(policy, input.VersionId).id;
  },
  policyResource,
);
