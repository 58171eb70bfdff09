import { AsyncResource } from "node:async_hooks";
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Merged } from "../plan/registry-wide";
import { refuse, UserError } from "../problems/error";
import type { Scope } from "./scope";
import { settle } from "./settle";
import { changedOptions } from "./transform-options";

/** One of the settings that an account has once in a Region. */
export interface Setting<T> {
  /** CloudFormation's type of the setting. */
  readonly typeName: string;
  /** What it is called, and the permission that reads it. */
  readonly title: string;
  readonly action: string;
  /** The argument that asks for it. */
  readonly path: readonly string[];
  /** What Cloud Control API gives, as the plan merges it. */
  parse(properties: { readonly [name: string]: unknown }): T;
}

/** What is there now, and what it is called. */
export interface Current<T> {
  readonly where: string;
  readonly value: T | undefined;
}

/**
 * Reads what is there now. The AWS provider has no data source for these settings, so that they are read by its data source
 * for AWS Cloud Control API.
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

/** What to write. Says in a preview what others have there, and refuses what cannot be merged. */
export function accepted<V>(
  scope: Scope,
  { path }: Setting<unknown>,
  where: string,
  merged: Merged<V>,
  overwrite: boolean,
): Extract<Merged<V>, { ok: true }> {
  if (!merged.ok) return refuse({ path, message: merged.reason });
  if (merged.others.length > 0 && pulumi.runtime.isDryRun()) {
    const what = `${where} has what others wrote (${merged.others.join("; ")})`;
    if (overwrite) pulumi.log.warn(`${what}: it is removed, since overwrite is true.`, scope.parent);
    else pulumi.log.info(`${what}: it stays.`, scope.parent);
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
    // Pulumi's mocks lose the message, and may not know the function at all.
    if (!pulumi.runtime.hasEngine() || /ResourceNotFoundException|couldn't find resource|not found/i.test(message))
      return undefined;
    if (!/AccessDenied|not authorized/i.test(message)) throw new UserError(`${where} cannot be read: ${message}`);
    if (!overwrite) {
      pulumi.log.warn(
        `${where} cannot be read without the permissions cloudformation:GetResource and ${action}: whatever others wrote there is overwritten. Set overwrite: true if that is meant.`,
        parent,
      );
    }
    return undefined;
  }
}

/** Options of the resource of a setting: what others have in it is not deleted with it. */
export function settingOptions(
  options: pulumi.CustomResourceOptions,
  merged: pulumi.Output<{ readonly others: readonly string[] }>,
  overwrite: boolean,
): pulumi.CustomResourceOptions {
  // Pulumi's mocks, which unit tests of programs run with, know no transforms.
  if (overwrite || !pulumi.runtime.hasEngine()) return options;
  // As a plugin, Pulumi keeps what it knows of the deployment in the asynchronous context, which calls from the engine lack.
  const keep = AsyncResource.bind(async ({ props, opts }: pulumi.ResourceTransformArgs) => {
    // What is refused fails the resource's own inputs.
    const others = await settle(merged.apply((known) => known.others.length)).catch(() => undefined);
    return others?.value ? { props, opts: changedOptions(opts, { retainOnDelete: true }) } : undefined;
  });
  return { ...options, transforms: [keep] };
}

/** The start of the Sids of a component's statements: the same in every update, and in no other stack. */
export function statementMark(name: string): string {
  const identity = [pulumi.getProject(), pulumi.getStack(), name].join("/");
  return `PullThroughCache${createHash("sha256").update(identity).digest("hex").slice(0, 8)}`;
}
