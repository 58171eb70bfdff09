/** This account's ECR: the parts of its ARNs and host names. */
export interface Ecr {
  readonly partition: string;
  readonly dnsSuffix: string;
  readonly accountId: string;
  /** Regions of the cache, the home Region first. */
  readonly regions: readonly string[];
}

/** ARN patterns of the repositories under the prefixes. Several Regions become `*`, which keeps documents small. */
export function repositoryArns(ecr: Ecr, prefixes: readonly string[]): string[] {
  const region = ecr.regions.length === 1 ? (ecr.regions[0] ?? "*") : "*";
  return prefixes.map(
    (prefix) => `arn:${ecr.partition}:ecr:${region}:${ecr.accountId}:repository/${repositoriesUnder(prefix)}`,
  );
}

/** The pattern of the repository names under a prefix. */
export function repositoriesUnder(prefix: string): string {
  return prefix === "ROOT" ? "*" : `${prefix}/*`;
}

/** The prefix at the end of a cache's URL. */
export function prefixOf(url: string): string {
  const slash = url.indexOf("/");
  return slash < 0 ? "ROOT" : url.slice(slash + 1);
}

/** The URL of a cache: ECR's host, and the prefix unless it is ROOT. */
export function cacheUrl(ecr: Ecr, region: string, prefix: string): string {
  const host = `${ecr.accountId}.dkr.ecr.${region}.${ecr.dnsSuffix}`;
  return prefix === "ROOT" ? host : `${host}/${prefix}`;
}
