import { randomUUID } from "node:crypto";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { found } from "../../errors";
import type { OperationsOf } from "../../operation";
import type { Secret, SecretVersion } from "../../state/model";
import { page } from "../pages";
import { exists, invalidParameter, invalidToken, notFound, onSecret, onUsableSecret } from "./secrets";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
interface ValueInput {
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
}

const versionsOf = (secret: Secret) => [...secret.versions.values()];
const holderOf = (secret: Secret, stage: string) =>
  versionsOf(secret).find(({ VersionStages }) => VersionStages.includes(stage));

/**
 * Stores a new current version, if a value is given. The same token with the same value is the same version; with another
 * value it is a conflict.
 */
export function putVersion(secret: Secret, input: ValueInput, now: number): SecretVersion | undefined {
  const { SecretString, ClientRequestToken: VersionId = randomUUID() } = input;
  if (SecretString === undefined) return undefined;
  const existing = secret.versions.get(VersionId);
  if (existing !== undefined) {
    if (existing.SecretString === SecretString) return existing;
    throw exists("You can't use ClientRequestToken for a secret version that already exists with another value.");
  }
  const version: SecretVersion = { VersionId, SecretString, VersionStages: [], CreatedDate: now };
  secret.versions.set(VersionId, version);
  moveStage(secret, CURRENT, version);
  secret.LastChangedDate = now;
  return version;
}

/** Only one version has a stage. The version that loses AWSCURRENT gets AWSPREVIOUS. */
function moveStage(secret: Secret, stage: string, target: SecretVersion | undefined): void {
  const holder = holderOf(secret, stage);
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
  const what = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`;
  return found(version, () => notFound(`Secrets Manager can't find the specified secret value for ${what}`));
}

export const values: OperationsOf<SecretsManager> = {
  PutSecretValue: onUsableSecret((secret, input, { cloud }) => {
    const version = putVersion(secret, input, cloud.clock.now());
    if (version === undefined) throw invalidParameter("You must provide either SecretString or SecretBinary.");
    return { ...secret, ...version };
  }),
  GetSecretValue: onUsableSecret((secret, { VersionId, VersionStage }) => ({
    ...secret,
    ...findVersion(secret, VersionId, VersionStage),
  })),
  ListSecretVersionIds: onSecret((secret, input) => {
    const all = versionsOf(secret).filter(({ VersionStages }) => input.IncludeDeprecated || VersionStages.length > 0);
    const { items, nextToken } = page(all, input.MaxResults, input.NextToken, invalidToken);
    return { ...secret, Versions: items, NextToken: nextToken };
  }),
  /** Removes a label: the emulator moves only those of a new version. */
  UpdateSecretVersionStage: onUsableSecret((secret, { VersionStage: stage, RemoveFromVersionId: from }, { cloud }) => {
    if (stage === CURRENT) {
      throw invalidParameter(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
      );
    }
    if (holderOf(secret, stage)?.VersionId !== from) {
      throw invalidParameter(`The staging label ${stage} is not attached to the version in RemoveFromVersionId`);
    }
    moveStage(secret, stage, undefined);
    secret.LastChangedDate = cloud.clock.now();
    return secret;
  }),
};

export function stagesByVersion(secret: Secret): Record<string, string[]> {
  const staged = versionsOf(secret).filter(({ VersionStages }) => VersionStages.length > 0);
  return Object.fromEntries(staged.map(({ VersionId, VersionStages }) => [VersionId, VersionStages]));
}
