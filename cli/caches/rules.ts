import {
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  type ECRClient,
  type PullThroughCacheRule,
  type RepositoryCreationTemplate,
} from "@aws-sdk/client-ecr";

/** All pull through cache rules of a Region. */
export async function describeRules(ecr: ECRClient): Promise<PullThroughCacheRule[]> {
  const found: PullThroughCacheRule[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await ecr.send(new DescribePullThroughCacheRulesCommand({ nextToken }));
    found.push(...(answer.pullThroughCacheRules ?? []));
    nextToken = answer.nextToken;
  } while (nextToken);
  return found;
}

/** All repository creation templates of a Region. */
export async function describeTemplates(ecr: ECRClient): Promise<RepositoryCreationTemplate[]> {
  const found: RepositoryCreationTemplate[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await ecr.send(new DescribeRepositoryCreationTemplatesCommand({ nextToken }));
    found.push(...(answer.repositoryCreationTemplates ?? []));
    nextToken = answer.nextToken;
  } while (nextToken);
  return found;
}
