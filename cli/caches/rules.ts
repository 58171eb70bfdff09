import {
  type ECRClient,
  type PullThroughCacheRule,
  paginateDescribePullThroughCacheRules,
  paginateDescribeRepositories,
  paginateDescribeRepositoryCreationTemplates,
  type Repository,
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

/** All repositories of a Region. */
export async function describeRepositories(client: ECRClient): Promise<Repository[]> {
  const found: Repository[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client, pageSize: 1000 }, {})) {
    found.push(...repositories);
  }
  return found;
}

/** The names of all repositories of a Region. */
export async function repositoryNames(client: ECRClient): Promise<string[]> {
  return (await describeRepositories(client)).map(({ repositoryName = "" }) => repositoryName);
}
