import type { TypeRow } from "../fields";
import { arn, bool, list, number, text } from "../validators";
import { AUTO_NAME, iamPolicy, NAME, policy, tagField } from "./common";

const iamName = /^[\w+=,.@-]+$/;

/** The types of IAM. */
export const IAM: Readonly<Record<string, TypeRow>> = {
  "aws:iam/role:Role": {
    title: "IAM Role",
    fields: {
      assumeRolePolicy: policy,
      name: { ...NAME, validate: [text(1, 64, iamName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 38, iamName)] },
      description: { validate: [text(0, 1000)] },
      forceDetachPolicies: { default: false, writeOnly: true, validate: [bool] },
      inlinePolicies: { computed: true, kind: "set", objects: true },
      managedPolicyArns: { computed: true, kind: "set", validate: [list(0, 20, arn)] },
      maxSessionDuration: { default: 3600, validate: [number(3600, 43200)] },
      path: { default: "/", forceNew: true, validate: [text(1, 512)] },
      permissionsBoundary: { validate: [arn] },
      tags: tagField,
    },
    computed: ["arn", "createDate", "uniqueId"],
    regional: false,
    tagged: true,
    autoName: { maxLength: 64 },
    awaited: true,
  },
  "aws:iam/rolePolicy:RolePolicy": {
    title: "IAM Role Policy",
    fields: {
      role: { required: true, forceNew: true },
      policy: iamPolicy,
      name: { ...NAME, validate: [text(1, 128, iamName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 102, iamName)] },
    },
    computed: [],
    regional: false,
    autoName: AUTO_NAME,
    awaited: true,
  },
  "aws:iam/policy:Policy": {
    title: "IAM Policy",
    fields: {
      policy: iamPolicy,
      name: { ...NAME, validate: [text(1, 128, iamName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(1, 102, iamName)] },
      description: { forceNew: true, validate: [text(0, 1000)] },
      path: { default: "/", forceNew: true },
      tags: tagField,
    },
    computed: ["arn", "attachmentCount", "policyId"],
    regional: false,
    tagged: true,
    autoName: AUTO_NAME,
    awaited: true,
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    title: "IAM Role Policy Attachment",
    deleteBeforeReplace: true,
    awaited: true,
    fields: {
      role: { required: true, forceNew: true },
      policyArn: { required: true, forceNew: true, validate: [arn] },
    },
    computed: [],
    regional: false,
  },
};
