import type * as z from "zod";
import type { Issue } from "../problems/issue";
import { nearest } from "../problems/nearest";
import { checkedBy } from "./input";

/** The result of checking something against a schema: its value, or everything that is wrong with it. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: Issue[] };

/** Checks a value and reports every problem, with a hint for each unknown key. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, at: readonly PropertyKey[] = []): Parsed<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.flatMap((issue) => unfold(issue, at, schema)) };
}

function unfold(issue: z.core.$ZodIssue, at: readonly PropertyKey[], schema: z.ZodType): Issue[] {
  const path = [...at, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      message: unknownKey(key, index < GUESSED ? known : [], known),
    }));
  }
  if (issue.code === "invalid_key") return issue.issues.map((inner) => ({ path, message: inner.message }));
  return [{ path, message: issue.message }];
}

const CREDENTIAL_KEYS = /^(user(_?name)?|access_?token|(auth_?)?token|password|passwd|secret_?key|credentials?|auth)$/i;

/** Whether a key names a credential, which has no place in the registries' own settings. */
function isCredentialKey(key: string): boolean {
  return CREDENTIAL_KEYS.test(key);
}

const HINTS: { readonly [key: string]: string } = {
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
};

/** Guesses take time, and an error tells only its first problems. */
const GUESSED = 100;

function unknownKey(key: string, candidates: readonly string[], known: readonly string[]): string {
  if (isCredentialKey(key) && !known.includes("accessToken")) {
    return "a credential has no place here: use \"credentials\" or pulumi config set --secret --path 'pull-through-cache:credentials.<key>.accessToken' <token>";
  }
  if (Object.hasOwn(HINTS, key)) return HINTS[key] as string;
  const meant = nearest(key, candidates);
  return meant ? `unknown; did you mean "${meant}"?` : `unknown; known here: ${known.join(", ")}`;
}

/** The keys of the strict object that a path leads to in a schema. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current = unwrap(schema);
  for (const part of path) {
    current = unwrap(child(current, part));
  }
  const shape = definition(current).shape;
  return shape ? Object.keys(shape) : [];
}

interface Definition {
  readonly shape?: { readonly [key: string]: z.ZodType };
  readonly innerType?: z.ZodType;
  readonly out?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
}

function definition(schema: z.ZodType | undefined): Definition {
  return (schema?.def ?? {}) as Definition;
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let current = schema;
  for (let inner = innerOf(current); inner; inner = innerOf(current)) current = inner;
  return current;
}

function innerOf(schema: z.ZodType | undefined): z.ZodType | undefined {
  return definition(schema).innerType ?? definition(schema).out ?? (schema && checkedBy(schema));
}

function child(schema: z.ZodType | undefined, part: PropertyKey): z.ZodType | undefined {
  const { shape, element, valueType } = definition(schema);
  return shape?.[String(part)] ?? element ?? valueType;
}
