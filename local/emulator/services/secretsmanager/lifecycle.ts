import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { parseArn } from "../../aws";
import { DAY } from "../../clock";
import type { CallContext } from "../../context";
import { AwsError, found } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { parsePolicyAs, SECRET_POLICY } from "../../policy/document";
import { requirePermission } from "../../policy/require";
import { letsStrangersIn } from "../../policy/strangers";
import type { Secret } from "../../state/model";
import { page } from "../pages";
import { tagOperations, withTags } from "../tags";
import {
  exists,
  findUsableSecret,
  invalidParameter,
  invalidRequest,
  invalidToken,
  lookUpSecret,
  newSecretArn,
  notFound,
  onSecret,
  onUsableSecret,
  secretResource,
  secretsOf,
} from "./secrets";
import { putVersion, stagesByVersion } from "./values";

const DEFAULT_RECOVERY_DAYS = 30;
const TAGS = { invalid: invalidParameter };
/** Source: the API reference of CreateSecret, Name. */
const NAME = /^[0-9A-Za-z/_+=.@-]+$/;

const malformed = (reason: string) =>
  new AwsError("MalformedPolicyDocumentException", `This resource policy contains a syntax error: ${reason}`);

function checkKey(key: string | undefined, context: CallContext): string | undefined {
  if (key === undefined || key === "" || key === "alias/aws/secretsmanager") return undefined;
  const arn = parseArn(key);
  if (arn !== undefined && (arn.service !== "kms" || arn.region !== context.region)) {
    throw invalidParameter("The KMS key must be in the Region of the secret.");
  }
  return key;
}

const { tag, untag } = tagOperations(findUsableSecret, TAGS, secretResource);
const newResource = ({ Name }: { Name: string }, context: CallContext) => secretResource({ SecretId: Name }, context);

/** From the creation of a secret to its deletion, with its policy. */
export const lifecycle: OperationsOf<SecretsManager> = {
  CreateSecret: operation((input, context) => {
    if (!NAME.test(input.Name)) throw invalidParameter("Invalid name: letters, digits and -/_+=.@");
    // Source: API reference of CreateSecret, "Required permissions".
    if (input.Tags?.length) requirePermission(context, "secretsmanager:TagResource", newResource(input, context));
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
  }, newResource),
  UpdateSecret: onUsableSecret((secret, input, context) => {
    const now = context.cloud.clock.now();
    const version = putVersion(secret, input, now);
    secret.Description = input.Description ?? secret.Description;
    if (input.KmsKeyId !== undefined) secret.KmsKeyId = checkKey(input.KmsKeyId, context);
    secret.LastChangedDate = now;
    return { ...secret, VersionId: version?.VersionId };
  }),
  DescribeSecret: onSecret((secret) => ({ ...secret, VersionIdsToStages: stagesByVersion(secret) })),
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
    const { ForceDeleteWithoutRecovery: force, RecoveryWindowInDays: days } = input;
    if (force && days !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    if (days !== undefined && (days < 7 || days > 30)) {
      throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    }
    const now = context.cloud.clock.now();
    const known = lookUpSecret(input, context);
    if (force) {
      // AWS reports no error if a secret to be force-deleted does not exist.
      if (known !== undefined) secretsOf(context).delete(known.Name);
      return { ARN: secretResource(input, context), Name: input.SecretId, ...known, DeletionDate: now };
    }
    const secret = found(known, notFound);
    if (secret.DeletedDate !== undefined) {
      throw invalidRequest("You can't perform this operation on the secret: it was already scheduled for deletion.");
    }
    const deleteAt = now + (days ?? DEFAULT_RECOVERY_DAYS) * DAY;
    return { ...Object.assign(secret, { DeletedDate: now, deleteAt }), DeletionDate: deleteAt };
  }, secretResource),
  RestoreSecret: onSecret((secret) => Object.assign(secret, { DeletedDate: undefined, deleteAt: undefined })),
  TagResource: tag,
  UntagResource: untag,
  PutResourcePolicy: onUsableSecret((secret, { ResourcePolicy, BlockPublicPolicy }) => {
    const statements = parsePolicyAs(ResourcePolicy, SECRET_POLICY, malformed);
    if (BlockPublicPolicy && letsStrangersIn(statements)) {
      throw new AwsError("PublicPolicyException", "The resource policy grants access to everybody.");
    }
    return Object.assign(secret, { ResourcePolicy });
  }),
  GetResourcePolicy: onSecret((secret) => secret),
  DeleteResourcePolicy: onUsableSecret((secret) => Object.assign(secret, { ResourcePolicy: undefined })),
};
