import type { ECRClient, Repository, RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import { attempt } from "../aws/attempt";
import type { Aws } from "../aws/aws";
import { type Cache, chosenCache, isUnder, stripSlash } from "../caches/model";
import { describeRepositories, describeRules, describeTemplates } from "../caches/rules";
import type { Terminal } from "../terminal/terminal";
import { drift, templateFor } from "../verify/template";
import { type Settings, settingsOf } from "./desired";

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
  const read = () => Promise.all([describeTemplates(ecr), describeRepositories(ecr), describeRules(ecr)]);
  const [templates, repositories, rules] = (await attempt(unchecked, region, read)) ?? [[], [], []];
  const own = caches.filter((cache) => cache.region === region);
  return repositories.flatMap((repository) => {
    const { repositoryName: name = "" } = repository;
    const cache = chosenCache(own, rules, name);
    if (cache === undefined) return [];
    const place = { region, prefix: cache.prefix, ecr, repository };
    const template = templateFor(name, templates);
    if (template === undefined) return [{ ...place, reason: noTemplate(cache) }];
    const reason = refusalOf(cache, template);
    return [reason === undefined ? { ...place, wanted: settingsOf(template) } : { ...place, reason }];
  });
}

/** What somebody made or changed by hand is not rolled out. */
function refusalOf(cache: Cache, template: RepositoryCreationTemplate): string | undefined {
  const wayOut = "or give no stack and no file to apply the template as it is";
  const declaring = declaringFor(cache, stripSlash(template.prefix ?? ""));
  if (declaring === undefined) return `nothing here declares the template "${template.prefix}": declare it, ${wayOut}`;
  const { findings, unchecked } = drift(declaring, template);
  const [found] = findings;
  const which = declaring === cache ? "" : `"${declaring.prefix}": `;
  if (found) return `${which}${found.problem}: run \`pulumi up --refresh\` first, ${wayOut}`;
  return unchecked.length > 0 ? `${unchecked.join(", ")}: ${wayOut.replace("or ", "")}` : undefined;
}

/** The cache with the declaration of a template for it, or for a part of its repositories. */
function declaringFor(cache: Cache, prefix: string): Cache | undefined {
  const { declared } = cache;
  if (declared?.template === undefined || prefix === cache.prefix || !isUnder(cache.prefix, prefix)) return cache;
  const template = declared.stack?.nested.get(prefix);
  return template && { ...cache, prefix, declared: { ...declared, template } };
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
