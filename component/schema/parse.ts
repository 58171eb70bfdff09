import * as z from "zod";
import type { Issue } from "../problems/issue";
import { unknownKey } from "./hints";

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
      message: unknownKey(key, path, known, index < GUESSED),
    }));
  }
  if (issue.code === "invalid_key") return issue.issues.map((inner) => ({ path, message: inner.message }));
  return [{ path, message: issue.message }];
}

/** Unknown keys that get a suggestion. Suggestions take time, and the message lists only the first problems. */
const GUESSED = 100;
