import type { Properties } from "../wire";
import type { AwsContext } from "./context";
import { pullThroughCacheRule, repositoryCreationTemplate } from "./ecr-registry";
import { describeError } from "./errors";
import { role } from "./iam";
import type { Operations } from "./operations";
import { policyDocument } from "./policy-document";
import { secret } from "./secrets-manager";

type Invoke = (aws: AwsContext, args: Properties) => Promise<Properties> | Properties;

/** The functions of this provider, by token. */
export const FUNCTIONS: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": async (aws) => {
    try {
      const { Account, Arn, UserId } = await (await aws.sts()).getCallerIdentity({});
      return { id: Account, accountId: Account, arn: Arn, userId: UserId };
    } catch (error) {
      throw describeError("reading STS Caller Identity", error);
    }
  },
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    name: region,
    region,
    endpoint: `ec2.${region}.${partitionOf(region).dnsSuffix}`,
    description: region,
  }),
  "aws:index/getPartition:getPartition": ({ region }) => {
    const { partition, dnsSuffix, reverseDnsPrefix } = partitionOf(region);
    return { id: partition, partition, dnsSuffix, reverseDnsPrefix };
  },
  // Source: terraform-provider-aws, internal/service/cloudcontrol/resource_data_source.go@0c6b7df.
  "aws:cloudcontrol/getResource:getResource": async (aws, { typeName, identifier }) => {
    const [TypeName, Identifier] = [String(typeName), String(identifier)];
    try {
      const { ResourceDescription: found } = await (await aws.cloudControl()).getResource({ TypeName, Identifier });
      return { id: found?.Identifier, identifier, typeName, region: aws.region, properties: found?.Properties };
    } catch (error) {
      throw describeError(`reading Cloud Control API (${TypeName}) Resource (${Identifier})`, error);
    }
  },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": async (aws, { registryId }) => {
    const { authorizationData = [] } = await (await aws.ecr()).getAuthorizationToken({});
    const [data] = authorizationData;
    const [userName = "", password = ""] = Buffer.from(data?.authorizationToken ?? "", "base64")
      .toString()
      .split(":");
    return {
      id: aws.region,
      region: aws.region,
      registryId,
      authorizationToken: data?.authorizationToken,
      expiresAt: data?.expiresAt?.toISOString(),
      proxyEndpoint: data?.proxyEndpoint,
      userName,
      password,
    };
  },
  "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule": (aws, { ecrRepositoryPrefix }) => {
    if (ecrRepositoryPrefix === "ROOT") {
      throw new Error(
        "invalid value for ecr_repository_prefix (must only include alphanumeric, underscore, period, hyphen, or slash characters)",
      );
    }
    return dataSource("ECR Pull Through Cache Rule", pullThroughCacheRule, aws, ecrRepositoryPrefix);
  },
  "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate": (aws, { prefix }) =>
    dataSource("ECR Repository Creation Template", repositoryCreationTemplate, aws, prefix),
  "aws:iam/getRole:getRole": async (aws, { name }) => {
    const found = await role.read(aws, String(name), {});
    if (!found) throw new Error(`reading IAM Role (${name}): couldn't find resource`);
    const { tagsAll, inlinePolicies, managedPolicyArns, ...properties } = found;
    return { id: name, ...properties, tags: tagsAll };
  },
  // Source: terraform-provider-aws, internal/service/secretsmanager/secret_data_source.go@0413c66.
  "aws:secretsmanager/getSecret:getSecret": (aws, { arn, name }) =>
    dataSource("Secrets Manager Secret", secret, aws, arn ?? name),
  "aws:iam/getPolicyDocument:getPolicyDocument": (_, args) => policyDocument(args),
};

/**
 * The data source for a type that is also a resource: the same read, with an error if it does not exist. Source:
 * hashicorp/terraform-provider-aws, pull_through_cache_rule_data_source.go (which refuses ROOT) and
 * repository_creation_template_data_source.go.
 */
async function dataSource(title: string, { read }: Operations, aws: AwsContext, id: unknown): Promise<Properties> {
  try {
    const found = await read(aws, String(id), {});
    if (!found) throw new Error("couldn't find resource");
    return { id, region: aws.region, ...found };
  } catch (error) {
    throw describeError(`reading ${title} (${id})`, error);
  }
}

function partitionOf(region: string): { partition: string; dnsSuffix: string; reverseDnsPrefix: string } {
  if (region.startsWith("cn-"))
    return { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn", reverseDnsPrefix: "cn.com.amazonaws" };
  const partition = region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return { partition, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
}
