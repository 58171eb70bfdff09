/** Where the cache's registry is: the parts of its ARNs and host names. */
export interface Registry {
  readonly partition: string;
  readonly dnsSuffix: string;
  readonly accountId: string;
  /** Regions of the cache, the home Region first. */
  readonly regions: readonly string[];
}

/** ARN patterns of the repositories under the prefixes; several Regions are written as `*` to keep documents small. */
export function repositoryArns(registry: Registry, prefixes: readonly string[]): string[] {
  const region = registry.regions.length === 1 ? (registry.regions[0] ?? "*") : "*";
  return prefixes.map(
    (prefix) => `arn:${registry.partition}:ecr:${region}:${registry.accountId}:repository/${repositoriesUnder(prefix)}`,
  );
}

/** The pattern of the repository names under a prefix. */
export function repositoriesUnder(prefix: string): string {
  return prefix === "ROOT" ? "*" : `${prefix}/*`;
}

/** The cache's URL of a prefix: the registry's host, and the prefix unless it is ROOT. */
export function cacheUrl(registry: Registry, region: string, prefix: string): string {
  const host = `${registry.accountId}.dkr.ecr.${region}.${registry.dnsSuffix}`;
  return prefix === "ROOT" ? host : `${host}/${prefix}`;
}
