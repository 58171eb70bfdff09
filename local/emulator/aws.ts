/** The partition that a Region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/** Source: the partitions that the AWS SDK for JavaScript carries, @aws-sdk/core 3.974 (partitions.js). */
const REGIONS = new Set(
  `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1 cn-northwest-1
  us-gov-east-1 us-gov-west-1`.split(/\s+/),
);

/** Whether AWS has a Region. The isolated partitions, which cannot be reached from outside, are left out. */
export function isKnownRegion(region: string): boolean {
  return REGIONS.has(region);
}

export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

export function parseArn(text: string): Arn | undefined {
  const [head, partition, service, region, account, ...resource] = text.split(":");
  if (head !== "arn" || !partition || !service || region === undefined || account === undefined) return undefined;
  return resource.length === 0 ? undefined : { partition, service, region, account, resource: resource.join(":") };
}

/** The host names of ECR private registries. */
export function parseRegistryHost(host: string): { account: string; region: string } | undefined {
  const found = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host);
  if (found === null) return undefined;
  const [, account = "", region = ""] = found;
  return { account, region };
}

export function registryHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}

export function repositoryArn(account: string, region: string, name: string): string {
  return `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${name}`;
}
