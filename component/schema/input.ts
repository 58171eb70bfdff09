import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { util } from "zod/v4/core";
import type { PullThroughCacheArgs } from "../args";

/** A role as a resource, or its name or ARN. */
export type Puller = NonNullable<PullThroughCacheArgs["pullerRoles"]>[string];

/** Whether a value is known only later: a Pulumi Output or a promise. */
export function isDeferred(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return isOutput(value) || value instanceof Promise;
}

/** The same check as Pulumi's `Output.isInstance`, without loading @pulumi/pulumi, which is slow to load. */
function isOutput(value: unknown): value is pulumi.Output<unknown> {
  return (value as { __pulumiOutput?: unknown } | null | undefined)?.__pulumiOutput === true;
}

/** Whether a value is a role of the program. Pulumi's SDK keeps a resource's type in this field. */
export function isRole(value: unknown): value is Exclude<Puller, pulumi.Input<string>> {
  return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === "aws:iam/role:Role";
}

export function isResource(value: unknown): boolean {
  return (value as { __pulumiResource?: unknown } | null | undefined)?.__pulumiResource === true;
}

/** Checks a plain value now and lets an Output pass. `whenKnown` applies the same schema to the Output's value later. */
export function input<T>(schema: z.ZodType<T>): z.ZodType<pulumi.Input<T>> {
  return unless(isDeferred, schema) as z.ZodType<pulumi.Input<T>>;
}

/** Checks a value unless it passes as it is. */
export function unless(passes: (value: unknown) => boolean, schema: z.ZodType): z.ZodType {
  return z.custom().superRefine((value, context) => {
    if (passes(value)) return;
    for (const issue of schema.safeParse(value).error?.issues ?? [])
      context.addIssue({ ...issue } as z.core.$ZodRawIssue);
  });
}

/** A plain string. Outputs get a message of their own. */
export const plainString = z.string({ error: ({ input: value }) => noString(value) });

/** JSON as a string. Users may write the document itself. */
export const jsonString = z.string({
  error: ({ input: value }) =>
    ["a map", "a list"].includes(kindOf(value))
      ? `must be JSON as a string, not ${kindOf(value)}: in a program, write JSON.stringify(...)`
      : noString(value),
});

function noString(value: unknown): string {
  if (isDeferred(value)) return notLater("a plain string", value);
  if (value === undefined) return "is missing: it must be a string";
  if (isResource(value)) return "must be a string, not a resource: give the property, such as its arn or name";
  const quote = typeof value === "number" || value instanceof Date ? ": quote it" : "";
  return `must be a string, not ${kindOf(value)}${quote}`;
}

/** What is wrong with a value that is known only later, where a plain one is needed. */
export function notLater(wanted: string, value: unknown): string {
  return value instanceof Promise
    ? `must be ${wanted}, not a promise: await it`
    : `must be ${wanted}, not an Output: what the component creates cannot depend on an Output`;
}

/** The kind of a value in words, never the value. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (isDeferred(value)) return value instanceof Promise ? "a promise" : "an Output";
  if (value instanceof Map) return "a JavaScript Map";
  if (typeof value === "object") return util.isPlainObject(value) ? "a map" : "an object of a class";
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : `a ${typeof value}`;
}
