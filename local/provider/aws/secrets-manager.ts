import { randomUUID } from "node:crypto";
import type { AwsContext } from "./context";
import { eventually, isAwsError, unlessMissing } from "./errors";
import { isEmpty, sameValue } from "./fields";
import { fromTagList, type Operations, str, toTagList, updateTags } from "./operations";

const MISSING = ["ResourceNotFoundException"];

export const secret: Operations = {
  async create(aws, inputs, exists) {
    const secretsManager = await aws.secretsManager();
    // A name stays taken for a while after its secret was deleted for good.
    const { ARN } = await eventually(
      (error) => isAwsError(error, "InvalidRequestException") && /scheduled for deletion/.test(error.message),
      () =>
        secretsManager.createSecret({
          Name: String(inputs.name),
          Description: str(inputs.description),
          KmsKeyId: str(inputs.kmsKeyId),
          Tags: toTagList(inputs.tagsAll),
          AddReplicaRegions: replicasOf(inputs.replicas),
          ForceOverwriteReplicaSecret: inputs.forceOverwriteReplicaSecret === true,
          ClientRequestToken: randomUUID(),
        }),
    );
    const arn = String(ARN);
    exists(arn);
    if (!isNoPolicy(inputs.policy)) await putPolicy(aws, arn, String(inputs.policy));
    return arn;
  },
  async read(aws, id) {
    const secretsManager = await aws.secretsManager();
    const found = await unlessMissing(MISSING, () => secretsManager.describeSecret({ SecretId: id }));
    if (!found || found.DeletedDate) return undefined;
    const { ResourcePolicy } = await secretsManager.getResourcePolicy({ SecretId: id });
    return {
      arn: found.ARN,
      name: found.Name,
      description: found.Description,
      kmsKeyId: found.KmsKeyId,
      policy: ResourcePolicy ?? "",
      replicas: found.ReplicationStatus?.map(({ Region, KmsKeyId }) => ({ region: Region, kmsKeyId: KmsKeyId })) ?? [],
      tagsAll: fromTagList(found.Tags),
    };
  },
  async update(aws, args) {
    const secretsManager = await aws.secretsManager();
    const { id, inputs, changed } = args;
    if (changed.has("description") || changed.has("kmsKeyId")) {
      await secretsManager.updateSecret({
        SecretId: id,
        Description: str(inputs.description) ?? "",
        KmsKeyId: str(inputs.kmsKeyId),
        ClientRequestToken: randomUUID(),
      });
    }
    if (changed.has("policy")) {
      if (isNoPolicy(inputs.policy)) await secretsManager.deleteResourcePolicy({ SecretId: id });
      else await putPolicy(aws, id, String(inputs.policy));
    }
    await updateTags(
      args,
      (Tags) => secretsManager.tagResource({ SecretId: id, Tags }),
      (TagKeys) => secretsManager.untagResource({ SecretId: id, TagKeys }),
    );
  },
  async delete(aws, id, state) {
    const secretsManager = await aws.secretsManager();
    const days = Number(state.recoveryWindowInDays ?? 30);
    await unlessMissing(MISSING, () =>
      secretsManager.deleteSecret({
        SecretId: id,
        ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
      }),
    );
  },
};

