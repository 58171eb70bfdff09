import type { Properties } from "../../wire";
import { eventually, isAwsError, says, untilGone } from "../errors";
import { isEmpty, sameValue } from "../fields";
import { uniqueName } from "../naming";
import { type Ask, kindsOf, only, PREFIX, REPLACES } from "./kind";

const MISSING = "ResourceNotFoundException";
// Secrets Manager refuses a principal that was just created until all of IAM's servers know it.
const NEW_PRINCIPAL = [
  "MalformedPolicyDocumentException",
  /This resource policy contains an unsupported principal/,
] as const;
// A name stays taken for a while after its secret was deleted permanently.
const TAKEN_NAME = [
  "InvalidRequestException",
  /a secret with this name is already scheduled for deletion|was deleted/,
] as const;

/** The types of AWS Secrets Manager. Sources: hashicorp/terraform-provider-aws, internal/service/secretsmanager. */
export const SECRETS_MANAGER = kindsOf("Secrets Manager", { service: "secretsmanager", missing: [MISSING] } as const, {
  "aws:secretsmanager/secret:Secret": {
    creates: "createSecret",
    fields: {
      name: REPLACES,
      namePrefix: PREFIX,
      description: {},
      kmsKeyId: {},
      // Without a policy, an existing one is not changed. "{}" deletes it.
      policy: { api: "ResourcePolicy", form: "json", apart: true },
      replicas: { api: "AddReplicaRegions", form: "set", keptWhenMissing: true },
      recoveryWindowInDays: { default: 30, writeOnly: true },
      forceOverwriteReplicaSecret: { default: false, writeOnly: true },
    },
    outputs: { arn: "ARN" },
    transient: [TAKEN_NAME, NEW_PRINCIPAL],
    tags: { member: "SecretId", by: "id" },
    awaited: true,
    id: ({ ARN }) => ARN,
    async complete({ call, id, inputs }) {
      // The provider waits before it puts the policy.
      await eventually(
        (error) => isAwsError(error, MISSING),
        () => call("describeSecret", { SecretId: id }),
      );
      if (!isNoPolicy(inputs.policy)) await call("putResourcePolicy", { SecretId: id, ResourcePolicy: inputs.policy });
    },
    async read({ call, id }) {
      const found = await call("describeSecret", { SecretId: id });
      if (found.DeletedDate !== undefined) return undefined;
      const replicas = (found.ReplicationStatus ?? []) as Properties[];
      const AddReplicaRegions = replicas.map((replica) => only(replica, "Region", "KmsKeyId"));
      return { ...found, AddReplicaRegions, ...(await call("getResourcePolicy", { SecretId: id })) };
    },
    async update({ call, id, inputs, sent, changed }) {
      const { Description = "", KmsKeyId } = sent;
      if (changed.has("description") || changed.has("kmsKeyId"))
        await call("updateSecret", { SecretId: id, Description, KmsKeyId });
      if (!changed.has("policy")) return;
      if (isNoPolicy(inputs.policy)) await call("deleteResourcePolicy", { SecretId: id });
      else await call("putResourcePolicy", { SecretId: id, ResourcePolicy: inputs.policy });
    },
    async delete({ call, id, state }) {
      // An imported secret has no window until the next update, and is deleted at once.
      const days = Number(state.recoveryWindowInDays ?? 0);
      await call("deleteSecret", {
        SecretId: id,
        ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
      });
      await untilGone(
        [MISSING],
        async () => (await call("describeSecret", { SecretId: id })).DeletedDate === undefined,
      );
    },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    creates: "putSecretValue",
    fields: {
      secretId: REPLACES,
      secretString: REPLACES,
      // The emulator refuses labels in a request, so nothing changes them in place.
      versionStages: { ...REPLACES, form: "set" },
    },
    outputs: { arn: "ARN" },
    awaited: true,
    id: ({ SecretId, VersionId }) => `${SecretId}|${VersionId}`,
    // Only one call: it does not wait for a secret that Secrets Manager does not show yet.
    create: ({ call, sent }) => call("putSecretValue", { ...sent, ClientRequestToken: uniqueName("terraform-") }),
    async read({ call, id }) {
      const version = versionOf(id);
      const found = await call("getSecretValue", version).catch(unlessGone);
      return found && { ...found, ...version };
    },
    // AWS has no call that deletes a version: a version without labels disappears by itself. The labels are from the state
    // and may have moved since. AWSCURRENT cannot be removed.
    async delete({ call, id, state }) {
      const { SecretId, VersionId } = versionOf(id);
      for (const VersionStage of ((state.versionStages ?? []) as string[]).filter((stage) => stage !== "AWSCURRENT")) {
        const removed = call("updateSecretVersionStage", { SecretId, VersionStage, RemoveFromVersionId: VersionId });
        if ((await removed.catch(unlessGone)) === undefined) return;
      }
      await untilGone([], async () => {
        const found = await call("getSecretValue", { SecretId, VersionId }).catch(unlessGone);
        const [only = "AWSCURRENT", ...others] = (found?.VersionStages ?? []) as string[];
        return others.length > 0 || !["AWSCURRENT", "AWSPREVIOUS"].includes(only);
      });
    },
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    creates: "putResourcePolicy",
    fields: {
      secretArn: { ...REPLACES, api: "SecretId" },
      policy: { api: "ResourcePolicy", form: "json" },
      blockPublicPolicy: { writeOnly: true },
    },
    transient: [NEW_PRINCIPAL],
    awaited: true,
    id: ({ SecretId }) => SecretId,
    create: putPolicy,
    // A policy that somebody deleted stays in the state, as an empty one. The next update writes it again.
    async read({ call, id }) {
      const { ResourcePolicy = "" } = await call("getResourcePolicy", { SecretId: id });
      return { SecretId: id, ResourcePolicy };
    },
    update: putPolicy,
    delete: ({ call, id }) => call("deleteResourcePolicy", { SecretId: id }),
  },
});

function putPolicy({ call, sent, inputs }: Ask): Promise<Properties> {
  return call("putResourcePolicy", { ...sent, BlockPublicPolicy: inputs.blockPublicPolicy === true });
}

/** `undefined` for a secret or version that does not exist, or is about to be deleted. */
function unlessGone(error: Error): undefined {
  const isMarked = says(error, "InvalidRequestException", /because it was (?:deleted|marked for deletion)/);
  if (!isMarked && !isAwsError(error, MISSING)) throw error;
}

function isNoPolicy(policy: unknown): boolean {
  return isEmpty(policy) || sameValue({ form: "json" }, policy, "{}");
}

function versionOf(id: string): { SecretId: string; VersionId: string } {
  const split = id.lastIndexOf("|");
  if (split < 0) throw new Error(`unexpected id ${id}: expected <secret ARN>|<versionId>`);
  return { SecretId: id.slice(0, split), VersionId: id.slice(split + 1) };
}
