import {
  type ECRClient,
  GetRegistryScanningConfigurationCommand,
  type PullThroughCacheRule,
  type RegistryScanningConfiguration,
  type RepositoryCreationTemplate,
} from "@aws-sdk/client-ecr";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Aws } from "../aws/aws";
import { isDenied } from "../aws/errors";
import { describeRules, describeTemplates } from "../caches/rules";

/** Everything in a Region that the checks need, read once. */
export interface RegionFacts {
  readonly region: string;
  readonly account: string;
  readonly aws: Aws;
  readonly ecr: ECRClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly rules: readonly PullThroughCacheRule[];
  readonly templates: readonly RepositoryCreationTemplate[];
  /** Undefined if the caller may not read it. */
  readonly scanning?: RegistryScanningConfiguration;
  readonly now: Date;
}

export async function regionFacts(aws: Aws, account: string, region: string, now: Date): Promise<RegionFacts> {
  const ecr = aws.ecr(region);
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
    account,
    aws,
    ecr,
    iam: aws.iam(region),
    secrets: aws.secrets(region),
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
