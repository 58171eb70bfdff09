import * as pulumi from "@pulumi/pulumi";
import { addedRulesProblem, MAX_RULES } from "../../plan/checks";
import { UserError } from "../../problems/error";
import { nameOf } from "../urn";
import { type KnownResource, RULE } from "./kinds";

/** What it takes to tell whether a Region has room for more rules. */
export interface Room {
  /** The names of the component's rules in a Region, each with the former name that it continues, if there is one. */
  readonly ruleNames: ReadonlyMap<string, string | undefined>;
  /** The stack's resources before this update. */
  state(): Promise<readonly KnownResource[]>;
}

/** URNs of the rules that are new to the stack, by account and Region. */
const added = new Map<string, Set<string>>();

/**
 * Refuses a rule in a preview if there is no room for it until others are deleted. Reads the state only if that can
 * matter, and not in an update, which writes it.
 */
export async function refuseTooMany(
  urn: string,
  { accountId, region }: { readonly accountId: string; readonly region: string | undefined },
  { ruleNames, state }: Room,
): Promise<void> {
  if (!pulumi.runtime.isDryRun() || ruleNames.size <= MAX_RULES / 2) return;
  const existing = (await state()).filter(
    ({ type, outputs }) =>
      type === RULE.type && outputs.registryId === accountId && (region === undefined || outputs.region === region),
  );
  const startOf = (resource: string) => nameOf(resource).replace(/@[^@]*$/, "");
  const own = startOf(urn);
  // A rule that continues another one replaces it, and the engine deletes the old one first.
  if (existing.some((known) => [own, ruleNames.get(own)].includes(startOf(known.urn)))) return;
  const place = `${accountId} ${region}`;
  const urns = added.get(place) ?? new Set();
  added.set(place, urns.add(urn));
  const problem = addedRulesProblem(existing.length, urns.size, region);
  if (problem !== undefined) throw new UserError(problem);
}
