import { randomUUID } from "node:crypto";
import { read, write } from "../../operation";
import type { Secret, SecretVersion } from "../../state/model";
import { page } from "../../validation/pages";
import { boolean, required, structure } from "../../validation/shape";
import { exists, invalidParameter, invalidToken, limitExceeded, notFound } from "./errors";
import { findSecret, findUsableSecret, identity, secretResource } from "./secrets";
import * as shape from "./shapes";

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
/** AWS Secrets Manager quotas, "Staging labels attached across all versions of a secret". */
const STAGES_PER_SECRET = 20;

interface ValueInput {
  ClientRequestToken?: string;
  SecretString?: string;
  SecretBinary?: Buffer;
}

export const hasValue = (input: ValueInput) => input.SecretString !== undefined || input.SecretBinary !== undefined;

/**
 * Stores a new version. The same token with the same value is the same version; with another value it is a conflict.
 */
export function putVersion(secret: Secret, input: ValueInput, stages: readonly string[], now: number): SecretVersion {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const id = input.ClientRequestToken ?? randomUUID();
  const secretBinary = input.SecretBinary?.toString("base64");
  const existing = secret.versions.get(id);
  if (existing !== undefined) {
    if (existing.secretString === input.SecretString && existing.secretBinary === secretBinary) return existing;
    throw exists("You can't use ClientRequestToken for a secret version that already exists with another value.");
  }
  const isFirst = secret.versions.size === 0;
  const wanted = isFirst && !stages.includes(CURRENT) ? [...stages, CURRENT] : stages;
  checkStages(secret, wanted);
  const version: SecretVersion = { id, secretString: input.SecretString, secretBinary, stages: [], createdAt: now };
  secret.versions.set(id, version);
  for (const stage of wanted) moveStage(secret, stage, version);
  secret.changedAt = now;
  return version;
}

function checkStages(secret: Secret, added: readonly string[]): void {
  const attached = [...secret.versions.values()].flatMap(({ stages }) => stages);
  const moved = added.includes(CURRENT) && attached.includes(CURRENT) ? [PREVIOUS] : [];
  if (new Set([...attached, ...added, ...moved]).size > STAGES_PER_SECRET) {
    throw limitExceeded(`A secret takes at most ${STAGES_PER_SECRET} staging labels on all its versions.`);
  }
}

/** Only one version has a stage. The version that loses AWSCURRENT gets AWSPREVIOUS. */
export function moveStage(secret: Secret, stage: string, target: SecretVersion | undefined): void {
  const holder = [...secret.versions.values()].find(({ stages }) => stages.includes(stage));
  if (holder === target) return;
  if (holder !== undefined) holder.stages = holder.stages.filter((held) => held !== stage);
  if (target !== undefined) target.stages = [...target.stages, stage];
  if (stage === CURRENT && holder !== undefined) moveStage(secret, PREVIOUS, holder);
}

export const PutSecretValue = write(
  structure({
    SecretId: required(shape.secretId),
    ClientRequestToken: shape.clientRequestToken,
    SecretString: shape.secretString,
    SecretBinary: shape.secretBinary,
    VersionStages: shape.versionStages,
  }),
  (input, context) => {
    const secret = findUsableSecret(input, context);
    if (!hasValue(input)) throw invalidParameter("You must provide either SecretString or SecretBinary.");
    const version = putVersion(secret, input, input.VersionStages ?? [CURRENT], context.cloud.clock.now());
    return { ...identity(secret), VersionId: version.id, VersionStages: version.stages };
  },
  secretResource,
);

function findVersion(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  const wanted = stage ?? (id === undefined ? CURRENT : undefined);
  const version = [...secret.versions.values()].find(
    (candidate) =>
      (id === undefined || candidate.id === id) && (wanted === undefined || candidate.stages.includes(wanted)),
  );
  if (version !== undefined) return version;
  const what = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`;
  throw notFound(`Secrets Manager can't find the specified secret value for ${what}`);
}

export const GetSecretValue = read(
  structure({ SecretId: required(shape.secretId), VersionId: shape.versionId, VersionStage: shape.versionStage }),
  (input, context) => {
    const secret = findUsableSecret(input, context);
    const version = findVersion(secret, input.VersionId, input.VersionStage);
    return {
      ...identity(secret),
      VersionId: version.id,
      SecretString: version.secretString,
      SecretBinary: version.secretBinary,
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdAt),
    };
  },
  secretResource,
);

export const ListSecretVersionIds = read(
  structure({
    SecretId: required(shape.secretId),
    MaxResults: shape.maxResults,
    NextToken: shape.nextToken,
    IncludeDeprecated: boolean(),
  }),
  (input, context) => {
    const secret = findSecret(input, context);
    const all = [...secret.versions.values()].filter(({ stages }) => input.IncludeDeprecated || stages.length > 0);
    const { items, nextToken } = page(all, input.MaxResults ?? 100, input.NextToken, invalidToken());
    const versions = items.map(({ id, stages, createdAt }) => ({
      VersionId: id,
      VersionStages: stages,
      CreatedDate: new Date(createdAt),
    }));
    return { ...identity(secret), Versions: versions, NextToken: nextToken };
  },
  secretResource,
);

export const UpdateSecretVersionStage = write(
  structure({
    SecretId: required(shape.secretId),
    VersionStage: required(shape.versionStage),
    RemoveFromVersionId: shape.versionId,
    MoveToVersionId: shape.versionId,
  }),
  (input, context) => {
    const secret = findUsableSecret(input, context);
    const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = input;
    const holder = [...secret.versions.values()].find(({ stages }) => stages.includes(stage));
    const target = to === undefined ? undefined : findVersion(secret, to, undefined);
    if (stage === CURRENT && target === undefined) {
      throw invalidParameter(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
      );
    }
    if (holder !== undefined && holder !== target && from !== holder.id) {
      throw invalidParameter(
        `The staging label ${stage} is attached to version ${holder.id}: name it in RemoveFromVersionId`,
      );
    }
    if (from !== undefined && holder?.id !== from) {
      throw invalidParameter(`The staging label ${stage} is not attached to version ${from}`);
    }
    if (target !== undefined) checkStages(secret, [stage]);
    moveStage(secret, stage, target);
    secret.changedAt = context.cloud.clock.now();
    return identity(secret);
  },
  secretResource,
);

export function stagesByVersion(secret: Secret): Record<string, string[]> {
  const staged = [...secret.versions.values()].filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(staged.map(({ id, stages }) => [id, stages]));
}
