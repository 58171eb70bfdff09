import type { RegistryScanningConfiguration } from "@aws-sdk/client-ecr";
import { type Cache, type DeclaredScanning, nameUnder } from "../caches/model";
import { type Finding, found, NOTHING, type Outcome, together } from "./finding";
import { awsCommand, UP_AND_REFRESH } from "./fix";
import { matchesGlob } from "./iam/glob";
import type { RegionFacts } from "./region";

/** A sample repository of a cache. A filter that matches it covers all of them. */
const ANY_REPOSITORY = "0-any/0-repository-0";

/**
 * Whether the Region's scanning configuration covers every repository of the cache, and is as declared. This is advice:
 * a cache works without scanning, and the configuration belongs to the whole registry.
 */
export async function checkScanning({ prefix, declared }: Cache, facts: RegionFacts): Promise<Outcome> {
  const configuration = await facts.scanning();
  const wanted = declared?.stack?.settings.scanning;
  return together(
    wanted && isOther(wanted, configuration) ? found(DIFFERS) : NOTHING,
    isCovered(prefix, configuration) ? NOTHING : found(off(configuration, facts)),
  );
}

const DIFFERS: Finding = {
  ...({ check: "scanning", code: "scanning-differs", isAdvice: true } as const),
  problem: "the Region's scanning configuration differs from the stack's",
  fix: { pulumi: UP_AND_REFRESH },
};

function isOther(wanted: DeclaredScanning, { scanType, rules = [] }: RegistryScanningConfiguration): boolean {
  const filters = rules.flatMap(({ scanFrequency, repositoryFilters = [] }) =>
    repositoryFilters.map(({ filter }) => `${scanFrequency} ${filter}`),
  );
  const text = (values: readonly string[]) => [...values].sort().join("\n");
  return scanType !== wanted.scanType || text(filters) !== text(wanted.filters);
}

function isCovered(prefix: string, { rules = [] }: RegistryScanningConfiguration): boolean {
  const filters = rules
    .filter(({ scanFrequency }) => scanFrequency !== "MANUAL")
    .flatMap(({ repositoryFilters = [] }) => repositoryFilters.map(({ filter = "" }) => filter));
  return filters.some((filter) => matches(filter, nameUnder(prefix, ANY_REPOSITORY)));
}

/**
 * A filter without `*` matches names that contain it. Source: Amazon ECR user guide, "Filters to choose which
 * repositories are scanned".
 */
function matches(filter: string, repository: string): boolean {
  return filter.includes("*") ? matchesGlob(filter, repository) : repository.includes(filter);
}

/** The fix covers all caches of the Region, because the configuration can only be replaced as a whole. */
function off(configuration: RegistryScanningConfiguration, { region, caches }: RegionFacts): Finding {
  const { scanType, rules = [] } = configuration;
  const filters = caches
    .filter((cache) => !isCovered(cache.prefix, configuration))
    .map((cache) => ({ filter: nameUnder(cache.prefix, "*"), filterType: "WILDCARD" as const }));
  const onPush = rules.find(({ scanFrequency }) => scanFrequency === "SCAN_ON_PUSH");
  const others = rules.filter((rule) => rule !== onPush);
  const scanned = [...(onPush?.repositoryFilters ?? []), ...filters];
  const aws = awsCommand("ecr put-registry-scanning-configuration", {
    ...{ region, "scan-type": scanType },
    rules: [...others, { scanFrequency: "SCAN_ON_PUSH", repositoryFilters: scanned }],
  });
  return {
    ...({ check: "scanning", code: "scanning-off", isAdvice: true } as const),
    problem: "no scanning rule of the Region covers all its repositories",
    fix: {
      pulumi: "set `scanning` on the component, or add its output `scanningFilters` to the Region's configuration",
      aws,
    },
  };
}
