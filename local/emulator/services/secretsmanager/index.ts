import type { Operations } from "../../operation";
import * as lifecycle from "./lifecycle";
import * as resourcePolicy from "./resource-policy";
import * as tagging from "./tagging";
import * as values from "./values";

/** The operations of AWS Secrets Manager that the emulator knows, by AWS's names. */
export const secretsManagerOperations: Operations = {
  CreateSecret: lifecycle.CreateSecret,
  DescribeSecret: lifecycle.DescribeSecret,
  UpdateSecret: lifecycle.UpdateSecret,
  DeleteSecret: lifecycle.DeleteSecret,
  RestoreSecret: lifecycle.RestoreSecret,
  ListSecrets: lifecycle.ListSecrets,
  GetSecretValue: values.GetSecretValue,
  PutSecretValue: values.PutSecretValue,
  ListSecretVersionIds: values.ListSecretVersionIds,
  UpdateSecretVersionStage: values.UpdateSecretVersionStage,
  TagResource: tagging.TagResource,
  UntagResource: tagging.UntagResource,
  PutResourcePolicy: resourcePolicy.PutResourcePolicy,
  GetResourcePolicy: resourcePolicy.GetResourcePolicy,
  DeleteResourcePolicy: resourcePolicy.DeleteResourcePolicy,
};
