import {
  type ECRClient,
  GetRegistryScanningConfigurationCommand,
  type PullThroughCacheRule,
  type RegistryScanningConfiguration,
  type RepositoryCreationTemplate,
} from "@aws-sdk/client-ecr";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ecrClient, iamClient, isDenied, secretsClient } from "../aws/clients";
import { describeRules, describeTemplates } from "../caches/rules";

/** Everything in a Region that the checks need, read once. */
export interface RegionFacts {
  readonly region: string;
  readonly ecr: ECRClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly rules: readonly PullThroughCacheRule[];
  readonly templates: readonly RepositoryCreationTemplate[];
  /** Undefined if the caller may not read it. */
  readonly scanning?: RegistryScanningConfiguration;
  readonly now: Date;
}

export async function regionFacts(region: string, now: Date): Promise<RegionFacts> {
  const ecr = ecrClient(region);
  const [rules, templates, scanning] = await Promise.all([
    describeRules(ecr),
    describeTemplates(ecr),
    ecr.send(new GetRegistryScanningConfigurationCommand({})).catch((error) => {
      if (isDenied(error)) return undefined;
      throw error;
    }),
  ]);
  return {
    region,
    ecr,
    iam: iamClient(region),
    secrets: secretsClient(region),
    rules,
    templates,
    scanning: scanning?.scanningConfiguration,
    now,
  };
}

/** The rule of a prefix. */
export function ruleOf({ rules }: RegionFacts, prefix: string): PullThroughCacheRule | undefined {
  return rules.find(({ ecrRepositoryPrefix = "" }) => ecrRepositoryPrefix.replace(/\/$/, "") === prefix);
}
