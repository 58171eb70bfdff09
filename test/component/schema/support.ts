import assert from "node:assert/strict";
import type { PullThroughCacheArgs } from "../../../component/args";
import { prepare } from "../../../component/prepare";
import { InvalidInputError } from "../../../component/problems/error";
import { formatPath } from "../../../component/problems/print";
import { pullThroughCacheArgs } from "../../../component/schema/arguments";
import { parse } from "../../../component/schema/parse";

/** What the component answers, as `path: reason`. */
export function answers(args: unknown): string[] {
  try {
    prepare("cache", args as PullThroughCacheArgs);
    return [];
  } catch (error) {
    assert.ok(error instanceof InvalidInputError, String(error));
    return error.errors.map(({ propertyPath, reason }) => [propertyPath, reason].filter(Boolean).join(": "));
  }
}

/** The problems with the shape alone, as `path: message`. */
export function problems(args: unknown): string[] {
  const parsed = parse(pullThroughCacheArgs, args);
  return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

/** Arguments with a value at a path, which may have lists with one item: `scanning.rules[0].filters`. */
export function argsWith(path: string, value: unknown): object {
  const parts = path.split(/[.[\]]+/).filter(Boolean);
  const args = parts.reduceRight((inner, part) => (part === "0" ? [inner] : { [part]: inner }), value) as object;
  return { registries: { quay: {} }, ...args };
}
