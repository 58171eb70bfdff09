import { randomInt } from "node:crypto";
import { partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError, found } from "../../errors";
import { operationsOn } from "../../operation";
import type { Secret } from "../../state/model";

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);
export const invalidRequest = (message: string) => new AwsError("InvalidRequestException", message);
export const notFound = (message = "Secrets Manager can't find the specified secret.") =>
  new AwsError("ResourceNotFoundException", message);
export const exists = (message: string) => new AwsError("ResourceExistsException", message);
export const invalidToken = () => new AwsError("InvalidNextTokenException", "The NextToken value is invalid.");

const SUFFIX_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

interface SecretInput {
  SecretId: string;
}

/** The secrets of the caller's account and Region, without those whose recovery window has passed. */
export function secretsOf(context: CallContext): Map<string, Secret> {
  const { secrets } = context.cloud.store.region(context.account, context.region);
  const now = context.cloud.clock.now();
  for (const [name, secret] of secrets) {
    if (secret.deleteAt !== undefined && secret.deleteAt <= now) secrets.delete(name);
  }
  return secrets;
}

const arnPrefix = ({ region, account }: CallContext) =>
  `arn:${partitionOf(region)}:secretsmanager:${region}:${account}:secret:`;

export function newSecretArn(name: string, context: CallContext): string {
  const suffix = Array.from({ length: 6 }, () => SUFFIX_CHARACTERS[randomInt(SUFFIX_CHARACTERS.length)]).join("");
  return `${arnPrefix(context)}${name}-${suffix}`;
}

/** Finds a secret by name, ARN, or ARN without its random suffix. */
export function lookUpSecret({ SecretId }: SecretInput, context: CallContext): Secret | undefined {
  const secrets = secretsOf(context);
  const prefix = arnPrefix(context);
  if (!SecretId.startsWith("arn:")) return secrets.get(SecretId);
  if (!SecretId.startsWith(prefix)) return undefined;
  return [...secrets.values()].find(({ ARN }) => ARN === SecretId) ?? secrets.get(SecretId.slice(prefix.length));
}

function findSecret(input: SecretInput, context: CallContext): Secret {
  const secret = found(lookUpSecret(input, context), notFound);
  if (!context.cloud.visibility.sees(`secret:${secret.ARN}`)) throw notFound();
  return secret;
}

export function findUsableSecret(input: SecretInput, context: CallContext): Secret {
  const secret = findSecret(input, context);
  if (secret.DeletedDate === undefined) return secret;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

/** The resource that IAM checks: the secret's ARN, or the ARN that it would get. */
export function secretResource({ SecretId }: SecretInput, context: CallContext): string {
  const unknown = SecretId.startsWith("arn:") ? SecretId : `${arnPrefix(context)}${SecretId}-??????`;
  return lookUpSecret({ SecretId }, context)?.ARN ?? unknown;
}

export const onSecret = operationsOn(findSecret, secretResource);
export const onUsableSecret = operationsOn(findUsableSecret, secretResource);
