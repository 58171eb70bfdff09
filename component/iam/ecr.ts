/** This account's ECR: the parts of its ARNs and host names. */
export interface Ecr {
  readonly partition: string;
  readonly dnsSuffix: string;
  readonly accountId: string;
  /** Regions of the cache, the home Region first. */
  readonly regions: readonly string[];
}

/** The repositories of a cache: all below the prefix can be pulled, and the listed ones for the first time. */
export interface CacheNames {
  readonly prefix: string;
  /** Patterns of names below the prefix. `*` means the same as in ARNs. Undefined: all. */
  readonly repositories?: readonly string[];
}

/** ARN patterns of the repositories under the prefixes. */
export function repositoryArns(ecr: Ecr, prefixes: readonly string[]): string[] {
  return arns(
    ecr,
    prefixes.map((prefix) => repositoriesUnder(prefix)),
  );
}

/** ARN patterns of the repositories that caches list. */
export function listedArns(ecr: Ecr, caches: readonly CacheNames[]): string[] {
  return arns(
    ecr,
    caches.flatMap(({ prefix, repositories = [] }) => repositories.map((names) => repositoriesUnder(prefix, names))),
  );
}

/** Several Regions become `*`, which keeps documents small. */
function arns({ partition, regions, accountId }: Ecr, repositories: readonly string[]): string[] {
  const region = regions.length === 1 ? regions[0] : "*";
  return repositories.map((repository) => `arn:${partition}:ecr:${region}:${accountId}:repository/${repository}`);
}

/** The pattern of repository names under a prefix, from a pattern of what comes after it. */
export function repositoriesUnder(prefix: string, names = "*"): string {
  return prefix === "ROOT" ? names : `${prefix}/${names}`;
}

/** The URL of a cache: ECR's host, and the prefix unless it is ROOT. */
export function cacheUrl(ecr: Ecr, region: string, prefix: string): string {
  const host = `${ecr.accountId}.dkr.ecr.${region}.${ecr.dnsSuffix}`;
  return prefix === "ROOT" ? host : `${host}/${prefix}`;
}
