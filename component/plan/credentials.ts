import { tokenHint, type Upstream } from "../catalogue";
import type { Issue } from "../problems/issue";

/** Where credentials can come from, as far as it is known before anything is deployed. No value is in here. */
export interface CredentialSources {
  /** Keys of the `credentials` argument; undefined when that is an Output and its keys are not known yet. */
  readonly given: readonly string[] | undefined;
  /** What the stack's config holds under `credentials`. */
  readonly config: { readonly [key: string]: { readonly username: boolean; readonly accessToken: boolean } };
  /** Whether Pulumi keeps that config encrypted. */
  readonly configIsSecret: boolean;
}

/** The commands that put an entry's missing credentials into the stack's config. */
function commands(key: string, missing: readonly ("username" | "accessToken")[]): string {
  const path = /^[A-Za-z_][\w-]*$/.test(key) ? `credentials.${key}` : `credentials[${JSON.stringify(key)}]`;
  return missing
    .map(
      (part) =>
        `\n      pulumi config set --secret --path 'pull-through-cache:${path}.${part}' <${part === "username" ? "username" : "token"}>`,
    )
    .join("");
}

/** What is wrong with the credentials of an entry that is to get a secret of its own. */
export function credentialIssue(key: string, upstream: Upstream, sources: CredentialSources): Issue | undefined {
  if (sources.given === undefined || sources.given.includes(key)) return undefined;
  const path = ["registries", key];
  const found = sources.config[key];
  const missing = (["username", "accessToken"] as const).filter((part) => !found?.[part]);
  if (missing.length > 0) {
    const what = missing.length === 2 ? "credentials" : missing[0];
    return {
      path,
      message: `${upstream.host} needs ${what} (${tokenHint(upstream)}). Set:${commands(key, missing)}`,
    };
  }
  if (!sources.configIsSecret) {
    return {
      path,
      message: `the credentials are in the stack's config as plain text. Encrypt them:${commands(key, ["username", "accessToken"])}`,
    };
  }
  return undefined;
}
