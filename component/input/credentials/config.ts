import * as pulumi from "@pulumi/pulumi";
import type { CredentialsArgs } from "../../args";
import { currentDeployment } from "../../deployment";
import type { ConfigEntry, CredentialSources } from "../../plan/credentials";
import { setCommand } from "../../problems/commands";
import { InvalidInputError } from "../../problems/error";
import { readStackFile } from "./stack-file";

/** The stack's config that holds credentials: `pull-through-cache:credentials`. */
const NAMESPACE = "pull-through-cache";
const KEY = "credentials";

type Values = { readonly [key: string]: unknown };
type Credentials = { readonly [part in keyof CredentialsArgs]: string };

/** The credentials in the stack's config. */
export interface ConfiguredCredentials {
  /** What is there and how it was set, without any value. */
  readonly found: Omit<CredentialSources, "given">;
  /** The credentials of each entry. Parts that are missing are empty. */
  readonly values: ReadonlyMap<string, Credentials>;
}

/** The credentials in the stack's config. The components of a program share them. */
export function configuredCredentials(): ConfiguredCredentials {
  const { credentials } = currentDeployment();
  const text = JSON.stringify(pulumi.runtime.allConfig());
  const read = credentials.get(text) ?? readCredentials();
  credentials.set(text, read);
  return read;
}

function readCredentials(): ConfiguredCredentials {
  const text = pulumi.runtime.getConfig(`${NAMESPACE}:${KEY}`);
  const parsed = parseConfig(text);
  const config = Object.entries(parsed).map(([key, entry]) => [key, record(entry)] as const);
  const isText = (key: string) => typeof parsed[key] === "string" && parsed[key] !== "";
  const inFile = text === undefined ? undefined : readStackFile(`${NAMESPACE}:${KEY}`);
  const isPlain = (key: string) =>
    !isConfigSecret() || inFile?.isPlain([key, "accessToken"] satisfies [string, keyof CredentialsArgs]) === true;
  return {
    found: {
      config: Object.fromEntries(
        config.map(([key, entry]) => [
          key,
          { ...configEntry(entry, isPlain(key)), ...(isText(key) && { isText: true }) },
        ]),
      ),
      isOneValue: text !== undefined && (text !== asPulumiWrites(parsed) || inFile?.isOneValue === true),
      inProject: findInProject(),
      withoutPath: Object.keys(pulumi.runtime.allConfig())
        .filter((name) => name.startsWith(`${NAMESPACE}:${KEY}.`) && /\.[A-Za-z]{1,20}$/.test(name))
        .map((name) => name.slice(NAMESPACE.length + 1)),
    },
    // `pulumi config set --path` turns digits into a number.
    values: new Map(
      config.map(([key, { username, accessToken }]) => [
        key,
        { username: String(username ?? ""), accessToken: String(accessToken ?? "") },
      ]),
    ),
  };
}

function configEntry({ username, accessToken, ...others }: Values, isPlain: boolean): ConfigEntry {
  const isFilled = (value: unknown) => value !== undefined && value !== null && value !== "";
  return {
    username: isFilled(username),
    accessToken: isFilled(accessToken),
    isPlain: isFilled(accessToken) && isPlain,
    others: Object.keys(others),
  };
}

function parseConfig(json: string | undefined): Values {
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
