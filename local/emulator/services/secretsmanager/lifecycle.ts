import { parseArn } from "../../aws";
import { DAY } from "../../clock";
import type { CallContext } from "../../context";
import { read, write } from "../../operation";
import { requirePermission } from "../../policy/require";
import type { Secret } from "../../state/model";
import { page } from "../../validation/pages";
import { boolean, enumeration, integer, list, required, string, structure } from "../../validation/shape";
import { tagsFrom, tagsView } from "../tags";
import { exists, invalidParameter, invalidRequest, invalidToken, notFound } from "./errors";
import {
  checkName,
  findSecret,
  findUsableSecret,
  identity,
  lookUpSecret,
  newSecretArn,
  secretResource,
  secretsOf,
} from "./secrets";
import * as shape from "./shapes";
import { CURRENT, hasValue, putVersion, stagesByVersion } from "./values";

/** From the creation of a secret to its deletion. */
const DEFAULT_RECOVERY_DAYS = 30;

function checkKey(key: string | undefined, context: CallContext): string | undefined {
  if (key === undefined || key === "" || key === "alias/aws/secretsmanager") return undefined;
  const arn = parseArn(key);
  if (arn !== undefined && (arn.service !== "kms" || arn.region !== context.region)) {
    throw invalidParameter("The KMS key must be in the Region of the secret.");
  }
  return key;
}

const value = {
  ClientRequestToken: shape.clientRequestToken,
  Description: shape.description,
  KmsKeyId: shape.kmsKeyId,
  SecretString: shape.secretString,
  SecretBinary: shape.secretBinary,
};

export const CreateSecret = write(
  structure({
    Name: required(string({ min: 1, max: 512 })),
    ...value,
    Tags: shape.tags,
    AddReplicaRegions: list(
      structure({ Region: string({ min: 1, max: 128, pattern: /^(?:[a-z]+-)+\d+$/ }), KmsKeyId: shape.kmsKeyId }),
      { min: 1 },
    ),
    ForceOverwriteReplicaSecret: boolean(),
  }),
  (input, context) => {
    checkName(input.Name);
    // Source: API reference of CreateSecret, "Required permissions".
    if (input.Tags?.length) {
      requirePermission(context, "secretsmanager:TagResource", secretResource({ SecretId: input.Name }, context));
    }
    const secrets = secretsOf(context);
    const existing = secrets.get(input.Name);
    if (existing?.deletion !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (existing !== undefined) {
      // A retry of a call that succeeded but whose answer was lost.
      const repeated =
        input.ClientRequestToken === undefined ? undefined : existing.versions.get(input.ClientRequestToken);
      const sameValue =
        repeated?.secretString === input.SecretString &&
        repeated?.secretBinary === input.SecretBinary?.toString("base64");
      if (repeated !== undefined && sameValue) return { ...identity(existing), VersionId: repeated.id };
      throw exists(`The operation failed because the secret ${input.Name} already exists.`);
    }
    if (input.AddReplicaRegions) throw invalidParameter("The emulator does not replicate secrets to other Regions.");
    const now = context.cloud.clock.now();
    const secret: Secret = {
      arn: newSecretArn(input.Name, context),
      name: input.Name,
      description: input.Description,
      kmsKeyId: checkKey(input.KmsKeyId, context),
      tags: tagsFrom(input.Tags, invalidParameter),
      versions: new Map(),
      createdAt: now,
      changedAt: now,
    };
    const version = hasValue(input) ? putVersion(secret, input, [CURRENT], now) : undefined;
    secrets.set(secret.name, secret);
    return { ...identity(secret), VersionId: version?.id };
  },
  (input, context) => secretResource({ SecretId: input.Name }, context),
);

export const UpdateSecret = write(
  structure({ SecretId: required(shape.secretId), ...value }),
  (input, context) => {
    const secret = findUsableSecret(input, context);
    const now = context.cloud.clock.now();
    const version = hasValue(input) ? putVersion(secret, input, [CURRENT], now) : undefined;
    secret.description = input.Description ?? secret.description;
    if (input.KmsKeyId !== undefined) secret.kmsKeyId = checkKey(input.KmsKeyId, context);
    secret.changedAt = now;
    return { ...identity(secret), VersionId: version?.id };
  },
  secretResource,
);

function view(secret: Secret) {
  return {
    ...identity(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    LastChangedDate: new Date(secret.changedAt),
    CreatedDate: new Date(secret.createdAt),
    DeletedDate: secret.deletion && new Date(secret.deletion.requestedAt),
    Tags: tagsView(secret.tags),
  };
}

export const DescribeSecret = read(
  shape.secretOnly,
  (input, context) => {
    const secret = findSecret(input, context);
    return { ...view(secret), VersionIdsToStages: stagesByVersion(secret) };
  },
  secretResource,
);

const filterValue = string({ max: 512, pattern: /^!?[a-zA-Z0-9 :_@/+=.!-]*$/ });

export const ListSecrets = read(
  structure({
    IncludePlannedDeletion: boolean(),
    MaxResults: shape.maxResults,
    NextToken: shape.nextToken,
    Filters: list(
      structure({ Key: enumeration(["name", "tag-key"]), Values: list(filterValue, { min: 1, max: 10 }) }),
      {
        max: 10,
      },
    ),
    SortOrder: enumeration(["asc", "desc"]),
  }),
  (input, context) => {
    const all = [...secretsOf(context).values()].filter((secret) => {
      if (secret.deletion !== undefined && !input.IncludePlannedDeletion) return false;
      return (input.Filters ?? []).every(({ Key, Values = [] }) => {
        if (Key === "name") return Values.some((prefix) => secret.name.startsWith(prefix));
        return Values.some((prefix) => [...secret.tags.keys()].some((key) => key.startsWith(prefix)));
      });
    });
    if (input.SortOrder === "desc") all.reverse();
    const { items, nextToken } = page(all, input.MaxResults ?? 100, input.NextToken, invalidToken());
    const entries = items.map((secret) => ({ ...view(secret), SecretVersionsToStages: stagesByVersion(secret) }));
    return { SecretList: entries, NextToken: nextToken };
  },
);

export const DeleteSecret = write(
  structure({
    SecretId: required(shape.secretId),
    RecoveryWindowInDays: integer(),
    ForceDeleteWithoutRecovery: boolean(),
  }),
  (input, context) => {
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
      if (secret !== undefined) secretsOf(context).delete(secret.name);
      const gone = secret ? identity(secret) : { ARN: secretResource(input, context), Name: input.SecretId };
      return { ...gone, DeletionDate: new Date(now) };
    }
    if (secret === undefined) throw notFound();
    if (secret.deletion !== undefined) {
      throw invalidRequest(
        "You can't perform this operation on the secret because it was already scheduled for deletion.",
      );
    }
    const deleteAt = now + (days ?? DEFAULT_RECOVERY_DAYS) * DAY;
    secret.deletion = { requestedAt: now, deleteAt };
    return { ...identity(secret), DeletionDate: new Date(deleteAt) };
  },
  secretResource,
);

export const RestoreSecret = write(
  shape.secretOnly,
  (input, context) => {
    const secret = findSecret(input, context);
    secret.deletion = undefined;
    return identity(secret);
  },
  secretResource,
);
