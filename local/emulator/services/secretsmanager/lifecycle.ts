import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { parseArn } from "../../aws";
import { DAY } from "../../clock";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import { requirePermission } from "../../policy/require";
import type { Secret } from "../../state/model";
import { page } from "../pages";
import { tagOperations, withTags } from "../tags";
import { exists, invalidParameter, invalidRequest, invalidToken, notFound } from "./errors";
import {
  checkName,
  findSecret,
  findUsableSecret,
  lookUpSecret,
  newSecretArn,
  secretResource,
  secretsOf,
} from "./secrets";
import { putVersion, stagesByVersion } from "./values";

/** From the creation of a secret to its deletion. */
const DEFAULT_RECOVERY_DAYS = 30;
const TAGS = { invalid: invalidParameter };

function checkKey(key: string | undefined, context: CallContext): string | undefined {
  if (key === undefined || key === "" || key === "alias/aws/secretsmanager") return undefined;
  const arn = parseArn(key);
  if (arn !== undefined && (arn.service !== "kms" || arn.region !== context.region)) {
    throw invalidParameter("The KMS key must be in the Region of the secret.");
  }
  return key;
}

const { tag, untag } = tagOperations(findUsableSecret, TAGS, secretResource);

export const lifecycle: OperationsOf<SecretsManager> = {
  CreateSecret: operation(
    (input, context) => {
      checkName(input.Name);
      // Source: API reference of CreateSecret, "Required permissions".
      if (input.Tags?.length) {
        requirePermission(context, "secretsmanager:TagResource", secretResource({ SecretId: input.Name }, context));
      }
      const secrets = secretsOf(context);
      const existing = secrets.get(input.Name);
      if (existing?.DeletedDate !== undefined) {
        throw invalidRequest(
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      if (existing !== undefined) {
        // A retry of a call that succeeded but whose answer was lost.
        const repeated = existing.versions.get(input.ClientRequestToken ?? "");
        if (repeated && repeated.SecretString === input.SecretString) return { ...existing, ...repeated };
        throw exists(`The operation failed because the secret ${input.Name} already exists.`);
      }
      const now = context.cloud.clock.now();
      const secret: Secret = {
        ARN: newSecretArn(input.Name, context),
        Name: input.Name,
        Description: input.Description,
        KmsKeyId: checkKey(input.KmsKeyId, context),
        Tags: withTags(TAGS, input.Tags),
        CreatedDate: now,
        LastChangedDate: now,
        versions: new Map(),
      };
      const version = putVersion(secret, input, now);
      secrets.set(secret.Name, secret);
      return { ...secret, VersionId: version?.VersionId };
    },
    (input, context) => secretResource({ SecretId: input.Name }, context),
  ),
  UpdateSecret: operation((input, context) => {
    const secret = findUsableSecret(input, context);
    const now = context.cloud.clock.now();
    const version = putVersion(secret, input, now);
    secret.Description = input.Description ?? secret.Description;
    if (input.KmsKeyId !== undefined) secret.KmsKeyId = checkKey(input.KmsKeyId, context);
    secret.LastChangedDate = now;
    return { ...secret, VersionId: version?.VersionId };
  }, secretResource),
  DescribeSecret: operation((input, context) => {
    const secret = findSecret(input, context);
    return { ...secret, VersionIdsToStages: stagesByVersion(secret) };
  }, secretResource),
  ListSecrets: operation((input, context) => {
    const { Filters = [], IncludePlannedDeletion } = input;
    if (Filters.some(({ Key }) => Key !== "name")) throw invalidParameter("The emulator filters secrets by name.");
    const all = [...secretsOf(context).values()].filter(
      ({ Name, DeletedDate }) =>
        (DeletedDate === undefined || IncludePlannedDeletion) &&
        Filters.every(({ Values = [] }) => Values.some((prefix) => Name.startsWith(prefix))),
    );
    const { items, nextToken } = page(all, input.MaxResults, input.NextToken, invalidToken);
    const entries = items.map((secret) => ({ ...secret, SecretVersionsToStages: stagesByVersion(secret) }));
    return { SecretList: entries, NextToken: nextToken };
  }),
  DeleteSecret: operation((input, context) => {
    const force = input.ForceDeleteWithoutRecovery === true;
    const days = input.RecoveryWindowInDays;
    if (force && days !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    if (days !== undefined && (days < 7 || days > 30)) {
      throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    }
    const now = context.cloud.clock.now();
    const secret = lookUpSecret(input.SecretId, context);
    if (force) {
      // AWS reports no error if a secret to be force-deleted does not exist.
      if (secret !== undefined) secretsOf(context).delete(secret.Name);
      return { ARN: secretResource(input, context), Name: input.SecretId, ...secret, DeletionDate: now };
    }
    if (secret === undefined) throw notFound();
    if (secret.DeletedDate !== undefined) {
      throw invalidRequest(
        "You can't perform this operation on the secret because it was already scheduled for deletion.",
      );
    }
    const deleteAt = now + (days ?? DEFAULT_RECOVERY_DAYS) * DAY;
    return { ...Object.assign(secret, { DeletedDate: now, deleteAt }), DeletionDate: deleteAt };
  }, secretResource),
  RestoreSecret: operation(
    (input, context) => Object.assign(findSecret(input, context), { DeletedDate: undefined, deleteAt: undefined }),
    secretResource,
  ),
  TagResource: tag,
  UntagResource: untag,
};
