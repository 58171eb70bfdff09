import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { refuse } from "../../problems/error";
import { isDeferred } from "../../schema/input";
import { parse } from "../../schema/parse";

const NO_VALUE =
  "the Output has no value. Without the argument other things would be created, which cannot depend on an Output: leave it out, or give it a value";

/** Checks an Output with its schema once it is known. Plain values have been checked with the other arguments. */
export function whenKnown<T>(
  schema: z.ZodType<T>,
  value: pulumi.Input<T | undefined>,
  path: readonly PropertyKey[],
): pulumi.Input<T> {
  if (!isDeferred(value)) return value as T;
  return pulumi.output(value).apply((known) => {
    const parsed = parse(schema, known, path);
    if (parsed.ok) return parsed.value;
    return refuse(...(known === undefined ? [{ path, message: NO_VALUE }] : parsed.issues));
  }) as pulumi.Output<T>;
}

/**
 * The same for an argument that can be left out: an Output without a value counts as not given. The type is that of the
 * provider's inputs, which take such an Output, but say so only in newer versions.
 */
export function ifGiven<T>(
  schema: z.ZodType<T>,
  value: pulumi.Input<T | undefined>,
  path: readonly PropertyKey[],
): pulumi.Input<T> | undefined {
  return whenKnown(schema.optional() as unknown as z.ZodType<T>, value, path);
}
