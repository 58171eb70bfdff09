import { AsyncResource } from "node:async_hooks";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../problems/error";
import { findExisting, type Kind, type KnownResource, ownerOf, ROLE, RULE, TEMPLATE } from "./existing";
import { pauseAfter } from "./retry";
import { settingChanges, settingsNotice, type TemplateChange } from "./settings-notice";

/** What the engine asks the component about its resources: hooks to bind to them. */
export interface Hooks {
  /** For what AWS has only one of under a name: says in a preview that it exists already. */
  readonly unique?: pulumi.ResourceHookBinding;
  /** The same, and tries again what fails because ECR does not see a secret or a role yet. */
  readonly patient?: pulumi.ResourceHookBinding;
  /** For templates: notes which settings change. */
  readonly noted?: pulumi.ResourceHookBinding;
  /** Says in one line what changes for new repositories only, when all templates have been looked at. */
  tellChanges(): void;
}

/** What the hooks depend on. */
export interface HookContext {
  /** Name of the component. */
  readonly name: string;
  readonly parent: pulumi.ComponentResource;
  /** The stack's resources before this update. */
  state(): Promise<readonly KnownResource[]>;
}

/** How many components of a name have registered hooks: names of hooks are unique in a deployment. */
const registered = new Map<string, number>();

/** Whether there are hooks: Pulumi's mocks, which unit tests of programs run with, know none. */
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
  // As a plugin, Pulumi keeps what it knows of the deployment in the asynchronous context, which calls from the engine lack.
  const refuse = AsyncResource.bind(async (args: pulumi.ResourceHookArgs) => {
    const replaced = await refuseTaken(args, context);
    if (replaced !== undefined && args.type === TEMPLATE.type) note({ ...args, oldInputs: replaced.outputs });
  });
  const changes: TemplateChange[] = [];
  const note = ({ oldInputs = {}, newInputs = {} }: pulumi.ResourceHookArgs) => {
    changes.push(settingChanges(oldInputs, newInputs));
  };
  const isFree = new pulumi.ResourceHook(`${name}: does it exist already?`, refuse, { onDryRun: true });
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

/** Who is about to create what, by type, account, Region and name. */
const claims = new Map<string, string>();

/**
 * Refuses to create what exists already, so that the preview fails and not the update, halfway through. Answers with the
 * stack's own resource that this one replaces, if it is there still.
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

  const { accountId } = await aws.getCallerIdentity({}, { parent: context.parent });
  const claim = [type, accountId, region, name].join(" ");
  const claimant = claims.get(claim) ?? urn;
  claims.set(claim, claimant);
  if (accountId && claimant !== urn) {
    throw new UserError(`${what} is made twice, as ${nameOf(claimant)} and as ${nameOf(urn)}: give one another prefix`);
  }

  const found = await findExisting(kind, name, region, context.parent);
  if (found === undefined) return undefined;
  const owner = ownerOf(await context.state(), kind, name, region);
  if (owner === undefined) {
    throw new UserError(
      `${what} exists already, and this stack did not make it. ${kind.describe(found)}. ${exits(kind.mismatch(found, newInputs))}`,
    );
  }
  // What the engine replaces, it deletes first.
  if (owner.urn === urn) return owner;
  throw new UserError(
    `${what} exists already: this stack has it as ${owner.urn}. Give this one another prefix; or let it continue that one by an alias; or remove that one and run pulumi up first`,
  );
}

/** The ways out, for a message. */
function exits(mismatch: string | undefined): string {
  return mismatch === undefined
    ? 'To take it over, set "adopt: true" on the entry or on the component; or give the entry another prefix'
    : `It cannot be taken over, since ${mismatch}: give the entry another prefix, or delete what is there`;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
