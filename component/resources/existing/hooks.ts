import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { hasEngine } from "../../engine";
import { TEMPLATE } from "./kinds";
import { pauseAfter } from "./retry";
import { settingChanges, settingsNotice, type TemplateChange } from "./settings-notice";
import { type Owners, refuseTaken } from "./taken";

/** Hooks to bind to the component's resources. */
export interface Hooks {
  /** For resources of a Region: if one fails, says what to run. */
  readonly regional?: pulumi.ResourceHookBinding;
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
export interface HookContext extends Owners {
  /** Name of the component. */
  readonly name: string;
  /** Whether the cache is in several Regions. */
  readonly isRegional: boolean;
}

/** Registers the component's hooks. */
export function createHooks(context: HookContext): Hooks {
  if (!hasEngine()) return { tellChanges: () => undefined };
  // Names of hooks are unique in a deployment.
  const { named } = context.deployment;
  const count = (named.get(context.name) ?? 0) + 1;
  named.set(context.name, count);
  const name = count === 1 ? context.name : `${context.name} (${count})`;
  // In a plugin, Pulumi keeps the deployment in the asynchronous context, which calls from the engine lack.
  const refuse = AsyncResource.bind(async (args: pulumi.ResourceHookArgs) => {
    const replaced = await refuseTaken(args, context);
    if (replaced !== undefined && args.type === TEMPLATE.type) note({ ...args, oldOutputs: replaced.outputs });
  });
  const changes: TemplateChange[] = [];
  // After an import the old inputs lack the provider's defaults, so outputs are compared.
  const note = ({ oldOutputs = {}, newInputs = {} }: pulumi.ResourceHookArgs) => {
    changes.push(settingChanges(oldOutputs, newInputs));
  };
  const isFree = new pulumi.ResourceHook(`${name}: does it already exist?`, refuse, { onDryRun: true });
  const failed = new Set<string>();
  const tell = AsyncResource.bind(({ newInputs: { region = "" } = {} }: pulumi.ErrorHookArgs) => {
    if (region === "" || failed.has(region)) return;
    failed.add(region);
    pulumi.log.warn(afterFailure(region), context.parent);
  });
  const giveUp = new pulumi.ErrorHook(`${name}: what to run when it failed?`, async (args) => {
    tell(args);
    return false;
  });
  const tryAgain = new pulumi.ErrorHook(`${name}: does AWS need time?`, async (args) => {
    const waited = await waitFor(args);
    if (!waited && context.isRegional) tell(args);
    return waited;
  });
  const whatChanges = new pulumi.ResourceHook(`${name}: what is for new repositories only?`, note, { onDryRun: true });
  const regional = context.isRegional ? { onError: [giveUp] } : {};
  return {
    regional,
    unique: { beforeCreate: [isFree], ...regional },
    patient: { beforeCreate: [isFree], onError: [tryAgain] },
    noted: { beforeUpdate: [whatChanges] },
    tellChanges: () => {
      const notice = settingsNotice(changes);
      if (notice !== undefined) pulumi.log.info(notice, context.parent);
    },
  };
}

/** What to do after Pulumi stopped at a failed resource of a Region. */
function afterFailure(region: string): string {
  return `${region} failed, and Pulumi stopped: other Regions may not be complete either. Mend the cause, or take ${region} out of regions, and run pulumi up again. It continues where this one stopped.`;
}

async function waitFor({ failedOperation, errors }: pulumi.ErrorHookArgs): Promise<boolean> {
  const pause = failedOperation === "delete" ? undefined : pauseAfter(errors.length, errors[0] ?? "");
  if (pause === undefined) return false;
  await new Promise((resolve) => setTimeout(resolve, pause));
  return true;
}
