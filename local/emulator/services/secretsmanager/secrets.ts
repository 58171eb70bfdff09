import { randomInt } from "node:crypto";
import { partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import type { Secret } from "../../state/model";
import { invalidParameter, invalidRequest, notFound } from "./errors";

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

function arnPrefix(context: CallContext): string {
  return `arn:${partitionOf(context.region)}:secretsmanager:${context.region}:${context.account}:secret:`;
}

export function newSecretArn(name: string, context: CallContext): string {
  const suffix = Array.from({ length: 6 }, () => SUFFIX_CHARACTERS[randomInt(SUFFIX_CHARACTERS.length)]).join("");
  return `${arnPrefix(context)}${name}-${suffix}`;
}

/** Finds a secret by name, ARN, or ARN without its random suffix. */
export function lookUpSecret(secretId: string, context: CallContext): Secret | undefined {
  const secrets = secretsOf(context);
  const prefix = arnPrefix(context);
  if (!secretId.startsWith("arn:")) return secrets.get(secretId);
  if (!secretId.startsWith(prefix)) return undefined;
  const name = secretId.slice(prefix.length);
  return [...secrets.values()].find(({ ARN }) => ARN === secretId) ?? secrets.get(name);
}

export function findSecret(input: SecretInput, context: CallContext): Secret {
  const secret = lookUpSecret(input.SecretId, context);
  if (secret === undefined || !context.cloud.visibility.sees(`secret:${secret.ARN}`)) throw notFound();
  return secret;
}

export function findUsableSecret(input: SecretInput, context: CallContext): Secret {
  const secret = findSecret(input, context);
  if (secret.DeletedDate !== undefined) {
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
  }
  return secret;
}

/** The resource that IAM checks: the secret's ARN, or the ARN that it would get. */
export function secretResource(input: SecretInput, context: CallContext): string {
  const unknown = input.SecretId.startsWith("arn:") ? input.SecretId : `${arnPrefix(context)}${input.SecretId}-??????`;
  return lookUpSecret(input.SecretId, context)?.ARN ?? unknown;
}

export function checkName(name: string): void {
  if (!/^[0-9A-Za-z/_+=.@-]+$/.test(name)) {
    throw invalidParameter(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  }
}
