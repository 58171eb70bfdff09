import {
  type ECRClient,
  GetAccountSettingCommand,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  type PullThroughCacheRule,
  type RegistryScanningConfiguration,
  type RepositoryCreationTemplate,
} from "@aws-sdk/client-ecr";
import { GetRoleCommand, type IAMClient, type Role } from "@aws-sdk/client-iam";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Aws } from "../aws/aws";
import { errorName } from "../aws/errors";
import { once, type Sharing, sharing } from "../aws/sharing";
import { type Cache, stripSlash } from "../caches/model";
import { describeRules, describeTemplates } from "../caches/rules";

/** Everything in a Region that the checks need. Each part is read once, when it is first needed. */
export interface RegionFacts {
  readonly region: string;
  readonly account: string;
  /** The caches to check here. */
  readonly caches: readonly Cache[];
  readonly aws: Aws;
  readonly ecr: ECRClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly rules: () => Promise<readonly PullThroughCacheRule[]>;
  readonly templates: () => Promise<readonly RepositoryCreationTemplate[]>;
  readonly scanning: () => Promise<RegistryScanningConfiguration>;
  /** Undefined if there is none. */
  readonly registryPolicy: () => Promise<string | undefined>;
  /** An account setting of the Region. */
  readonly setting: (name: string) => Promise<string | undefined>;
  /** A role of the account. Undefined if there is none with this ARN. */
  readonly role: (arn: string) => Promise<Role | undefined>;
  /** Reads what several caches need once, by its name. */
  readonly shared: Sharing;
  /** The same for what is not of a Region. */
  readonly ofAccount: Sharing;
  readonly now: Date;
}

/** The facts about several Regions, which share the roles of the account. */
export function regionFacts(aws: Aws, account: string, caches: readonly Cache[], now: Date): Map<string, RegionFacts> {
  const ofAccount = sharing();
  const regions = [...new Set(caches.map(({ region }) => region))];
  return new Map(
    regions.map((region) => {
      const [ecr, iam] = [aws.ecr(region), aws.iam(region)];
      const shared = sharing();
      const facts: RegionFacts = {
        ...{ region, account, aws, ecr, iam, now, shared, ofAccount },
        role: (arn) => ofAccount(arn, () => findRole(iam, arn)),
        caches: caches.filter((cache) => cache.region === region),
        secrets: aws.secrets(region),
        rules: once(() => describeRules(ecr)),
        templates: once(() => describeTemplates(ecr)),
        scanning: once(async () => {
          const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
          return scanningConfiguration ?? {};
        }),
        registryPolicy: once(() => findRegistryPolicy(ecr)),
        setting: (name) =>
          shared(`setting ${name}`, async () => (await ecr.send(new GetAccountSettingCommand({ name }))).value),
      };
      return [region, facts];
    }),
  );
}

async function findRole(iam: IAMClient, arn: string): Promise<Role | undefined> {
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: arn.split("/").at(-1) }));
    return Role?.Arn === arn ? Role : undefined;
  } catch (error) {
    if (errorName(error).startsWith("NoSuchEntity")) return undefined;
    throw error;
  }
}

async function findRegistryPolicy(ecr: ECRClient): Promise<string | undefined> {
  try {
    return (await ecr.send(new GetRegistryPolicyCommand({}))).policyText;
  } catch (error) {
    if (errorName(error) === "RegistryPolicyNotFoundException") return undefined;
    throw error;
  }
}

/** Whether the registry policy knows only the three actions of its old scope. */
export async function isOldScope({ setting }: RegionFacts): Promise<boolean> {
  return (await setting("REGISTRY_POLICY_SCOPE")) === "V1";
}

/** The rule of a cache. */
export async function ruleOf(
  { rules }: RegionFacts,
  { prefix, deployed }: Cache,
): Promise<PullThroughCacheRule | undefined> {
  return deployed ?? (await rules()).find(({ ecrRepositoryPrefix = "" }) => stripSlash(ecrRepositoryPrefix) === prefix);
}

/** ARN of a repository, or a pattern of repositories. */
export function repositoryArn({ region, account }: RegionFacts, name: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}
