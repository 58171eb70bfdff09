import { boolean, enumeration, integer, list, required, string, structure } from "../../validation/shape";

/** Shapes that several operations of ECR's service model (API version 2015-09-21) share. */
const NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:\\/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*";
const PREFIX = new RegExp(`^(?:${NAME}\\/?|ROOT)$`);

export const rulePrefix = string({ min: 2, max: 30, pattern: PREFIX });
export const templatePrefix = string({ min: 1, max: 256, pattern: PREFIX });
export const repositoryName = string({ min: 2, max: 256, pattern: new RegExp(`^${NAME}$`) });
export const registryId = string({ pattern: /^[0-9]{12}$/ });
export const nextToken = string();
export const maxResults = integer({ min: 1, max: 1000 });
export const policyText = string({ min: 0, max: 10240 });
export const lifecyclePolicyText = string({ min: 100, max: 30720 });
export const customRoleArn = string({ max: 2048 });
export const resourceArn = string();

export const tags = list(
  structure({ Key: required(string({ min: 1, max: 128 })), Value: required(string({ min: 0, max: 256 })) }),
);

export const imageTagMutability = enumeration([
  "MUTABLE",
  "IMMUTABLE",
  "IMMUTABLE_WITH_EXCLUSION",
  "MUTABLE_WITH_EXCLUSION",
]);

export const exclusionFilters = list(
  structure({
    filterType: required(enumeration(["WILDCARD"])),
    filter: required(string({ min: 1, max: 128, pattern: /^[0-9a-zA-Z._*-]{1,128}$/ })),
  }),
  { min: 1, max: 5 },
);

export const encryptionType = enumeration(["AES256", "KMS", "KMS_DSSE"]);
export const scanningConfiguration = structure({ scanOnPush: boolean() });
export const imageIdentifier = structure({ imageDigest: string(), imageTag: string({ min: 1, max: 300 }) });
export const imageIdentifiers = list(imageIdentifier, { min: 1, max: 100 });
export const imageFilter = structure({
  tagStatus: enumeration(["TAGGED", "UNTAGGED", "ANY"]),
  imageStatus: enumeration(["ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"]),
});
