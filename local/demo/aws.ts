import {
  DescribeImagesCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-ecr";

/** What the demo reads from the local AWS, with the usual AWS clients. */
export function ecrClient(
  endpoint: string,
  region: string,
  credentials: { accessKeyId: string; secretAccessKey: string },
) {
  return new ECRClient({ endpoint, region, credentials });
}

/** One line for each rule: prefix, upstream, and the days or images after which its template lets images expire. */
export async function describeCaches(ecr: ECRClient): Promise<string[]> {
  const { pullThroughCacheRules = [] } = await ecr.send(new DescribePullThroughCacheRulesCommand({}));
  const { repositoryCreationTemplates = [] } = await ecr.send(new DescribeRepositoryCreationTemplatesCommand({}));
  return pullThroughCacheRules.map(({ ecrRepositoryPrefix = "", upstreamRegistryUrl, credentialArn }) => {
    const template = repositoryCreationTemplates.find(({ prefix }) => prefix === ecrRepositoryPrefix);
    const secret = credentialArn ? "secret" : "no secret";
    return [
      ecrRepositoryPrefix.padEnd(12),
      (upstreamRegistryUrl ?? "").padEnd(24),
      secret.padEnd(10),
      describeLifecycle(template?.lifecyclePolicy),
    ].join(" ");
  });
}

/** The settings that a repository got from its template and from the scanning configuration. */
export async function describeRepository(ecr: ECRClient, repositoryName: string): Promise<string[]> {
  const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  const [repository] = repositories;
  const { tags = [] } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: repository?.repositoryArn }));
  const { lifecyclePolicyText } = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
  const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  return [
    `repository  ${repository?.repositoryUri}`,
    `lifecycle   ${describeLifecycle(lifecyclePolicyText)}`,
    `tags        ${tags.map(({ Key, Value }) => `${Key}=${Value}`).join(", ")}`,
    `encryption  ${repository?.encryptionConfiguration?.encryptionType}`,
    ...imageDetails.map(
      ({ imageTags, imageDigest, imageScanStatus }) =>
        `image       ${imageTags?.join(", ") ?? "(no tag)"} ${imageDigest?.slice(0, 19)}... scan: ${imageScanStatus?.status ?? "none"}`,
    ),
  ];
}

/** The password for logging in to the registry. */
export async function loginPassword(ecr: ECRClient): Promise<string> {
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64").toString();
  return token.slice(token.indexOf(":") + 1);
}

function describeLifecycle(policy: string | undefined): string {
  if (!policy) return "no lifecycle";
  const { rules } = JSON.parse(policy) as { rules: { description?: string }[] };
  return rules.map(({ description }) => description ?? "").join("; ");
}
