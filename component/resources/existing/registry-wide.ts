import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { claim } from "../../deployment";
import type { Merged } from "../../plan/registry-wide";
import { refuse, UserError } from "../../problems/error";
import type { Scope } from "../scope";
import { nameOf } from "../urn";
import { isNotFound } from "./kinds";

/** A setting that an account has once per Region. */
export interface Setting<T> {
  /** Its CloudFormation type. */
  readonly typeName: string;
  /** What it is called, and the permission to read it. */
  readonly title: string;
  readonly action: string;
  /** The component's output with what it needs there. */
  readonly output: string;
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
    const place = region ?? regions[0];
    const where = `The ${setting.title} of ${place}`;
    const other = claim(scope.deployment, `${setting.typeName} ${accountId} ${place}`, await scope.urn);
    if (other !== undefined) {
      const message = `${nameOf(other)} manages it for ${place} already: remove it here, and give that one what this component needs, its ${setting.output}`;
      return refuse({ path: setting.path, message });
    }
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
    if (!pulumi.runtime.hasEngine() || isNotFound(message)) return undefined;
    const cause = `${where} cannot be read: ${message}`;
    if (!overwrite) {
      throw new UserError(
        `${cause}\nIt may have content of others, which must stay. Reading it needs the permissions cloudformation:GetResource and ${action}. With overwrite: true the whole setting belongs to this stack, and it is not read first.`,
      );
    }
    pulumi.log.warn(`${cause}\nWhat others wrote there is removed, because overwrite is true.`, parent);
    return undefined;
  }
}

/**
 * Options of a setting's resource. Unless the whole setting belongs to the stack, it stays when the stack or the argument
 * goes: others may have written to it since the last update, and then no program runs that could look.
 */
export function settingOptions(
  options: pulumi.CustomResourceOptions,
  overwrite: boolean,
): pulumi.CustomResourceOptions {
  return { ...options, retainOnDelete: !overwrite };
}
