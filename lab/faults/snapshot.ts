import {
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
} from "@aws-sdk/client-ecr";
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { LocalAws } from "../../local";
import { ecr, root, secretsManager } from "../../test/support/aws";
import { ACCOUNT, PULLER, type StackState } from "./stack";

/** All that exists in AWS, with its content. */
export interface AwsSnapshot {
  readonly rules: readonly {
    readonly prefix: string;
    readonly credentialArn?: string;
    readonly [key: string]: unknown;
  }[];
  readonly templates: readonly { readonly prefix: string; readonly [key: string]: unknown }[];
  readonly secrets: readonly {
    readonly arn: string;
    readonly name: string;
    readonly value?: string;
    readonly policy?: unknown;
  }[];
  readonly roles: readonly { readonly name: string; readonly policies: Readonly<Record<string, unknown>> }[];
  readonly registryPolicy: unknown;
  readonly scanning: unknown;
}

export async function awsSnapshot(aws: LocalAws): Promise<AwsSnapshot> {
  const client = ecr(aws, root(ACCOUNT));
  const { pullThroughCacheRules = [] } = await client.send(new DescribePullThroughCacheRulesCommand({}));
  const described = await client.send(new DescribeRepositoryCreationTemplatesCommand({}));
  const policy = await unlessMissing(client.send(new GetRegistryPolicyCommand({})));
  const scanning = await client.send(new GetRegistryScanningConfigurationCommand({}));
  const rules = pullThroughCacheRules.map(({ createdAt, updatedAt, ecrRepositoryPrefix = "", ...rule }) => ({
    ...rule,
    prefix: ecrRepositoryPrefix,
  }));
  const templates = (described.repositoryCreationTemplates ?? []).map(
    ({ createdAt, updatedAt, prefix = "", ...template }) => ({ ...template, prefix }),
  );
  return {
    rules,
    templates,
    secrets: await secretsOf(secretsManager(aws, root(ACCOUNT))),
    roles: await rolesOf(aws),
    registryPolicy: policy && JSON.parse(policy.policyText ?? ""),
    scanning: scanning.scanningConfiguration,
  };
}

async function secretsOf(client: SecretsManagerClient): Promise<AwsSnapshot["secrets"]> {
  const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
  return Promise.all(
    SecretList.map(async ({ ARN: arn = "", Name: name = "", Description: description }) => {
      const value = await unlessMissing(client.send(new GetSecretValueCommand({ SecretId: arn })));
      const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId: arn }));
      return {
        arn,
        name,
        description,
        value: value?.SecretString,
        policy: ResourcePolicy && JSON.parse(ResourcePolicy),
      };
    }),
  );
}

async function rolesOf(aws: LocalAws): Promise<AwsSnapshot["roles"]> {
  const client = iam(aws);
  const { Roles = [] } = await client.send(new ListRolesCommand({}));
  const own = Roles.filter(({ Path }) => !Path?.startsWith("/aws-service-role/"));
  return Promise.all(
    own.map(async ({ RoleName = "", AssumeRolePolicyDocument = "" }) => {
      const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }));
      const documents = PolicyNames.filter((name) => name !== "inline").map(async (PolicyName) => {
        const { PolicyDocument = "" } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        return [PolicyName, JSON.parse(decodeURIComponent(PolicyDocument))] as const;
      });
      const policies = Object.fromEntries(await Promise.all(documents));
      return { name: RoleName, trust: JSON.parse(decodeURIComponent(AssumeRolePolicyDocument)), policies };
    }),
  );
}

export function iam(aws: LocalAws): IAMClient {
  return new IAMClient({ endpoint: aws.url, region: "us-east-1", credentials: root(ACCOUNT) });
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && /NotFound/.test(error.name)) return undefined;
    throw error;
  }
}

/** A rule whose secret is gone or empty, so that its pulls fail. */
export function brokenRules({ rules, secrets }: AwsSnapshot): string[] {
  return rules
    .filter(({ credentialArn }) => {
      if (credentialArn === undefined) return false;
      const value = secrets.find(({ arn }) => arn === credentialArn)?.value;
      return value === undefined || !(JSON.parse(value) as { accessToken?: string }).accessToken;
    })
    .map(({ prefix }) => prefix);
}

/** What exists in AWS but not in the stack. */
export interface Leftovers {
  readonly rules: readonly string[];
  readonly templates: readonly string[];
  readonly secrets: readonly string[];
  readonly roles: readonly string[];
}

export function leftovers(aws: AwsSnapshot, { resources }: StackState): Leftovers {
  const unknown = (ids: readonly string[], type: string) => {
    const known = resources.filter((resource) => resource.type.endsWith(`:${type}`)).map(({ id }) => id);
    return ids.filter((id) => !known.includes(id));
  };
  const rules = aws.rules.map(({ prefix }) => prefix);
  const templates = aws.templates.map(({ prefix }) => prefix);
  const secrets = aws.secrets.map(({ arn }) => arn);
  const roles = aws.roles.map(({ name }) => name).filter((name) => name !== PULLER);
  return {
    rules: unknown(rules, "PullThroughCacheRule"),
    templates: unknown(templates, "RepositoryCreationTemplate"),
    secrets: unknown(secrets, "Secret"),
    roles: unknown(roles, "Role"),
  };
}
