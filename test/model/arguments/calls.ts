/* AWS calls that several arguments end in. Each takes the members that the argument decides. */

import type { Call } from "../cloud";
import { policy } from "./policy-documents";

export const rule = (input: object): Call => ({
  service: "ecr",
  operation: "CreatePullThroughCacheRule",
  input: { ecrRepositoryPrefix: "cache", upstreamRegistryUrl: "quay.io", ...input },
});

export const template = (input: object): Call => ({
  service: "ecr",
  operation: "CreateRepositoryCreationTemplate",
  input: { prefix: "cache", appliedFor: ["PULL_THROUGH_CACHE"], ...input },
});

export const secret = (input: object): Call => ({
  service: "secretsmanager",
  operation: "CreateSecret",
  input: { Name: "ecr-pullthroughcache/cache-0123456789abcdef0123456789", ...input },
});

export const role = (input: object): Call => ({
  service: "iam",
  operation: "CreateRole",
  input: {
    RoleName: "cache-template-0123456",
    AssumeRolePolicyDocument: policy({ Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" }),
    ...input,
  },
});
