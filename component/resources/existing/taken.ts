import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../problems/error";
import { nameOf } from "../urn";
import { findExisting, type Kind, type KnownResource, ownerOf, ROLE, RULE, TEMPLATE } from "./kinds";
import { type Room, refuseTooMany } from "./room";

/** What it takes to tell who has a resource that already exists. */
export interface Owners {
  readonly parent: pulumi.ComponentResource;
  /** The account that is deployed to, or undefined if the provider's configuration is unknown. */
  account(): Promise<string | undefined>;
  /** The stack's resources before this update. */
  state(): Promise<readonly KnownResource[]>;
}

const KINDS = [RULE, TEMPLATE, ROLE] as readonly Kind<unknown>[];

/** Which resource is about to create what: URNs by type, account, Region and name. */
const claims = new Map<string, string>();

/**
 * Refuses to create what already exists, so that the preview fails instead of the update, halfway through. Returns the
 * stack's own resource that this one replaces, if it still exists.
 */
export async function refuseTaken(
  { urn, type, newInputs = {} }: pulumi.ResourceHookArgs,
  context: Owners & Room,
): Promise<KnownResource | undefined> {
  const kind = KINDS.find((candidate) => candidate.type === type);
  const name: unknown = kind && newInputs[kind.nameIn];
  if (kind === undefined || typeof name !== "string") return undefined;
  const region = typeof newInputs.region === "string" ? newInputs.region : undefined;
  const what = `the ${kind.title} "${name}"${region === undefined ? "" : ` in ${region}`}`;

  const accountId = await context.account();
  const claim = [type, accountId, region, name].join(" ");
  const claimant = claims.get(claim) ?? urn;
  claims.set(claim, claimant);
  if (accountId && claimant !== urn) {
    throw new UserError(
      `${what} is created twice, as ${nameOf(claimant)} and as ${nameOf(urn)}: give one of them another prefix`,
    );
  }

  const found = await findExisting(kind, name, region, context.parent);
  if (found === undefined) {
    if (kind === RULE && accountId) await refuseTooMany(urn, { accountId, region }, context);
    return undefined;
  }
  const owner = ownerOf(await context.state(), kind, name, region);
  if (owner === undefined) {
    throw new UserError(
      `${what} already exists, and this stack did not create it. ${kind.describe(found)}. ${exits(kind.mismatch(found, newInputs))}`,
    );
  }
  // The engine deletes it before it creates the replacement.
  if (owner.urn === urn) return owner;
  throw new UserError(
    `${what} already exists: this stack has it as ${owner.urn}. Give this one another prefix, let it continue that one with an alias, or remove that one and run pulumi up first`,
  );
}

/** What the user can do, for messages. */
function exits(mismatch: string | undefined): string {
  return mismatch === undefined
    ? 'To adopt it, set "adopt: true" on the entry or on the component; or give the entry another prefix'
    : `It cannot be adopted, because ${mismatch}: give the entry another prefix, or delete what is there`;
}