export const secretVersion: Operations = {
  async create(aws, inputs) {
    const secretsManager = await aws.secretsManager();
    const { ARN, VersionId } = await eventually(
      (error) => isAwsError(error, ...MISSING),
      () =>
        secretsManager.putSecretValue({
          SecretId: String(inputs.secretId),
          SecretString: str(inputs.secretString),
          SecretBinary:
            str(inputs.secretBinary) === undefined ? undefined : Buffer.from(String(inputs.secretBinary), "base64"),
          VersionStages: inputs.versionStages as string[] | undefined,
          ClientRequestToken: randomUUID(),
        }),
    );
    return `${ARN}|${VersionId}`;
  },
  async read(aws, id) {
    const { secretId, versionId } = splitId(id);
    const secretsManager = await aws.secretsManager();
    const found = await unlessMissing([...MISSING, "InvalidRequestException"], () =>
      secretsManager.getSecretValue({ SecretId: secretId, VersionId: versionId }),
    );
    return (
      found && {
        arn: found.ARN,
        secretId,
        versionId,
        secretString: found.SecretString,
        secretBinary: found.SecretBinary && Buffer.from(found.SecretBinary).toString("base64"),
        versionStages: found.VersionStages,
      }
    );
  },
  async update(aws, { id, state, inputs }) {
    const { secretId, versionId } = splitId(id);
    const secretsManager = await aws.secretsManager();
    const before = (state.versionStages ?? []) as string[];
    const after = (inputs.versionStages ?? []) as string[];
    for (const stage of after.filter((candidate) => !before.includes(candidate))) {
      await secretsManager.updateSecretVersionStage({
        SecretId: secretId,
        VersionStage: stage,
        MoveToVersionId: versionId,
      });
    }
    for (const stage of before.filter((candidate) => !after.includes(candidate) && candidate !== "AWSCURRENT")) {
      await secretsManager.updateSecretVersionStage({
        SecretId: secretId,
        VersionStage: stage,
        RemoveFromVersionId: versionId,
      });
    }
  },
  // AWS has no call that deletes a version: one without labels goes by itself, and AWSCURRENT cannot be taken away.
  async delete(aws, id) {
    const { secretId, versionId } = splitId(id);
    const secretsManager = await aws.secretsManager();
    const missing = [...MISSING, "InvalidRequestException"];
    const found = await unlessMissing(missing, () => secretsManager.describeSecret({ SecretId: secretId }));
    for (const stage of found?.VersionIdsToStages?.[versionId] ?? []) {
      if (stage === "AWSCURRENT") continue;
      await unlessMissing(missing, () =>
        secretsManager.updateSecretVersionStage({
          SecretId: secretId,
          VersionStage: stage,
          RemoveFromVersionId: versionId,
        }),
      );
    }
  },
};

export const secretPolicy: Operations = {
  async create(aws, inputs) {
    await putPolicy(aws, String(inputs.secretArn), String(inputs.policy), inputs.blockPublicPolicy === true);
    return String(inputs.secretArn);
  },
  async read(aws, id) {
    const secretsManager = await aws.secretsManager();
    const found = await unlessMissing(MISSING, () => secretsManager.getResourcePolicy({ SecretId: id }));
    return found?.ResourcePolicy === undefined ? undefined : { secretArn: found.ARN, policy: found.ResourcePolicy };
  },
  update: (aws, { id, inputs }) => putPolicy(aws, id, String(inputs.policy), inputs.blockPublicPolicy === true),
  async delete(aws, id) {
    const secretsManager = await aws.secretsManager();
    await unlessMissing(MISSING, () => secretsManager.deleteResourcePolicy({ SecretId: id }));
  },
};

async function putPolicy(aws: AwsContext, secretId: string, policy: string, blockPublic?: boolean): Promise<void> {
  const secretsManager = await aws.secretsManager();
  // A principal that was just created is refused until IAM has told everybody.
  await eventually(
    (error) => isAwsError(error, "MalformedPolicyDocumentException") && /principal/i.test(error.message),
    () =>
      secretsManager.putResourcePolicy({ SecretId: secretId, ResourcePolicy: policy, BlockPublicPolicy: blockPublic }),
  );
}

function isNoPolicy(policy: unknown): boolean {
  return isEmpty(policy) || sameValue({ kind: "json" }, policy, "{}");
}

function replicasOf(replicas: unknown): { Region?: string; KmsKeyId?: string }[] | undefined {
  if (isEmpty(replicas)) return undefined;
  return (replicas as { region?: string; kmsKeyId?: string }[]).map(({ region, kmsKeyId }) => ({
    Region: region,
    KmsKeyId: kmsKeyId,
  }));
}

function splitId(id: string): { secretId: string; versionId: string } {
  const split = id.lastIndexOf("|");
  if (split < 0) throw new Error(`unexpected id ${id}: expected <secret ARN>|<versionId>`);
  return { secretId: id.slice(0, split), versionId: id.slice(split + 1) };
}
