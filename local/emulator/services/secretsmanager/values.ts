import { randomUUID } from "node:crypto";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type OperationsOf, operation } from "../../operation";
import type { Secret, SecretVersion } from "../../state/model";
import { page } from "../pages";
import { exists, invalidParameter, invalidToken, limitExceeded, notFound } from "./errors";
import { findSecret, findUsableSecret, secretResource } from "./secrets";

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
/** AWS Secrets Manager quotas, "Staging labels attached across all versions of a secret". */
const STAGES_PER_SECRET = 20;

interface ValueInput {
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

export const hasValue = (input: ValueInput) => input.SecretString !== undefined || input.SecretBinary !== undefined;

export const sameValue = (version: SecretVersion, input: ValueInput) =>
  version.SecretString === input.SecretString && version.SecretBinary === input.SecretBinary;

const versionsOf = (secret: Secret) => [...secret.versions.values()];
const holderOf = (secret: Secret, stage: string) =>
  versionsOf(secret).find(({ VersionStages }) => VersionStages.includes(stage));

/**
 * Stores a new version. The same token with the same value is the same version; with another value it is a conflict.
 */
export function putVersion(secret: Secret, input: ValueInput, stages: readonly string[], now: number): SecretVersion {
  const { SecretString, SecretBinary, ClientRequestToken: VersionId = randomUUID() } = input;
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const existing = secret.versions.get(VersionId);
  if (existing !== undefined) {
    if (sameValue(existing, input)) return existing;
    throw exists("You can't use ClientRequestToken for a secret version that already exists with another value.");
  }
  const isFirst = secret.versions.size === 0;
  const wanted = isFirst && !stages.includes(CURRENT) ? [...stages, CURRENT] : stages;
  checkStages(secret, wanted);
  const version: SecretVersion = { VersionId, SecretString, SecretBinary, VersionStages: [], CreatedDate: now };
  secret.versions.set(VersionId, version);
  for (const stage of wanted) moveStage(secret, stage, version);
  secret.LastChangedDate = now;
  return version;
}

function checkStages(secret: Secret, added: readonly string[]): void {
  const attached = versionsOf(secret).flatMap(({ VersionStages }) => VersionStages);
  const moved = added.includes(CURRENT) && attached.includes(CURRENT) ? [PREVIOUS] : [];
  if (new Set([...attached, ...added, ...moved]).size > STAGES_PER_SECRET) {
    throw limitExceeded(`A secret takes at most ${STAGES_PER_SECRET} staging labels on all its versions.`);
  }
}

/** Only one version has a stage. The version that loses AWSCURRENT gets AWSPREVIOUS. */
function moveStage(secret: Secret, stage: string, target: SecretVersion | undefined): void {
  const holder = holderOf(secret, stage);
  if (holder === target) return;
  if (holder !== undefined) holder.VersionStages = holder.VersionStages.filter((held) => held !== stage);
  if (target !== undefined) target.VersionStages = [...target.VersionStages, stage];
  if (stage === CURRENT && holder !== undefined) moveStage(secret, PREVIOUS, holder);
}

function findVersion(secret: Secret, id: string | undefined, stage?: string): SecretVersion {
  const wanted = stage ?? (id === undefined ? CURRENT : undefined);
  const version = versionsOf(secret).find(
    ({ VersionId, VersionStages }) =>
      (id === undefined || VersionId === id) && (wanted === undefined || VersionStages.includes(wanted)),
  );
  if (version !== undefined) return version;
  const what = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`;
  throw notFound(`Secrets Manager can't find the specified secret value for ${what}`);
}

export const values: OperationsOf<SecretsManager> = {
  PutSecretValue: operation((input, context) => {
    const secret = findUsableSecret(input, context);
    if (!hasValue(input)) throw invalidParameter("You must provide either SecretString or SecretBinary.");
    return { ...secret, ...putVersion(secret, input, input.VersionStages ?? [CURRENT], context.cloud.clock.now()) };
  }, secretResource),
  GetSecretValue: operation((input, context) => {
    const secret = findUsableSecret(input, context);
    return { ...secret, ...findVersion(secret, input.VersionId, input.VersionStage) };
  }, secretResource),
  ListSecretVersionIds: operation((input, context) => {
    const secret = findSecret(input, context);
    const all = versionsOf(secret).filter(({ VersionStages }) => input.IncludeDeprecated || VersionStages.length > 0);
    const { items, nextToken } = page(all, input.MaxResults, input.NextToken, invalidToken);
    return { ...secret, Versions: items, NextToken: nextToken };
  }, secretResource),
  UpdateSecretVersionStage: operation((input, context) => {
    const secret = findUsableSecret(input, context);
    const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = input;
    const holder = holderOf(secret, stage);
    const target = to === undefined ? undefined : findVersion(secret, to);
    if (stage === CURRENT && target === undefined) {
      throw invalidParameter(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
      );
    }
    if (holder !== undefined && holder !== target && from !== holder.VersionId) {
      throw invalidParameter(
        `The staging label ${stage} is attached to version ${holder.VersionId}: name it in RemoveFromVersionId`,
      );
    }
    if (from !== undefined && holder?.VersionId !== from) {
      throw invalidParameter(`The staging label ${stage} is not attached to version ${from}`);
    }
    if (target !== undefined) checkStages(secret, [stage]);
    moveStage(secret, stage, target);
    secret.LastChangedDate = context.cloud.clock.now();
    return secret;
  }, secretResource),
};

export function stagesByVersion(secret: Secret): Record<string, string[]> {
  const staged = versionsOf(secret).filter(({ VersionStages }) => VersionStages.length > 0);
  return Object.fromEntries(staged.map(({ VersionId, VersionStages }) => [VersionId, VersionStages]));
}
