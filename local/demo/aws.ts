import { ECR } from "@aws-sdk/client-ecr";

/** One line for each rule: prefix, upstream, and the days or images after which its template lets images expire. */
export async function describeCaches(): Promise<string[]> {
  const ecr = new ECR({});
  const { pullThroughCacheRules = [] } = await ecr.describePullThroughCacheRules({});
  const { repositoryCreationTemplates = [] } = await ecr.describeRepositoryCreationTemplates({});
  return pullThroughCacheRules.map(({ ecrRepositoryPrefix = "", upstreamRegistryUrl = "", credentialArn }) => {
    const template = repositoryCreationTemplates.find(({ prefix }) => prefix === ecrRepositoryPrefix);
    const secret = credentialArn ? "secret" : "no secret";
    const lifecycle = describeLifecycle(template?.lifecyclePolicy);
    return `${ecrRepositoryPrefix.padEnd(12)} ${upstreamRegistryUrl.padEnd(24)} ${secret.padEnd(10)} ${lifecycle}`;
  });
}

/** The settings that a repository got from its template and from the scanning configuration. */
export async function describeRepository(repositoryName: string): Promise<string[]> {
  const ecr = new ECR({});
  const { repositories: [repository] = [] } = await ecr.describeRepositories({ repositoryNames: [repositoryName] });
  const { tags = [] } = await ecr.listTagsForResource({ resourceArn: repository?.repositoryArn });
  const { lifecyclePolicyText } = await ecr.getLifecyclePolicy({ repositoryName });
  const { imageDetails = [] } = await ecr.describeImages({ repositoryName });
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
export async function loginPassword(): Promise<string> {
  const { authorizationData = [] } = await new ECR({}).getAuthorizationToken({});
  const token = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64").toString();
  return token.slice(token.indexOf(":") + 1);
}

function describeLifecycle(policy: string | undefined): string {
  if (!policy) return "no lifecycle";
  const { rules } = JSON.parse(policy) as { rules: { description?: string }[] };
  return rules.map(({ description }) => description ?? "").join("; ");
}
