import { tokenHint, type Upstream } from "../catalogue";
import { removeCommand, setCommand } from "../problems/commands";
import type { Issue } from "../problems/issue";
import { nearest } from "../problems/nearest";
import { shown } from "../problems/print";
import type { SecretPlan } from "./model";

/** Where credentials can come from, as far as known before the deployment. Holds no values. */
export interface CredentialSources {
  /** Keys of the `credentials` argument, or undefined if it is an Output whose keys are not known yet. */
  readonly given: readonly string[] | undefined;
  /** The entries under `credentials` in the stack's config. */
  readonly config: { readonly [key: string]: ConfigEntry };
  /** Whether the config was set as one JSON value for all entries. */
  readonly isOneValue?: boolean;
  /** The project's own namespace, with the keys of credentials that are in it by mistake. */
  readonly inProject?: { readonly namespace: string; readonly keys: readonly string[] };
  /** Names that were set without `--path`, such as `credentials.dockerhub.accessToken`. */
  readonly withoutPath?: readonly string[];
  /** Finds problems with the values that are known. The values stay where they are. */
  problems?(key: string, upstream: Upstream): readonly Issue[];
}

/** Which parts of an entry's credentials the config has; empty parts do not count. */
export interface ConfigEntry {
  readonly username: boolean;
  readonly accessToken: boolean;
  /** Whether the token is plain text there. */
  readonly isPlain?: boolean;
  /** Whether one text stands where a map of the two parts belongs. */
  readonly isText?: boolean;
  /** Names of other parts, which are not read. */
  readonly others?: readonly string[];
}

/** Where an entry's credentials come from. */
export function credentialSource(key: string, { given }: CredentialSources): SecretPlan["source"] {
  if (given === undefined) return "argument or config";
  return given.includes(key) ? "argument" : "config";
}

/** The problem with the credentials of an entry whose secret the component creates, or undefined. */
export function credentialIssue(key: string, upstream: Upstream, sources: CredentialSources): Issue | undefined {
  if (credentialSource(key, sources) !== "config") return undefined;
  const path = ["registries", key];
  const found = sources.config[key];
  const missing = (["username", "accessToken"] as const).filter((part) => !found?.[part]);
  if (missing.length > 0) {
    const what = missing.length === 2 ? "credentials" : missing[0];
    const hint = hints(key, sources).map((text) => ` ${text}.`);
    return {
      path,
      message: `${upstream.host} needs ${what} (${tokenHint(upstream)}).${hint.join("")} ${commands(key, missing)}`,
    };
  }
  if (found?.isPlain) {
    return {
      path,
      message: `the token is in the stack's config as plain text. Rotate it, because the history of the config keeps it: create a new one, revoke this one, and set the new one encrypted. ${commands(key, ["accessToken"])}`,
    };
  }
  return undefined;
}

function commands(key: string, parts: readonly ("username" | "accessToken")[]): string {
  // Joined, because Pulumi would take a second command that is pasted with the first for its answer.
  const joined = parts.map((part) => `\n      ${setCommand(key, part)}`).join(" &&");
  return `Set (Pulumi asks for ${parts.length > 1 ? "each value" : "the value"}, or reads it with < file):${joined}`;
}

/** Where the missing credentials may be instead. */
function hints(key: string, { config, isOneValue, inProject, withoutPath = [] }: CredentialSources): string[] {
  const found: string[] = [];
  if (config[key]?.isText) {
    const removal = isOneValue ? "" : `: remove it first with ${removeCommand(key)}`;
    found.push(`The config has one text there, where "username" and "accessToken" belong${removal}`);
  }
  const others = config[key]?.others ?? [];
  if (others.length > 0) {
    found.push(`The config has ${list(others)} there; only "username" and "accessToken" are read`);
  }
  for (const name of withoutPath.filter((candidate) => candidate.startsWith(`credentials.${key}.`))) {
    found.push(
      `The config has it under a separate name, set without --path: remove that with pulumi config rm 'pull-through-cache:${name}'`,
    );
  }
  if (inProject?.keys.includes(key)) {
    found.push(
      `The config has them under "${inProject.namespace}:credentials", the project's namespace; only "pull-through-cache:credentials" is read`,
    );
  }
  const near = config[key] === undefined ? nearest(key, Object.keys(config)) : undefined;
  if (near !== undefined) {
    found.push(`The config has credentials for ${shown(near)}: the key must match the entry's key`);
  }
  return found;
}

function list(names: readonly string[]): string {
  return names.map(shown).join(" and ");
}

/** Warns of config that can lose credentials later. */
export function credentialWarnings({ isOneValue }: CredentialSources): Issue[] {
  if (!isOneValue) return [];
  const message =
    "pull-through-cache:credentials was set as one JSON value. The next pulumi config set --path replaces all of it. Have the credentials of every entry at hand, and set each part again with --path";
  return [{ path: ["credentials"], message }];
}
