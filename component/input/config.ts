import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import type { CredentialsArgs } from "../args";
import type { ConfigEntry, CredentialSources } from "../plan/credentials";
import { setCommand } from "../problems/commands";
import { InvalidInputError } from "../problems/error";

/** The stack's config that holds credentials: `pull-through-cache:credentials`. */
const NAMESPACE = "pull-through-cache";
const KEY = "credentials";

type Values = { [key: string]: unknown };

/** Finds where credentials can come from. It does not return their values. */
export function findCredentialSources(given: CredentialSources["given"]): CredentialSources {
  const text = pulumi.runtime.getConfig(`${NAMESPACE}:${KEY}`);
  const config = readConfig(text);
  return {
    given,
    config: Object.fromEntries(Object.entries(config).map(([key, entry]) => [key, configEntry(record(entry))])),
    configIsSecret: isConfigSecret(),
    isOneValue: text !== undefined && (text !== asPulumiWrites(config) || isOneValueInFile()),
    inProject: findInProject(),
    withoutPath: Object.keys(pulumi.runtime.allConfig())
      .filter((name) => name.startsWith(`${NAMESPACE}:${KEY}.`) && /\.[A-Za-z]{1,20}$/.test(name))
      .map((name) => name.slice(NAMESPACE.length + 1)),
  };
}

function configEntry({ username, accessToken, ...others }: Values): ConfigEntry {
  const isFilled = (value: unknown) => value !== undefined && value !== null && value !== "";
  return { username: isFilled(username), accessToken: isFilled(accessToken), others: Object.keys(others) };
}

/** An entry's credentials. `pulumi config set --path` turns digits into a number, hence `String`. */
export function fromConfig(key: string): { [part in keyof CredentialsArgs]: string } {
  const { username, accessToken } = record(readConfig(pulumi.runtime.getConfig(`${NAMESPACE}:${KEY}`))[key]);
  return { username: String(username ?? ""), accessToken: String(accessToken ?? "") };
}

function readConfig(json: string | undefined): Values {
  if (json === undefined) return {};
  try {
    return record(JSON.parse(json));
  } catch {
    const reason = `${NAMESPACE}:${KEY} must be a map: set its parts with ${setCommand(undefined, "accessToken")}`;
    throw new InvalidInputError("The stack's config", [{ propertyPath: "", reason }]);
  }
}

function findInProject(): CredentialSources["inProject"] {
  const namespace = pulumi.getProject();
  if (namespace === NAMESPACE) return undefined;
  try {
    const keys = Object.keys(record(JSON.parse(pulumi.runtime.getConfig(`${namespace}:${KEY}`) ?? "{}")));
    return { namespace, keys };
  } catch {
    // The program's own config, which may hold anything.
    return undefined;
  }
}

/** Whether the stack's file next to Pulumi.yaml has the map as one text, encrypted or not. */
function isOneValueInFile(): boolean {
  try {
    const path = join(pulumi.runtime.getRootDirectory(), `Pulumi.${pulumi.getStack()}.yaml`);
    const { config } = record(load(readFileSync(path, "utf8")));
    const value = record(config)[`${NAMESPACE}:${KEY}`];
    return typeof value === "string" || typeof record(value).secure === "string";
  } catch {
    // The file is elsewhere or has another form. Pulumi has read it, so that does not matter here.
    return false;
  }
}

/** Pulumi writes a map that was set part by part as Go writes JSON: no spaces, sorted keys, `<`, `>` and `&` escaped. */
function asPulumiWrites(value: unknown): string {
  const sorted = (_: string, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Pulumi's types do not declare this function. If it is missing, the config is taken for secret. */
function isConfigSecret(): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(`${NAMESPACE}:${KEY}`) ?? true;
}

function record(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}
