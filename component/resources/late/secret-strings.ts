import * as pulumi from "@pulumi/pulumi";
import type { CredentialsArgs, PullThroughCacheArgs } from "../../args";
import type { ConfiguredCredentials } from "../../input/credentials/config";
import { credentialIssue } from "../../plan/credentials";
import type { EntryPlan, SecretPlan } from "../../plan/model";
import { refuse } from "../../problems/error";
import { credentials as credentialsSchema } from "../../schema/arguments";
import { isDeferred } from "../../schema/input";
import { parse } from "../../schema/parse";
import { tokenIssues } from "../../schema/token";

/** Source: API model of AWS Secrets Manager, CreateSecret. */
const SECRET_BYTES_MAX = 65_536;

/**
 * The secret string of an entry: JSON with exactly `username` and `accessToken`, as ECR reads it. It is a Pulumi secret
 * wherever the parts come from. Source: Amazon ECR user guide, "Storing your upstream repository credentials in an AWS
 * Secrets Manager secret".
 */
export type SecretStrings = (entry: Entry, secret: Pick<SecretPlan, "source">) => pulumi.Output<string>;

type Entry = Pick<EntryPlan, "key" | "upstream">;

/** The secret string of each entry. All Regions share it, because Outputs take much memory. */
export function secretStrings(
  given: PullThroughCacheArgs["credentials"],
  { found, values }: ConfiguredCredentials,
): SecretStrings {
  /** For an entry that the Output lacks. The plan could not check it. */
  const instead = ({ key, upstream }: Entry) => {
    const issue = credentialIssue(key, upstream, { ...found, given: [] });
    return issue ? refuse(issue) : values.get(key);
  };
  const sourceOf = (entry: Entry, source: SecretPlan["source"]): pulumi.Output<unknown> => {
    if (source === "config") return pulumi.output(values.get(entry.key));
    // Otherwise the whole map would become part of every secret's Output.
    if (!isDeferred(given)) return pulumi.output(given?.[entry.key]);
    return pulumi.output(given).apply((all) => all?.[entry.key] ?? instead(entry));
  };
  const made = new Map<string, pulumi.Output<string>>();
  return (entry, { source }) => {
    const output =
      made.get(entry.key) ?? pulumi.secret(sourceOf(entry, source).apply((value) => secretString(entry, value)));
    made.set(entry.key, output);
    return output;
  };
}

function secretString({ key, upstream }: Entry, value: unknown): string {
  const path = ["credentials", key];
  const parsed = parse(credentialsSchema, value ?? {}, path);
  if (!parsed.ok) return refuse(...parsed.issues);
  const { username, accessToken } = parsed.value as { [part in keyof CredentialsArgs]: string };
  const issues = tokenIssues(path, upstream, { username, accessToken });
  if (issues.length > 0) return refuse(...issues);
  const text = JSON.stringify({ username, accessToken });
  if (Buffer.byteLength(text) <= SECRET_BYTES_MAX) return text;
  const message = `AWS Secrets Manager accepts at most ${SECRET_BYTES_MAX} bytes for the user name and the token together`;
  return refuse({ path, message });
}
