import type { Properties } from "../../wire";
import { eventually, isAwsError, says, untilGone } from "../errors";
import { isEmpty, sameValue } from "../fields";
import { uniqueName } from "../naming";
import { type Ask, type Kinds, only, PREFIX, REPLACES } from "./kind";

const MISSING = "ResourceNotFoundException";

/** The types of AWS Secrets Manager. Sources: hashicorp/terraform-provider-aws, internal/service/secretsmanager. */
export const SECRETS_MANAGER: Kinds = {
  "aws:secretsmanager/secret:Secret": {
    title: "Secrets Manager Secret",
    service: "secretsmanager",
    model: "CreateSecret",
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
    missing: [MISSING],
    tags: { member: "SecretId", by: "id" },
    awaited: true,
    async create(ask) {
      const { call, sent, inputs, exists } = ask;
      const request = { ...sent, ClientRequestToken: uniqueName("terraform-") };
      // A name stays taken for a while after its secret was deleted permanently.
      const { ARN } = await eventually(
        (error) => says(error, "InvalidRequestException", /scheduled for deletion|was deleted/),
        () => call("createSecret", request),
      );
      exists(String(ARN));
      // The provider waits before it puts the policy.
      await eventually(
        (error) => isAwsError(error, MISSING),
        () => call("describeSecret", { SecretId: ARN }),
      );
      if (!isNoPolicy(inputs.policy)) await putPolicy(ask, { SecretId: ARN, ResourcePolicy: inputs.policy });
      return ARN;
    },
    async read({ call, id }) {
      const found = await call("describeSecret", { SecretId: id });
      if (found.DeletedDate !== undefined) return undefined;
      const replicas = (found.ReplicationStatus ?? []) as Properties[];
      const AddReplicaRegions = replicas.map((replica) => only(replica, "Region", "KmsKeyId"));
      return { ...found, AddReplicaRegions, ...(await call("getResourcePolicy", { SecretId: id })) };
    },
    async update(ask) {
      const { call, id, inputs, sent, changed } = ask;
      if (changed.has("description") || changed.has("kmsKeyId"))
        await call("updateSecret", {
          SecretId: id,
          Description: "",
          ...defined(only(sent, "Description", "KmsKeyId")),
        });
      if (!changed.has("policy")) return;
      if (isNoPolicy(inputs.policy)) await call("deleteResourcePolicy", { SecretId: id });
      else await putPolicy(ask, { SecretId: id, ResourcePolicy: inputs.policy });
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
    title: "Secrets Manager Secret Version",
    service: "secretsmanager",
    model: "PutSecretValue",
    fields: {
      secretId: REPLACES,
      secretString: REPLACES,
      // The emulator refuses labels in a request, so nothing changes them in place.
      versionStages: { ...REPLACES, form: "set" },
    },
    outputs: { arn: "ARN" },
    missing: [MISSING],
    awaited: true,
    // Only one call: it does not wait for a secret that Secrets Manager does not show yet.
    async create({ call, sent }) {
      const { VersionId } = await call("putSecretValue", { ...sent, ClientRequestToken: uniqueName("terraform-") });
      return `${sent.SecretId}|${VersionId}`;
    },
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
    title: "Secrets Manager Secret Policy",
    service: "secretsmanager",
    model: "PutResourcePolicy",
    fields: {
      secretArn: { ...REPLACES, api: "SecretId" },
      policy: { api: "ResourcePolicy", form: "json" },
      blockPublicPolicy: { writeOnly: true },
    },
    missing: [MISSING],
    awaited: true,
    create: async (ask) => {
      await putPolicy(ask, { ...ask.sent, BlockPublicPolicy: ask.inputs.blockPublicPolicy === true });
      return ask.sent.SecretId;
    },
    // A policy that somebody deleted stays in the state, as an empty one. The next update writes it again.
    read: async ({ call, id }) => ({
      SecretId: id,
      ResourcePolicy: "",
      ...defined(only(await call("getResourcePolicy", { SecretId: id }), "ResourcePolicy")),
    }),
    update: (ask) => putPolicy(ask, { ...ask.sent, BlockPublicPolicy: ask.inputs.blockPublicPolicy === true }),
    delete: ({ call, id }) => call("deleteResourcePolicy", { SecretId: id }),
  },
};

function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

// Secrets Manager refuses a principal that was just created until all of IAM's servers know it.
function putPolicy({ call }: Pick<Ask, "call">, request: object): Promise<unknown> {
  return eventually(
    (error) =>
      says(error, "MalformedPolicyDocumentException", /This resource policy contains an unsupported principal/),
    () => call("putResourcePolicy", request),
  );
}

/** `undefined` for a secret or version that does not exist, or is about to be deleted. */
function unlessGone(error: Error): undefined {
  if (
    isAwsError(error, MISSING) ||
    says(error, "InvalidRequestException", /because it was (?:deleted|marked for deletion)/)
  )
    return undefined;
  throw error;
}

function isNoPolicy(policy: unknown): boolean {
  return isEmpty(policy) || sameValue({ form: "json" }, policy, "{}");
}

function versionOf(id: string): { SecretId: string; VersionId: string } {
  const split = id.lastIndexOf("|");
  if (split < 0) throw new Error(`unexpected id ${id}: expected <secret ARN>|<versionId>`);
  return { SecretId: id.slice(0, split), VersionId: id.slice(split + 1) };
}
