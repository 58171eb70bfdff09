import type { ECRClient, Repository, RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import { attempt } from "../aws/attempt";
import type { Aws } from "../aws/aws";
import { type Cache, longestMatch } from "../caches/model";
import { describeRepositories, describeTemplates } from "../caches/rules";
import type { Terminal } from "../terminal/terminal";
import { drift, templateOf } from "../verify/template";
import { type Settings, settingsFor } from "./desired";

/** A repository of a cache. */
interface Found {
  readonly region: string;
  /** Of the cache. */
  readonly prefix: string;
  readonly ecr: ECRClient;
  readonly repository: Repository;
}

/** A repository, and the settings that it should have. */
export interface Place extends Found {
  readonly wanted: Settings;
}

/** A repository that is not compared, why, and the way out. */
export interface Refused extends Found {
  readonly reason: string;
}

/** The repositories of the caches of a Region. */
export async function placesIn(
  aws: Aws,
  region: string,
  caches: readonly Cache[],
  unchecked: string[],
): Promise<(Place | Refused)[]> {
  const ecr = aws.ecr(region);
  const read = () => Promise.all([describeTemplates(ecr), describeRepositories(ecr)]);
  const [templates, repositories] = (await attempt(unchecked, region, read)) ?? [[], []];
  const own = caches.filter((cache) => cache.region === region);
  const refusals = new Map(own.map((cache) => [cache, refusalOf(cache, templates)]));
  return repositories.flatMap((repository) => {
    const { repositoryName: name = "" } = repository;
    const cache = longestMatch(own, ({ prefix }) => prefix, name);
    if (cache === undefined) return [];
    const place = { region, prefix: cache.prefix, ecr, repository };
    const refusal = refusals.get(cache);
    if (refusal !== undefined) return [{ ...place, reason: refusal }];
    const wanted = settingsFor(name, templates);
    return [wanted === undefined ? { ...place, reason: noTemplate(cache) } : { ...place, wanted }];
  });
}

/** What somebody changed by hand is not rolled out. */
function refusalOf(cache: Cache, templates: readonly RepositoryCreationTemplate[]): string | undefined {
  const template = templateOf(cache, templates);
  if (template === undefined) return undefined;
  const { findings, unchecked } = drift(cache, template);
  const wayOut = "or give no stack and no file to apply the template as it is";
  const [found] = findings;
  if (found) return `${found.problem}: run \`pulumi up --refresh\` first, ${wayOut}`;
  return unchecked.length > 0 ? `${unchecked.join(", ")}: ${wayOut.replace("or ", "")}` : undefined;
}

function noTemplate({ declared }: Cache): string {
  if (declared?.template) return "its template is gone: run `pulumi up --refresh`";
  return "it has no template: `pull-through-cache verify` says how to make one";
}

/** Says which settings are not compared with a declaration. */
export function sayUndeclared(caches: readonly Cache[], terminal: Terminal): void {
  const undeclared = caches.filter(({ declared }) => !declared?.template).map(({ prefix }) => prefix);
  if (undeclared.length > 0) {
    const those = undeclared.length === caches.length ? "" : ` of ${[...new Set(undeclared)].join(", ")}`;
    terminal.say(`Nothing here declares the templates${those}: those in AWS are taken as they are.`);
  } else if (caches.some(({ declared }) => !declared?.stack)) {
    terminal.say("What the file does not declare is taken from the templates in AWS as it is.");
  }
}
