import {
  type ECRClient,
  type PullThroughCacheRule,
  paginateDescribePullThroughCacheRules,
  paginateDescribeRepositoryCreationTemplates,
  type RepositoryCreationTemplate,
} from "@aws-sdk/client-ecr";

/** All pull through cache rules of a Region. */
export async function describeRules(client: ECRClient): Promise<PullThroughCacheRule[]> {
  const found: PullThroughCacheRule[] = [];
  for await (const page of paginateDescribePullThroughCacheRules({ client }, {})) {
    found.push(...(page.pullThroughCacheRules ?? []));
  }
  return found;
}

/** All repository creation templates of a Region. */
export async function describeTemplates(client: ECRClient): Promise<RepositoryCreationTemplate[]> {
  const found: RepositoryCreationTemplate[] = [];
  for await (const page of paginateDescribeRepositoryCreationTemplates({ client }, {})) {
    found.push(...(page.repositoryCreationTemplates ?? []));
  }
  return found;
}
