import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { addedRulesProblem, MAX_RULES } from "../plan/checks";
import { UserError } from "../problems/error";
import { findExisting, type Kind, type KnownResource, ownerOf, ROLE, RULE, TEMPLATE } from "./existing";
import { pauseAfter } from "./retry";
import { settingChanges, settingsNotice, type TemplateChange } from "./settings-notice";

/** Hooks to bind to the component's resources. */
export interface Hooks {
  /** For resources with a unique name: reports in a preview that one already exists. */
  readonly unique?: pulumi.ResourceHookBinding;
  /** The same, and retries a creation that fails because ECR does not see a secret or a role yet. */
  readonly patient?: pulumi.ResourceHookBinding;
  /** For templates: notes which settings change. */
  readonly noted?: pulumi.ResourceHookBinding;
  /** Logs in one line what changes for new repositories only. Call it after all templates. */
  tellChanges(): void;
}

/** What the hooks depend on. */
export interface HookContext {
  /** Name of the component. */
  readonly name: string;
  readonly parent: pulumi.ComponentResource;
  /** The names of the component's rules in a Region, each with the former name that it continues, if there is one. */
  readonly ruleNames: ReadonlyMap<string, string | undefined>;
  /** The account that is deployed to, or undefined if the provider's configuration is unknown. */
  account(): Promise<string | undefined>;
  /** The stack's resources before this update. */
  state(): Promise<readonly KnownResource[]>;
}

/** How many components with a name have registered hooks. Names of hooks are unique in a deployment. */
const registered = new Map<string, number>();

/** Whether hooks work. Pulumi's mocks, which unit tests of programs use, do not support them. */
export function hasHooks(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { readonly registerErrorHook?: unknown } | undefined;
  return typeof monitor?.registerErrorHook === "function";
}

/** Registers the component's hooks. */
export function createHooks(context: HookContext): Hooks {
  if (!hasHooks()) return { tellChanges: () => undefined };
  const count = (registered.get(context.name) ?? 0) + 1;
  registered.set(context.name, count);
  const name = count === 1 ? context.name : `${context.name} (${count})`;
  // In a plugin, Pulumi keeps the deployment in the asynchronous context, which calls from the engine lack.
  const refuse = AsyncResource.bind(async (args: pulumi.ResourceHookArgs) => {
    const replaced = await refuseTaken(args, context);
    if (replaced !== undefined && args.type === TEMPLATE.type) note({ ...args, oldInputs: replaced.outputs });
  });
  const changes: TemplateChange[] = [];
  const note = ({ oldInputs = {}, newInputs = {} }: pulumi.ResourceHookArgs) => {
    changes.push(settingChanges(oldInputs, newInputs));
  };
  const isFree = new pulumi.ResourceHook(`${name}: does it already exist?`, refuse, { onDryRun: true });
  const tryAgain = new pulumi.ErrorHook(`${name}: does AWS need time?`, waitFor);
  const whatChanges = new pulumi.ResourceHook(`${name}: what is for new repositories only?`, note, { onDryRun: true });
  return {
    unique: { beforeCreate: [isFree] },
    patient: { beforeCreate: [isFree], onError: [tryAgain] },
    noted: { beforeUpdate: [whatChanges] },
    tellChanges: () => {
      const notice = settingsNotice(changes);
      if (notice !== undefined) pulumi.log.info(notice, context.parent);
    },
  };
}

async function waitFor({ failedOperation, errors }: pulumi.ErrorHookArgs): Promise<boolean> {
  const pause = failedOperation === "delete" ? undefined : pauseAfter(errors.length, errors[0] ?? "");
  if (pause === undefined) return false;
  await new Promise((resolve) => setTimeout(resolve, pause));
  return true;
}

const KINDS = [RULE, TEMPLATE, ROLE] as readonly Kind<unknown>[];

/** Which resource is about to create what: URNs by type, account, Region and name. */
const claims = new Map<string, string>();

/**
 * Refuses to create what already exists, so that the preview fails instead of the update, halfway through. Returns the
 * stack's own resource that this one replaces, if it still exists.
 */
async function refuseTaken(
  { urn, type, newInputs = {} }: pulumi.ResourceHookArgs,
  context: HookContext,
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

/** URNs of the rules that are new to the stack, by account and Region. */
const added = new Map<string, Set<string>>();

/**
 * Refuses a rule in a preview if there is no room for it until others are deleted. Reads the state only if that can
 * matter, and not in an update, which writes it.
 */
async function refuseTooMany(
  urn: string,
  { accountId, region }: { readonly accountId: string; readonly region: string | undefined },
  { ruleNames, state }: HookContext,
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

/** What the user can do, for messages. */
function exits(mismatch: string | undefined): string {
  return mismatch === undefined
    ? 'To adopt it, set "adopt: true" on the entry or on the component; or give the entry another prefix'
    : `It cannot be adopted, because ${mismatch}: give the entry another prefix, or delete what is there`;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
