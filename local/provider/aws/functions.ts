import type { Properties } from "../wire";
import type { AwsContext } from "./context";
import { doing } from "./errors";
import { readExisting } from "./resource-type";
import { type Spec, specOf } from "./spec";

type Invoke = (aws: AwsContext, args: Properties) => Promise<Properties> | Properties;

/** The functions of this provider, by token. */
const FUNCTIONS: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (aws) =>
    doing("reading STS Caller Identity", async () => {
      const { Account, Arn, UserId } = await aws.call("sts", "getCallerIdentity", {});
      return { id: Account, accountId: Account, arn: Arn, userId: UserId };
    }),
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    name: region,
    region,
    endpoint: `ec2.${region}.${partitionOf(region).dnsSuffix}`,
    description: region,
  }),
  "aws:index/getPartition:getPartition": ({ region }) => ({
    id: partitionOf(region).partition,
    ...partitionOf(region),
  }),
  // Source: terraform-provider-aws, internal/service/cloudcontrol/resource_data_source.go@0c6b7df.
  "aws:cloudcontrol/getResource:getResource": (aws, { typeName, identifier }) =>
    doing(`reading Cloud Control API (${typeName}) Resource (${identifier})`, async () => {
      const input = { TypeName: typeName, Identifier: identifier };
      const { ResourceDescription } = await aws.call("cloudcontrol", "getResource", input);
      const { Identifier, Properties } = ResourceDescription as Properties;
      return { id: Identifier, identifier, typeName, region: aws.region, properties: Properties };
    }),
  "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule": (aws, { ecrRepositoryPrefix }) => {
    // Source: pull_through_cache_rule_data_source.go.
    if (ecrRepositoryPrefix === "ROOT") {
      throw new Error(
        "invalid value for ecr_repository_prefix (must only include alphanumeric, underscore, period, hyphen, or slash characters)",
      );
    }
    return dataSource("aws:ecr/pullThroughCacheRule:PullThroughCacheRule", aws, ecrRepositoryPrefix);
  },
  "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate": (aws, { prefix }) =>
    dataSource("aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate", aws, prefix),
  "aws:iam/getRole:getRole": async (aws, { name }) => {
    const { tagsAll, inlinePolicies, managedPolicyArns, region, ...role } = await dataSource(
      "aws:iam/role:Role",
      aws,
      name,
    );
    return { ...role, tags: tagsAll };
  },
  // Source: internal/service/secretsmanager/secret_data_source.go@0413c66.
  "aws:secretsmanager/getSecret:getSecret": (aws, { arn, name }) =>
    dataSource("aws:secretsmanager/secret:Secret", aws, arn ?? name),
};

/**
 * The answer of a function.
 * @throws Error when there is no such function
 */
export async function invoke(token: string, aws: AwsContext, args: Properties): Promise<Properties> {
  const answer = FUNCTIONS[token];
  if (!answer)
    throw new Error(`the local AWS provider does not have ${token}; it has ${Object.keys(FUNCTIONS).join(", ")}`);
  try {
    return await answer(aws, args);
  } catch (error) {
    throw new Error(`invoking ${token}: ${(error as Error).message}`, { cause: error });
  }
}

/** The same read as that of a resource, with an error if it does not exist. */
function dataSource(token: string, aws: AwsContext, id: unknown): Promise<Properties> {
  const spec = specOf(token) as Spec;
  return doing(`reading ${spec.title} (${id})`, async () => ({
    id,
    region: aws.region,
    ...(await readExisting(spec, aws, String(id), {})),
  }));
}

function partitionOf(region: string): { partition: string; dnsSuffix: string } {
  if (region.startsWith("cn-")) return { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn" };
  return { partition: region.startsWith("us-gov-") ? "aws-us-gov" : "aws", dnsSuffix: "amazonaws.com" };
}
