import type { IAM } from "@aws-sdk/client-iam";
import { found } from "../../errors";
import type { OperationsOf } from "../../operation";
import { IDENTITY_POLICY, parsePolicyAs } from "../../policy/document";
import { pathOf, requirePolicy } from "./policies";
import { onOwnRole, onRole } from "./roles";
import { checkSize, encodeDocument, iamPage, limitExceeded, malformedPolicy, noSuchEntity } from "./shared";

const INLINE_POLICIES_SIZE = 10240;
const ATTACHED_POLICIES = 10;

const missing = (policy: string) => noSuchEntity(`The role policy with name ${policy} cannot be found.`);

export const rolePolicies: OperationsOf<IAM> = {
  PutRolePolicy: onOwnRole(({ inlinePolicies }, { PolicyName, PolicyDocument }) => {
    parsePolicyAs(PolicyDocument, IDENTITY_POLICY, malformedPolicy);
    const changed = new Map(inlinePolicies).set(PolicyName, PolicyDocument);
    checkSize("InlinePolicySizePerRole", INLINE_POLICIES_SIZE, ...changed.values());
    inlinePolicies.set(PolicyName, PolicyDocument);
  }),
  GetRolePolicy: onRole(({ inlinePolicies }, input) => {
    const document = found(inlinePolicies.get(input.PolicyName), () => missing(input.PolicyName));
    return { ...input, PolicyDocument: encodeDocument(document) };
  }),
  DeleteRolePolicy: onOwnRole(({ inlinePolicies }, { PolicyName }) => {
    if (!inlinePolicies.delete(PolicyName)) throw missing(PolicyName);
  }),
  ListRolePolicies: onRole(({ inlinePolicies }, input) => iamPage("PolicyNames", [...inlinePolicies.keys()], input)),
  AttachRolePolicy: onOwnRole(({ attachedPolicies }, { PolicyArn }, context) => {
    requirePolicy(PolicyArn, context);
    if (attachedPolicies.includes(PolicyArn)) return;
    if (attachedPolicies.length >= ATTACHED_POLICIES) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${ATTACHED_POLICIES}`);
    }
    attachedPolicies.push(PolicyArn);
  }),
  DetachRolePolicy: onOwnRole((role, { PolicyArn }) => {
    if (!role.attachedPolicies.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    role.attachedPolicies = role.attachedPolicies.filter((arn) => arn !== PolicyArn);
  }),
  ListAttachedRolePolicies: onRole(({ attachedPolicies }, input) => {
    const { PathPrefix = "/" } = input;
    const below = attachedPolicies.filter((arn) => pathOf(arn).startsWith(PathPrefix));
    const attached = below.map((PolicyArn) => ({ PolicyName: PolicyArn.split("/").at(-1), PolicyArn }));
    return iamPage("AttachedPolicies", attached, input);
  }),
};
