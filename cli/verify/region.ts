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
import { type Cache, stripSlash } from "../caches/model";
import { describeRules, describeTemplates } from "../caches/rules";

/** Everything in a Region that the checks need. Each part is read once, when it is first needed. */
export interface RegionFacts {
  readonly region: string;
  readonly account: string;
  readonly aws: Aws;
  readonly ecr: ECRClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly rules: () => Promise<readonly PullThroughCacheRule[]>;
  readonly templates: () => Promise<readonly RepositoryCreationTemplate[]>;
  readonly scanning: () => Promise<RegistryScanningConfiguration | undefined>;
  readonly now: Date;
}

export function regionFacts(aws: Aws, account: string, region: string, now: Date): RegionFacts {
  const ecr = aws.ecr(region);
  return {
    region,
    account,
    aws,
    ecr,
    iam: aws.iam(region),
    secrets: aws.secrets(region),
    rules: once(() => describeRules(ecr)),
    templates: once(() => describeTemplates(ecr)),
    scanning: once(async () => (await ecr.send(new GetRegistryScanningConfigurationCommand({}))).scanningConfiguration),
    now,
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

/** The rule of a cache. */
export async function ruleOf(
  { rules }: RegionFacts,
  { prefix, deployed }: Cache,
): Promise<PullThroughCacheRule | undefined> {
  return deployed ?? (await rules()).find(({ ecrRepositoryPrefix = "" }) => stripSlash(ecrRepositoryPrefix) === prefix);
}
