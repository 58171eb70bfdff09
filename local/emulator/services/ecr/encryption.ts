import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import type { Encryption } from "../../state/model";
import { invalidParameter } from "./errors";

/** The encryption of a new repository or template. ECR's default is AES256. KMS without a key means the key aws/ecr. */
export function encryptionFrom(input: Encryption | undefined, context: CallContext): Encryption {
  if (input === undefined) return { encryptionType: "AES256" };
  const { encryptionType, kmsKey } = input;
  if (encryptionType === "KMS_DSSE" && !context.region.startsWith("us-gov-")) {
    throw invalidParameter(`Encryption type KMS_DSSE is not available in Region ${context.region}`);
  }
  if (kmsKey === undefined || kmsKey === "") return { encryptionType };
  if (encryptionType === "AES256") throw invalidParameter("A KMS key cannot be given with encryption type AES256");
  const arn = parseArn(kmsKey);
  if (arn !== undefined && arn.region !== context.region) {
    throw invalidParameter(`The KMS key must be in Region ${context.region}, as the repository is`);
  }
  return { encryptionType, kmsKey };
}
