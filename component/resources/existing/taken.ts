import * as pulumi from "@pulumi/pulumi";
import { claim, type Deployment } from "../../deployment";
import { UserError } from "../../problems/error";
import { nameOf } from "../urn";
import { findExisting, type Kind, type KnownResource, ownerOf, ROLE, RULE, SECRET, TEMPLATE } from "./kinds";

/** What it takes to tell who has a resource that already exists. */
export interface Owners {
  readonly parent: pulumi.ComponentResource;
  readonly deployment: Deployment;
  /** The account that is deployed to, or undefined if the provider's configuration is unknown. */
  account(): Promise<string | undefined>;
  /** The stack's resources before this update. */
  state(): Promise<readonly KnownResource[]>;
}

const KINDS = [RULE, TEMPLATE, ROLE, SECRET] as readonly Kind<unknown>[];

/**
 * Refuses to create what already exists, so that the preview fails instead of the update, halfway through. Returns the
 * stack's own resource that this one replaces, if it still exists.
 */
export async function refuseTaken(
  { urn, type, newInputs = {} }: pulumi.ResourceHookArgs,
  context: Owners,
): Promise<KnownResource | undefined> {
  const kind = KINDS.find((candidate) => candidate.type === type);
  const name: unknown = kind && newInputs[kind.nameIn];
  if (kind === undefined || typeof name !== "string") return undefined;
  const region = typeof newInputs.region === "string" ? newInputs.region : undefined;
  const what = `the ${kind.title} "${name}"${region === undefined ? "" : ` in ${region}`}`;

  const accountId = await context.account();
  const other = accountId && claim(context.deployment, [type, accountId, region, name].join(" "), urn);
  if (other) {
    throw new UserError(`${what} is created twice, as ${nameOf(other)} and as ${nameOf(urn)}: give ${kind.named}`);
  }

  const found = await findExisting(kind, name, region, { parent: context.parent });
  if (found === undefined) return undefined;
  const owner = ownerOf(await context.state(), kind, name, region);
  if (owner === undefined) {
    throw new UserError(
      `${what} already exists, and this stack did not create it. ${kind.describe(found)}. ${exits(kind, kind.mismatch(found, newInputs))}`,
    );
  }
  if (owner.urn !== urn) {
    throw new UserError(
      `${what} already exists: this stack has it as ${owner.urn}. Give ${kind.named}, let it continue that one with an alias, or remove that one and run pulumi up first`,
    );
  }
  if (isLeft(kind, found, owner, newInputs)) {
    const command = `${kind.remove?.(name)}${region === undefined ? "" : ` --region ${region}`}`;
    throw new UserError(
      `${what} is not what the stack's state says: an interrupted update left it, or somebody changed it. Delete it, and run pulumi up again: ${command}`,
    );
  }
  return owner;
}

/**
 * Whether what exists was left by an update whose answer from AWS got lost. The engine deletes a resource before it
 * replaces it, so in an update nothing can be there any more. In a preview the stack's own is still there.
 */
function isLeft(
  { mismatch, remove }: Kind<unknown>,
  found: unknown,
  { outputs }: KnownResource,
  inputs: { readonly [name: string]: unknown },
): boolean {
  if (remove === undefined) return false;
  if (!pulumi.runtime.isDryRun()) return true;
  return (mismatch(found, inputs) === undefined) !== (mismatch(outputs, inputs) === undefined);
}

/** What the user can do, for messages. */
function exits({ named }: Kind<unknown>, mismatch: string | undefined): string {
  return mismatch === undefined
    ? `To adopt it, set "adopt: true" on the entry or on the component; or give ${named}`
    : `It cannot be adopted, because ${mismatch}: give ${named}, or delete what is there`;
}
