import { type Cache, nameUnder } from "../caches/model";
import type { Finding } from "./finding";
import type { RegionFacts } from "./region";

/** A sample repository of a cache. A filter that matches it covers all of them. */
const ANY_REPOSITORY = "0-any/0-repository-0";

/**
 * Whether the Region's scanning configuration covers every repository of the cache. This is advice: a cache works without
 * scanning, and the configuration belongs to the whole registry, so the component leaves it alone by default.
 */
export async function checkScanning({ prefix }: Cache, { scanning }: RegionFacts): Promise<Finding[]> {
  const filters = ((await scanning())?.rules ?? [])
    .filter(({ scanFrequency }) => scanFrequency !== "MANUAL")
    .flatMap(({ repositoryFilters = [] }) => repositoryFilters.map(({ filter = "" }) => filter));
  const repository = nameUnder(prefix, ANY_REPOSITORY);
  if (filters.some((filter) => matches(filter, repository))) return [];
  return [
    {
      check: "scanning",
      code: "scanning-off",
      isAdvice: true,
      problem: `no scanning rule of the Region covers ${prefix === "ROOT" ? "every repository" : `${prefix}/*`}`,
      fix: "add the output scanningFilters to the registry scanning configuration, or set `scanning` on the component",
    },
  ];
}

/**
 * A filter without `*` matches names that contain it. Source: Amazon ECR user guide, "Filters to choose which
 * repositories are scanned".
 */
function matches(filter: string, repository: string): boolean {
  if (!filter.includes("*")) return repository.includes(filter);
  const pattern = filter
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`).test(repository);
}
