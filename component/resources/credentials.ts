import * as pulumi from "@pulumi/pulumi";
import type { CredentialsArgs, PullThroughCacheArgs } from "../args";
import { InvalidInputError, toProblems } from "../errors";
import type { CredentialSources } from "../plan/credentials";
import { credentials as credentialsSchema } from "../schema/arguments";
import { isDeferred } from "../schema/input";
import { parse } from "../schema/parse";

/** The stack's config that holds credentials: `pull-through-cache:credentials`. */
const NAMESPACE = "pull-through-cache";
const KEY = "credentials";

/** Source: API model of AWS Secrets Manager, CreateSecret. */
const SECRET_BYTES_MAX = 65_536;

type Values = { [key: string]: unknown };

/** Tells where credentials can come from; their values stay where they are. */
export function findCredentialSources(given: PullThroughCacheArgs["credentials"]): CredentialSources {
  const isFilled = (value: unknown) => value !== undefined && value !== null && value !== "";
  return {
    given: isDeferred(given) ? undefined : Object.keys(given ?? {}),
    config: Object.fromEntries(
      Object.entries(readConfig()).map(([key, entry]) => [
        key,
        { username: isFilled(record(entry).username), accessToken: isFilled(record(entry).accessToken) },
      ]),
    ),
    configIsSecret: isConfigSecret(),
  };
}

/**
 * The secret string of a registry: JSON with exactly `username` and `accessToken`, as ECR reads it. It is a secret in
 * Pulumi's sense wherever the parts come from. Source: Amazon ECR user guide, "Storing your upstream repository
 * credentials in an AWS Secrets Manager secret".
 */
export function secretString(key: string, given: PullThroughCacheArgs["credentials"]): pulumi.Output<string> {
  const isGiven = isDeferred(given) || Object.hasOwn(given ?? {}, key);
  const path = ["credentials", key];
  const found = isGiven ? pulumi.output(given).apply((all) => all?.[key]) : pulumi.output(fromConfig(key));
  return pulumi.secret(
    found.apply((value) => {
      const parsed = parse(credentialsSchema, value ?? {}, path);
      if (!parsed.ok) throw new InvalidInputError("PullThroughCache", toProblems(parsed.issues));
      const { username, accessToken } = parsed.value;
      const text = JSON.stringify({ username, accessToken });
      if (Buffer.byteLength(text) <= SECRET_BYTES_MAX) return text;
      const message = `AWS Secrets Manager takes at most ${SECRET_BYTES_MAX} bytes for the user name and the token together`;
      throw new InvalidInputError("PullThroughCache", toProblems([{ path, message }]));
    }),
  );
}

/** A number is what `pulumi config set --path` makes of digits. */
function fromConfig(key: string): { [part in keyof CredentialsArgs]: string } {
  const { username, accessToken } = record(readConfig()[key]);
  return { username: String(username ?? ""), accessToken: String(accessToken ?? "") };
}

function readConfig(): Values {
  const json = pulumi.runtime.getConfig(`${NAMESPACE}:${KEY}`);
  if (json === undefined) return {};
  try {
    return record(JSON.parse(json));
  } catch {
    const reason = `${NAMESPACE}:${KEY} must be a map: set its parts with pulumi config set --secret --path '${NAMESPACE}:${KEY}.<key>.accessToken' <token>`;
    throw new InvalidInputError("The stack's config", [{ propertyPath: "", reason }]);
  }
}

/** Pulumi does not declare this function in its types; where it is missing, nothing can be told. */
function isConfigSecret(): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(`${NAMESPACE}:${KEY}`) ?? true;
}

function record(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}
