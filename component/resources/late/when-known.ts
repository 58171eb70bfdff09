import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { refuse } from "../../problems/error";
import { isDeferred } from "../../schema/input";
import { parse } from "../../schema/parse";

/** Checks an Output with its schema once it is known. Plain values have been checked with the other arguments. */
export function whenKnown<T>(
  schema: z.ZodType<T>,
  value: pulumi.Input<T>,
  path: readonly PropertyKey[],
): pulumi.Input<T> {
  if (!isDeferred(value)) return value;
  return pulumi.output(value).apply((known) => {
    const parsed = parse(schema, known, path);
    return parsed.ok ? parsed.value : refuse(...parsed.issues);
  }) as pulumi.Output<T>;
}
