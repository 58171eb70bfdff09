import { attempt } from "../aws/attempt";
import type { Aws } from "../aws/aws";
import { type CacheSource, findCaches } from "../caches/find";
import { type Cache, chosenCache } from "../caches/model";
import { describeRules, repositoryNames } from "../caches/rules";
import { EXIT, type ExitCode } from "../exit";
import { counted } from "../terminal/count";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import { type CacheContents, type Report, type RepositoryContents, sumOf } from "./contents";
import { asCsv, asJson, asTable, type Format } from "./format";
import { asPage } from "./page";
import { readRepository } from "./read";

export interface ReportOptions extends CacheSource {
  /** US dollars for a gigabyte and month. */
  readonly price: number;
  readonly format: Format;
}

/** How many repositories to read at once. */
const AT_ONCE = 8;

/** Shows what is in the caches. */
export async function report(options: ReportOptions, terminal: Terminal): Promise<ExitCode> {
  const { aws, account, caches } = await findCaches(options, terminal);
  const regions = [...new Set(caches.map(({ region }) => region))];
  const unchecked: string[] = [];
  const found = await Promise.all(regions.map((region) => placesIn(aws, region, caches, unchecked)));
  const places = found.flatMap((one) => one ?? []);
  const { results, left } = await workThrough(
    terminal,
    places,
    { unit: "repository", concurrency: AT_ONCE },
    ({ repository, cache: { region, prefix, upstream } }) =>
      readRepository(aws.ecr(region), { region, cache: prefix, upstream, repository }, unchecked),
  );
  if (left > 0) unchecked.push(`${counted(left, "repository")}, because the command was interrupted`);
  const repositories = [...results].sort(largestFirst);
  const areAllIn = (region: string) => left === 0 && found[regions.indexOf(region)] !== undefined;
  const shown: Report = {
    ...{ account, regions, made: new Date(), repositories, unchecked },
    price: options.price,
    total: sumOf(repositories, regions.every(areAllIn)),
    caches: caches.map((cache) => contentsOf(cache, repositories, areAllIn(cache.region))).sort(largestFirst),
  };
  const formats: Record<Format, () => string> = {
    table: () => asTable(shown, terminal),
    json: () => asJson(shown),
    csv: () => asCsv(shown),
    html: () => asPage(shown),
  };
  terminal.print(formats[options.format]());
  for (const one of unchecked) terminal.say(terminal.style("yellow", `Not checked: ${one}`));
  if (left > 0) return EXIT.interrupted;
  return unchecked.length > 0 ? EXIT.found : EXIT.sound;
}

interface Place {
  readonly cache: Cache;
  readonly repository: string;
}

/**
 * The repositories of the caches in a Region, without those of more specific caches that are not asked for. Undefined if
 * they cannot be listed.
 */
async function placesIn(
  aws: Aws,
  region: string,
  caches: readonly Cache[],
  unchecked: string[],
): Promise<Place[] | undefined> {
  const read = () => Promise.all([describeRules(aws.ecr(region)), repositoryNames(aws.ecr(region))]);
  const listed = await attempt(unchecked, region, read);
  if (!listed) return undefined;
  const [rules, names] = listed;
  const own = caches.filter((cache) => cache.region === region);
  return names.sort().flatMap((repository) => {
    const cache = chosenCache(own, rules, repository);
    return cache === undefined ? [] : [{ cache, repository }];
  });
}

function contentsOf(
  { region, prefix, upstream }: Cache,
  all: readonly RepositoryContents[],
  areAll: boolean,
): CacheContents {
  const own = all.filter((one) => one.region === region && one.cache === prefix);
  return { region, cache: prefix, upstream, ...sumOf(own, areAll) };
}

function largestFirst(a: { readonly bytes?: number }, b: { readonly bytes?: number }): number {
  return (b.bytes ?? 0) - (a.bytes ?? 0);
}
