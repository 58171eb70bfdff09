import type { Field, TypeRow } from "../fields";
import { anything, arn, bool, exclusionFilter, json, list, object, oneOf, registryPrefix, text } from "../validators";
import { AUTO_NAME, policy, tagField } from "./common";

const mutability = oneOf("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION");
const exclusionFilters: Field = {
  objects: true,
  validate: [list(0, 5, object({ filter: exclusionFilter, filterType: oneOf("WILDCARD") }, ["filter", "filterType"]))],
};
const encryption = object({ encryptionType: oneOf("AES256", "KMS", "KMS_DSSE"), kmsKey: anything });

/** The types of Amazon ECR. */
export const ECR: Readonly<Record<string, TypeRow>> = {
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    title: "ECR Pull Through Cache Rule",
    fields: {
      ecrRepositoryPrefix: { required: true, forceNew: true, validate: [registryPrefix] },
      upstreamRegistryUrl: { required: true, forceNew: true, validate: [text(0, 2048)] },
      upstreamRepositoryPrefix: { forceNew: true, validate: [registryPrefix] },
      credentialArn: { validate: [arn] },
      customRoleArn: { validate: [arn] },
    },
    computed: ["registryId"],
  },
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
    title: "ECR Repository Creation Template",
    fields: {
      prefix: { required: true, forceNew: true, validate: [text(2, 256)] },
      appliedFors: {
        required: true,
        kind: "set",
        validate: [list(1, 3, oneOf("REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"))],
      },
      customRoleArn: { validate: [arn] },
      description: { validate: [text(0, 255)] },
      // Source: SuppressMissingOptionalConfigurationBlock; kms_key is Optional and Computed.
      encryptionConfigurations: {
        keptWhenMissing: true,
        computedItems: ["kmsKey"],
        objects: true,
        validate: [list(0, 1, encryption)],
      },
      imageTagMutability: { default: "MUTABLE", validate: [mutability] },
      imageTagMutabilityExclusionFilters: exclusionFilters,
      lifecyclePolicy: { kind: "json", validate: [json] },
      repositoryPolicy: { kind: "json", validate: [json] },
      resourceTags: tagField,
    },
    computed: ["registryId"],
  },
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
    title: "ECR Registry Scanning Configuration",
    fields: {
      scanType: { required: true, validate: [oneOf("BASIC", "ENHANCED")] },
      rules: {
        kind: "set",
        objects: true,
        validate: [
          list(
            0,
            100,
            object(
              {
                scanFrequency: oneOf("SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"),
                repositoryFilters: list(
                  1,
                  100,
                  object(
                    {
                      filter: text(1, 256, /^[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*$/),
                      filterType: oneOf("WILDCARD"),
                    },
                    ["filter", "filterType"],
                  ),
                ),
              },
              ["scanFrequency", "repositoryFilters"],
            ),
          ),
        ],
      },
    },
    computed: ["registryId"],
  },
  "aws:ecr/registryPolicy:RegistryPolicy": {
    title: "ECR Registry Policy",
    fields: { policy },
    computed: ["registryId"],
  },
  "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": {
    title: "ECR Pull Time Update Exclusion",
    fields: { principalArn: { required: true, forceNew: true, validate: [arn] } },
    computed: [],
  },
  "aws:ecr/repository:Repository": {
    title: "ECR Repository",
    fields: {
      name: { forceNew: true, validate: [text(2, 256)] },
      encryptionConfigurations: {
        forceNew: true,
        keptWhenMissing: true,
        computedItems: ["kmsKey"],
        objects: true,
        validate: [list(0, 1, encryption)],
      },
      forceDelete: { writeOnly: true, validate: [bool] },
      imageScanningConfiguration: {
        keptWhenMissing: true,
        objects: true,
        validate: [object({ scanOnPush: bool }, ["scanOnPush"])],
      },
      imageTagMutability: { default: "MUTABLE", validate: [mutability] },
      imageTagMutabilityExclusionFilters: exclusionFilters,
      tags: tagField,
    },
    computed: ["arn", "registryId", "repositoryUrl"],
    tagged: true,
    autoName: AUTO_NAME,
    awaited: true,
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    title: "ECR Lifecycle Policy",
    deleteBeforeReplace: true,
    fields: { repository: { required: true, forceNew: true }, policy: { ...policy, forceNew: true } },
    computed: ["registryId"],
    awaited: true,
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    title: "ECR Repository Policy",
    fields: { repository: { required: true, forceNew: true }, policy },
    computed: ["registryId"],
    awaited: true,
  },
};
