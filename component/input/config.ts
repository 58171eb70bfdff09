import * as pulumi from "@pulumi/pulumi";
import type { CredentialsArgs, PullThroughCacheArgs } from "../args";
import type { CredentialSources } from "../plan/credentials";
import { InvalidInputError } from "../problems/error";
import { isDeferred } from "../schema/input";

/** The stack's config that holds credentials: `pull-through-cache:credentials`. */
const NAMESPACE = "pull-through-cache";
const KEY = "credentials";

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

/** A number is what `pulumi config set --path` makes of digits. */
export function fromConfig(key: string): { [part in keyof CredentialsArgs]: string } {
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
