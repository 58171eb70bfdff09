import { boolean, integer, list, required, string, structure } from "../../validation/shape";

/** Shapes that several operations of IAM's service model (API version 2010-05-08) share. */
export const roleName = string({ min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ });
export const policyName = string({ min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ });
export const policyDocument = string({ min: 1, max: 131072, pattern: /^[\t\n\r\u0020-\u00FF]+$/ });
export const rolePath = string({ min: 1, max: 512, pattern: /^(?:\/|\/[\u0021-\u007E]+\/)$/ });
export const policyPath = string({ min: 1, max: 512, pattern: /^(?:\/[A-Za-z0-9.,+@=_-]+)*\/$/ });
export const description = string({ max: 1000, pattern: /^[\t\n\r\u0020-\u007E\u00A1-\u00FF]*$/ });
/** Unlike the description of a role, that of a policy may have any character. */
export const policyDescription = string({ max: 1000 });
export const sessionDuration = integer({ min: 3600, max: 43200 });
export const arn = string({ min: 20, max: 2048 });
export const versionId = string({ pattern: /^v[1-9][0-9]*(?:\.[A-Za-z0-9-]*)?$/ });
export const flag = boolean();
const tagKey = string({ min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u });
export const tags = list(
  structure({
    Key: required(tagKey),
    Value: required(string({ min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u })),
  }),
  { max: 50 },
);
export const tagKeys = list(tagKey, { max: 50 });
export const paging = {
  Marker: string({ min: 1, max: 320, pattern: /^[\u0020-\u00FF]+$/ }),
  MaxItems: integer({ min: 1, max: 1000 }),
};
export const pathPrefix = string({ min: 1, max: 512, pattern: /^\/[\u0021-\u007F]*$/ });
export const roleOnly = structure({ RoleName: required(roleName) });
