import type { IAM } from "@aws-sdk/client-iam";
import { type OperationsOf, operation } from "../../operation";
import { IDENTITY_POLICY, parsePolicyAs } from "../../policy/document";
import { checkSize, encodeDocument, iamPage } from "./entities";
import { limitExceeded, malformedPolicy, noSuchEntity } from "./errors";
import { pathOf, requirePolicy } from "./policies";
import { findOwnRole, findRole, roleResource } from "./roles";

const INLINE_POLICIES_SIZE = 10240;
const ATTACHED_POLICIES = 10;

const missing = (policy: string) => noSuchEntity(`The role policy with name ${policy} cannot be found.`);

export const rolePolicies: OperationsOf<IAM> = {
  PutRolePolicy: operation((input, context) => {
    const { inlinePolicies } = findOwnRole(input, context);
    parsePolicyAs(input.PolicyDocument, IDENTITY_POLICY, malformedPolicy);
    const changed = new Map(inlinePolicies).set(input.PolicyName, input.PolicyDocument);
    checkSize("InlinePolicySizePerRole", INLINE_POLICIES_SIZE, ...changed.values());
    inlinePolicies.set(input.PolicyName, input.PolicyDocument);
  }, roleResource),
  GetRolePolicy: operation((input, context) => {
    const document = findRole(input, context).inlinePolicies.get(input.PolicyName);
    if (document === undefined) throw missing(input.PolicyName);
    return { ...input, PolicyDocument: encodeDocument(document) };
  }, roleResource),
  DeleteRolePolicy: operation((input, context) => {
    if (!findOwnRole(input, context).inlinePolicies.delete(input.PolicyName)) throw missing(input.PolicyName);
  }, roleResource),
  ListRolePolicies: operation(
    (input, context) => iamPage("PolicyNames", [...findRole(input, context).inlinePolicies.keys()], input),
    roleResource,
  ),
  AttachRolePolicy: operation((input, context) => {
    const role = findOwnRole(input, context);
    requirePolicy(input.PolicyArn, context);
    if (role.attachedPolicies.includes(input.PolicyArn)) return;
    if (role.attachedPolicies.length >= ATTACHED_POLICIES) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${ATTACHED_POLICIES}`);
    }
    role.attachedPolicies.push(input.PolicyArn);
  }, roleResource),
  DetachRolePolicy: operation((input, context) => {
    const role = findOwnRole(input, context);
    if (!role.attachedPolicies.includes(input.PolicyArn)) {
      throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
    }
    role.attachedPolicies = role.attachedPolicies.filter((arn) => arn !== input.PolicyArn);
  }, roleResource),
  ListAttachedRolePolicies: operation((input, context) => {
    const { PathPrefix = "/" } = input;
    const below = findRole(input, context).attachedPolicies.filter((arn) => pathOf(arn).startsWith(PathPrefix));
    const attached = below.map((PolicyArn) => ({ PolicyName: PolicyArn.split("/").at(-1), PolicyArn }));
    return iamPage("AttachedPolicies", attached, input);
  }, roleResource),
};
