import * as z from "zod";
import { setCommand } from "../problems/commands";
import type { Issue } from "../problems/issue";
import { nearest } from "../problems/nearest";

/** The result of checking a value against a schema: the value, or every problem with it. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: Issue[] };

/** An object with only these keys. It passes them to `parse` as the message of the issue about unknown keys. */
export function strictObject<T extends z.ZodRawShape>(
  shape: T,
  wrongType?: (issue: z.core.$ZodRawIssue) => string | undefined,
) {
  const keys = Object.keys(shape).join(" ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? keys : wrongType?.(issue)),
  });
}

/** Checks a value and reports every problem, with a hint for each unknown key. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, at: readonly PropertyKey[] = []): Parsed<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.flatMap((issue) => unfold(issue, at)) };
}

function unfold(issue: z.core.$ZodIssue, at: readonly PropertyKey[]): Issue[] {
  const path = [...at, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(" ");
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      message: unknownKey(key, path, index < GUESSED ? known : [], known),
    }));
  }
  if (issue.code === "invalid_key") return issue.issues.map((inner) => ({ path, message: inner.message }));
  return [{ path, message: issue.message }];
}

const CREDENTIAL_KEYS = /^(user(_?name)?|access_?token|(auth_?)?token|password|passwd|secret_?key|credentials?|auth)$/i;

function isCredentialKey(key: string): boolean {
  return CREDENTIAL_KEYS.test(key);
}

const HINTS: { readonly [key: string]: string } = {
  images: 'the only repositories that may enter are "repositories"',
  kmsKeyId: "ECR can read the secret only with the default key aws/secretsmanager, so no key can be given",
  kmsKeyArn:
    "ECR can read a secret only with the default key aws/secretsmanager; for repositories use encryption.kmsKey",
  url: 'the upstream\'s host is "registry"',
  host: 'the upstream\'s host is "registry"',
  upstreamRegistryUrl: 'the upstream\'s host is "registry"',
  ecrRepositoryPrefix: 'the prefix of the cache is "prefix"',
  upstreamRepositoryPrefix: 'the prefix upstream is "upstreamPrefix"',
  customRoleArn: 'the role is "roleArn" for an ECR upstream and "templateRoleArn" for templates',
  lifecyclePolicy: 'the lifecycle is "lifecycle"; a document goes into lifecycle.policy',
  imageTagMutability: 'the setting is "tagMutability"',
  scanOnPush: 'scanning is set for a whole Region: see "scanning"',
  region: 'the component has "regions", a list',
  repository_read_access_arns:
    'the setting is "access": its accounts take the account ids, its roleArns the ARNs of roles',
  lifecycle_policy: 'the lifecycle is "lifecycle"; a document goes into lifecycle.policy',
  image_tag_mutability: 'the setting is "tagMutability"',
};

/** Unknown keys that get a suggestion. Suggestions take time, and the message lists only the first problems. */
const GUESSED = 100;

function unknownKey(
  key: string,
  path: readonly PropertyKey[],
  candidates: readonly string[],
  known: readonly string[],
): string {
  if (isCredentialKey(key) && !known.includes("accessToken")) {
    const entry = path[0] === "registries" ? String(path[1]) : undefined;
    return `credentials do not belong here: use "credentials" or ${setCommand(entry, /^user/i.test(key) ? "username" : "accessToken")}`;
  }
  if (Object.hasOwn(HINTS, key)) return HINTS[key] as string;
  const meant = nearest(key, candidates);
  return meant ? `unknown; did you mean "${meant}"?` : `unknown; known here: ${known.join(", ")}`;
}
