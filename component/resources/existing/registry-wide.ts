import { AsyncResource } from "node:async_hooks";
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Merged } from "../../plan/registry-wide";
import { refuse, UserError } from "../../problems/error";
import { settle } from "../late/settle";
import type { Scope } from "../scope";
import { changedOptions } from "../transform-options";

/** A setting that an account has once per Region. */
export interface Setting<T> {
  /** Its CloudFormation type. */
  readonly typeName: string;
  /** What it is called, and the permission to read it. */
  readonly title: string;
  readonly action: string;
  /** The argument that asks for it. */
  readonly path: readonly string[];
  /** Converts the properties of the Cloud Control API to what the plan merges. */
  parse(properties: { readonly [name: string]: unknown }): T;
}

/** The current value of a setting, and its name for messages. */
export interface Current<T> {
  readonly where: string;
  readonly value: T | undefined;
}

/**
 * Reads a setting. The AWS provider has no data source for it, so its data source for the AWS Cloud Control API is
 * used.
 */
export function currentOf<T>(
  scope: Scope,
  region: string | undefined,
  setting: Setting<T>,
  overwrite: boolean,
): pulumi.Output<Current<T>> {
  return scope.ecr.apply(async ({ accountId, regions }) => {
    const where = `The ${setting.title} of ${region ?? regions[0]}`;
    return { where, value: await readCurrent(scope, accountId, region, setting, overwrite, where) };
  }) as pulumi.Output<Current<T>>;
}

/** Returns what to write, and logs in a preview what others wrote. Throws if the settings cannot be merged. */
export function accepted<V>(
  scope: Scope,
  { path }: Setting<unknown>,
  where: string,
  merged: Merged<V>,
  overwrite: boolean,
): Extract<Merged<V>, { ok: true }> {
  if (!merged.ok) return refuse({ path, message: merged.reason });
  if (merged.others.length > 0 && pulumi.runtime.isDryRun()) {
    const what = `${where} has content that others wrote (${merged.others.join("; ")})`;
    if (overwrite) pulumi.log.warn(`${what}. It is removed, because overwrite is true.`, scope.parent);
    else pulumi.log.info(`${what}. It is kept.`, scope.parent);
  }
  return merged;
}

async function readCurrent<T>(
  { parent }: Scope,
  identifier: string,
  region: string | undefined,
  { typeName, action, parse }: Setting<T>,
  overwrite: boolean,
  where: string,
): Promise<T | undefined> {
  try {
    const { properties } = await aws.cloudcontrol.getResource({ typeName, identifier, region }, { parent });
    return properties ? parse(JSON.parse(properties) as { [name: string]: unknown }) : undefined;
  } catch (error) {
    const message = String((error as Error).message);
    // Pulumi's mocks lose the message, and may not implement the function at all.
    if (!pulumi.runtime.hasEngine() || /ResourceNotFoundException|couldn't find resource|not found/i.test(message))
      return undefined;
    if (!/AccessDenied|not authorized/i.test(message)) throw new UserError(`${where} cannot be read: ${message}`);
    if (!overwrite) {
      pulumi.log.warn(
        `${where} cannot be read without the permissions cloudformation:GetResource and ${action}, so what others wrote there is overwritten. Set overwrite: true if that is intended.`,
        parent,
      );
    }
    return undefined;
  }
}

/** Options of a setting's resource, which is not deleted while it has other people's content. */
export function settingOptions(
  options: pulumi.CustomResourceOptions,
  merged: pulumi.Output<{ readonly others: readonly string[] }>,
  overwrite: boolean,
): pulumi.CustomResourceOptions {
  // Pulumi's mocks, which unit tests of programs use, do not support transforms.
  if (overwrite || !pulumi.runtime.hasEngine()) return options;
  // In a plugin, Pulumi keeps the deployment in the asynchronous context, which calls from the engine lack.
  const keep = AsyncResource.bind(async ({ props, opts }: pulumi.ResourceTransformArgs) => {
    // An error already fails the resource's inputs.
    const others = await settle(merged.apply((known) => known.others.length)).catch(() => undefined);
    return others?.value ? { props, opts: changedOptions(opts, { retainOnDelete: true }) } : undefined;
  });
  return { ...options, transforms: [keep] };
}

/** The start of the Sids of a component's statements. It is the same in every update and unique to the stack. */
export function statementMark(name: string): string {
  const identity = [pulumi.getProject(), pulumi.getStack(), name].join("/");
  return `PullThroughCache${createHash("sha256").update(identity).digest("hex").slice(0, 8)}`;
}
