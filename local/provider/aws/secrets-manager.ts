import type { AwsContext } from "./context";
import { eventually, isAwsError, unlessMissing, untilGone } from "./errors";
import { isEmpty, sameValue } from "./fields";
import { fromTagList, type Operations, str, toTagList, updateTags } from "./operations";

const MISSING = ["ResourceNotFoundException"];

export const secret: Operations = {
  async create(aws, inputs, exists) {
    const secretsManager = await aws.secretsManager();
    // A name stays taken for a while after its secret was deleted permanently.
    const { ARN } = await eventually(
      (error) =>
        isAwsError(error, "InvalidRequestException") && /scheduled for deletion|was deleted/.test(error.message),
      () =>
        secretsManager.createSecret({
          Name: String(inputs.name),
          Description: str(inputs.description),
          KmsKeyId: str(inputs.kmsKeyId),
          Tags: toTagList(inputs.tagsAll),
          AddReplicaRegions: replicasOf(inputs.replicas),
          ForceOverwriteReplicaSecret: inputs.forceOverwriteReplicaSecret === true,
        }),
    );
    const arn = String(ARN);
    exists(arn);
    // The provider waits before it puts the policy. Source: internal/service/secretsmanager/secret.go
    // `resourceSecretCreate`.
    await eventually(
      (error) => isAwsError(error, ...MISSING),
      () => secretsManager.describeSecret({ SecretId: arn }),
    );
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
    await untilGone(() => secret.read(aws, id, state));
  },
};

export const secretVersion: Operations = {
  async create(aws, inputs) {
    const secretsManager = await aws.secretsManager();
    // Only one call: it does not wait for a secret that Secrets Manager does not show yet.
    const { VersionId } = await secretsManager.putSecretValue({
      SecretId: String(inputs.secretId),
      SecretString: str(inputs.secretString),
      SecretBinary:
        str(inputs.secretBinary) === undefined ? undefined : Buffer.from(String(inputs.secretBinary), "base64"),
      VersionStages: inputs.versionStages as string[] | undefined,
    });
    return `${inputs.secretId}|${VersionId}`;
  },
  async read(aws, id) {
    const { secretId, versionId } = splitId(id);
    const secretsManager = await aws.secretsManager();
    const found = await secretsManager
      .getSecretValue({ SecretId: secretId, VersionId: versionId })
      .catch((error: unknown) => {
        if (isGone(error)) return undefined;
        throw error;
      });
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
    let movedCurrent = false;
    for (const stage of after.filter((candidate) => !before.includes(candidate))) {
      const holder = stage === "AWSCURRENT" ? await currentVersion(aws, secretId) : undefined;
      movedCurrent ||= holder !== undefined;
      await secretsManager.updateSecretVersionStage({
        SecretId: secretId,
        VersionStage: stage,
        MoveToVersionId: versionId,
        RemoveFromVersionId: holder,
      });
    }
    for (const stage of before.filter((candidate) => !after.includes(candidate) && candidate !== "AWSCURRENT")) {
      if (movedCurrent && stage === "AWSPREVIOUS") continue;
      await secretsManager.updateSecretVersionStage({
        SecretId: secretId,
        VersionStage: stage,
        RemoveFromVersionId: versionId,
      });
    }
  },
  // AWS has no call that deletes a version: a version without labels disappears by itself. The labels are from the
  // state and may have moved since. AWSCURRENT cannot be removed.
  async delete(aws, id, state) {
    const { secretId, versionId } = splitId(id);
    const secretsManager = await aws.secretsManager();
    for (const stage of (state.versionStages ?? []) as string[]) {
      if (stage === "AWSCURRENT") continue;
      try {
        await secretsManager.updateSecretVersionStage({
          SecretId: secretId,
          VersionStage: stage,
          RemoveFromVersionId: versionId,
        });
      } catch (error) {
        if (isGone(error)) return;
        throw error;
      }
    }
    await untilGone(async () => {
      const { versionStages = [] } = ((await secretVersion.read(aws, id, state)) ?? {}) as { versionStages?: string[] };
      const [only, ...others] = versionStages;
      const isLast = others.length === 0 && (only === "AWSCURRENT" || only === "AWSPREVIOUS");
      return versionStages.length === 0 || isLast ? undefined : versionStages;
    });
  },
};

export const secretPolicy: Operations = {
  async create(aws, inputs) {
    await putPolicy(aws, String(inputs.secretArn), String(inputs.policy), inputs.blockPublicPolicy === true);
    return String(inputs.secretArn);
  },
  async read(aws, id) {
    const secretsManager = await aws.secretsManager();
    // A policy that somebody deleted stays in the state, as an empty one. The next update writes it again.
    const found = await unlessMissing(MISSING, () => secretsManager.getResourcePolicy({ SecretId: id }));
    return found && { secretArn: id, policy: found.ResourcePolicy ?? "" };
  },
  update: (aws, { id, inputs }) => putPolicy(aws, id, String(inputs.policy), inputs.blockPublicPolicy === true),
  async delete(aws, id) {
    const secretsManager = await aws.secretsManager();
    await unlessMissing(MISSING, () => secretsManager.deleteResourcePolicy({ SecretId: id }));
  },
};

async function putPolicy(aws: AwsContext, secretId: string, policy: string, blockPublic?: boolean): Promise<void> {
  const secretsManager = await aws.secretsManager();
  // Secrets Manager refuses a principal that was just created until all of IAM's servers know it.
  await eventually(
    (error) =>
      isAwsError(error, "MalformedPolicyDocumentException") &&
      error.message.includes("This resource policy contains an unsupported principal"),
    () =>
      secretsManager.putResourcePolicy({ SecretId: secretId, ResourcePolicy: policy, BlockPublicPolicy: blockPublic }),
  );
}

async function currentVersion(aws: AwsContext, secretId: string): Promise<string | undefined> {
  const { Versions = [] } = await (await aws.secretsManager()).listSecretVersionIds({ SecretId: secretId });
  return Versions.find(({ VersionStages }) => VersionStages?.includes("AWSCURRENT"))?.VersionId;
}

/** Whether a secret or its version does not exist, or is about to be deleted. */
function isGone(error: unknown): boolean {
  if (isAwsError(error, ...MISSING)) return true;
  return (
    isAwsError(error, "InvalidRequestException") &&
    /because it was (?:deleted|marked for deletion)/.test((error as Error).message)
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
