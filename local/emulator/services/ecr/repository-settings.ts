import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { matchesWildcard } from "../../policy/wildcard";
import type { Encryption, ExclusionFilter } from "../../state/model";
import { invalidParameter } from "./registry";

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

/** Exclusion filters are required with the *_WITH_EXCLUSION settings, and allowed only with them. */
export function checkMutability(mutability: string, filters: readonly ExclusionFilter[] | undefined): void {
  const withExclusion = mutability.endsWith("_WITH_EXCLUSION");
  if (withExclusion && !filters?.length) {
    throw invalidParameter(`imageTagMutabilityExclusionFilters are required with ${mutability}`);
  }
  if (!withExclusion && filters?.length) {
    throw invalidParameter(`imageTagMutabilityExclusionFilters cannot be used with ${mutability}`);
  }
  for (const { filter } of filters ?? []) {
    if (filter.split("*").length > 3) throw invalidParameter(`The filter ${filter} holds more than two wildcards`);
  }
}

/** Whether an existing tag may point to another image. */
export function isTagMutable(
  mutability: string,
  filters: readonly ExclusionFilter[] | undefined,
  tag: string,
): boolean {
  const excluded = filters?.some(({ filter }) => matchesWildcard(filter, tag));
  if (mutability === "IMMUTABLE") return false;
  if (mutability === "IMMUTABLE_WITH_EXCLUSION") return excluded === true;
  if (mutability === "MUTABLE_WITH_EXCLUSION") return excluded !== true;
  return true;
}
