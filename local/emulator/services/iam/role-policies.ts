import { read, write } from "../../operation";
import { IDENTITY_POLICY } from "../../policy/document";
import { required, structure } from "../../validation/shape";
import { checkDocument, documentSize, encodeDocument } from "./documents";
import { limitExceeded, noSuchEntity } from "./errors";
import { iamPage } from "./paging";
import { pathOf, requirePolicy } from "./policies";
import { findOwnRole, findRole, roleResource } from "./roles";
import * as shape from "./shapes";

const INLINE_POLICIES_SIZE = 10240;
const ATTACHED_POLICIES = 10;

const named = structure({ RoleName: required(shape.roleName), PolicyName: required(shape.policyName) });
const attachment = structure({ RoleName: required(shape.roleName), PolicyArn: required(shape.arn) });

export const PutRolePolicy = write(
  structure({
    RoleName: required(shape.roleName),
    PolicyName: required(shape.policyName),
    PolicyDocument: required(shape.policyDocument),
  }),
  (input, context) => {
    const role = findOwnRole(input, context);
    checkDocument(input.PolicyDocument, IDENTITY_POLICY);
    const others = [...role.inlinePolicies].filter(([name]) => name !== input.PolicyName);
    const size = others.reduce((sum, [, text]) => sum + documentSize(text), documentSize(input.PolicyDocument));
    if (size > INLINE_POLICIES_SIZE) {
      throw limitExceeded(`Maximum policy size of ${INLINE_POLICIES_SIZE} bytes exceeded for role ${role.name}`);
    }
    role.inlinePolicies.set(input.PolicyName, input.PolicyDocument);
  },
  roleResource,
);

const missing = (policy: string) => noSuchEntity(`The role policy with name ${policy} cannot be found.`);

export const GetRolePolicy = read(
  named,
  (input, context) => {
    const document = findRole(input, context).inlinePolicies.get(input.PolicyName);
    if (document === undefined) throw missing(input.PolicyName);
    return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) };
  },
  roleResource,
);

export const DeleteRolePolicy = write(
  named,
  (input, context) => {
    if (!findOwnRole(input, context).inlinePolicies.delete(input.PolicyName)) throw missing(input.PolicyName);
  },
  roleResource,
);

export const ListRolePolicies = read(
  structure({ RoleName: required(shape.roleName), ...shape.paging }),
  (input, context) =>
    iamPage("PolicyNames", [...findRole(input, context).inlinePolicies.keys()], input, (name) => name),
  roleResource,
);

export const AttachRolePolicy = write(
  attachment,
  (input, context) => {
    const role = findOwnRole(input, context);
    requirePolicy(input.PolicyArn, context);
    if (role.attachedPolicies.includes(input.PolicyArn)) return;
    if (role.attachedPolicies.length >= ATTACHED_POLICIES) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${ATTACHED_POLICIES}`);
    }
    role.attachedPolicies.push(input.PolicyArn);
  },
  roleResource,
);

export const DetachRolePolicy = write(
  attachment,
  (input, context) => {
    const role = findOwnRole(input, context);
    if (!role.attachedPolicies.includes(input.PolicyArn)) {
      throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
    }
    role.attachedPolicies = role.attachedPolicies.filter((arn) => arn !== input.PolicyArn);
  },
  roleResource,
);

export const ListAttachedRolePolicies = read(
  structure({ RoleName: required(shape.roleName), PathPrefix: shape.policyPath, ...shape.paging }),
  (input, context) => {
    const { PathPrefix = "/" } = input;
    const below = findRole(input, context).attachedPolicies.filter((arn) => pathOf(arn).startsWith(PathPrefix));
    return iamPage("AttachedPolicies", below, input, (PolicyArn) => ({
      PolicyName: PolicyArn.split("/").at(-1),
      PolicyArn,
    }));
  },
  roleResource,
);
